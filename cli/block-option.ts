import { readMove } from '../contracts/call-fields.ts';
import type { BlockText } from '../contracts/contract-case.ts';

/** `--time` and `--number`: the block of a call, as a call in a script has it. */
export const blockOptions = { time: { type: 'string' }, number: { type: 'string' } } as const;

interface BlockValues {
  readonly time?: string | undefined;
  readonly number?: string | undefined;
}

/** A field of a call, if there is anything to say. @throws InputRejected */
export function blockField({ time, number }: BlockValues): { readonly block?: BlockText } {
  if (time === undefined && number === undefined) return {};
  return {
    block: {
      ...(time !== undefined && { time: readMove(time, '--time') }),
      ...(number !== undefined && { number: readMove(number, '--number') }),
    },
  };
}
