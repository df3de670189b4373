import type { ReplayCall } from '../harness/subjects/replay-call.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { parseArguments } from './arguments.ts';
import { blockField, blockOptions } from './block-option.ts';
import { UsageError } from './usage-error.ts';

/**
 * A call as it is typed in one piece: `approve bob 5 --caller alice`. Quotes around it hold a word together; inside one, as in
 * `["1","2"]`, they are part of it.
 *
 * @throws UsageError, InputRejected
 */
export function typedCall(subject: DescribedSubject, option: string, text: string): ReplayCall {
  const words = [...text.matchAll(/"([^"]*)"(?!\S)|'([^']*)'(?!\S)|(\S+)/g)].map(([, double, single, bare = '']) => {
    if (/^["']/.test(bare)) {
      throw new UsageError(`${option}: ${bare[0]} begins a word that the next ${bare[0]} does not end, in ${text}`);
    }
    return double ?? single ?? bare;
  });
  const { values, positionals } = parseArguments(words, {
    caller: { type: 'string' },
    value: { type: 'string' },
    ...blockOptions,
  });
  const [method, ...args] = positionals;
  if (method === undefined) throw new UsageError(`${option} takes a call such as "transfer bob 5 --caller alice"`);
  const { caller, value } = values;
  return {
    method,
    args: subject.typedArguments(method, args),
    ...(caller !== undefined && { caller }),
    ...(value !== undefined && { value }),
    ...blockField(values),
  };
}
