import type { Module } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';

/**
 * By position in `module.functions`: whether a call of the function can come to a host function, to whatever is in the
 * table, or to one of the functions of interest, which count themselves.
 */
export function whatReaches(module: Module, isOfInterest: (position: number) => boolean): readonly boolean[] {
  const importCount = module.importedFunctions.length;
  const callers: number[][] = module.functions.map(() => []);
  const reaches = module.functions.map((_, position) => isOfInterest(position));
  for (const [position, { instructions }] of module.functions.entries()) {
    for (const { opcode, immediate } of instructions) {
      if (opcode === Op.call && Number(immediate) >= importCount)
        callers[Number(immediate) - importCount]?.push(position);
      else if (opcode === Op.call || opcode === Op.callIndirect) reaches[position] = true;
    }
  }
  const pending = reaches.flatMap((isReaching, position) => (isReaching ? [position] : []));
  for (let callee = pending.pop(); callee !== undefined; callee = pending.pop()) {
    for (const caller of callers[callee] ?? []) {
      if (reaches[caller] === true) continue;
      reaches[caller] = true;
      pending.push(caller);
    }
  }
  return reaches;
}
