import type { ReplayCall } from '../harness/subjects/replay-call.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { parseArguments } from './arguments.ts';
import { blockField, blockOptions } from './block-option.ts';
import { UsageError } from './usage-error.ts';

/**
 * A call as it is typed in one piece: `approve bob 5 --caller alice`. Quotes hold words together.
 *
 * @throws UsageError, InputRejected
 */
export function typedCall(subject: DescribedSubject, option: string, text: string): ReplayCall {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(([, double, single, bare]) => {
    return double ?? single ?? bare ?? '';
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
