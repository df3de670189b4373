import type { ArgumentText } from '../../contracts/contract-case.ts';

/** As in a manifest, and integers as bigints too. */
export type CallArgument = ArgumentText | bigint | readonly CallArgument[];

export function writtenArgument(argument: CallArgument): ArgumentText {
  if (typeof argument === 'bigint') return String(argument);
  return Array.isArray(argument) ? argument.map(writtenArgument) : (argument as ArgumentText);
}
