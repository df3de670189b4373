/**
 * Where a module's functions are charged and how much: `docs/gas.md` as data. A block is charged where it begins, for all its
 * instructions at once, because once entered it runs to its end or traps; what depends on more than the opcode is charged at the
 * instruction (memory.grow by the page, the bulk operations by the byte).
 *
 * This is what gas means, and the one place in the injector that knows it. Injection moves these charges about (`plan/`), but
 * their sum along every path stays; reports and tests read the same plan. The reference interpreter and the verifier compute
 * it with code of their own.
 *
 * What an instruction costs comes from a table (`cost-table.ts`). A table may have any small weights, but no free branches and
 * calls: only so is work without end not free.
 */
import { at } from '../flow/at.ts';
import { basicBlocks } from '../flow/basic-blocks.ts';
import type { FunctionBody, Instruction, Module } from '../format/module.ts';
import { Op, opcodes } from '../format/opcodes.ts';
import type { CostTable } from './cost-table.ts';

export interface Charge {
  /** The charge comes before this instruction; `grow` and `bulk` are for this instruction alone. */
  readonly instructionIndex: number;
  /** Byte offset of the instruction in the original module. */
  readonly offset: number;
  /** `block`: the whole charge. `grow`: per page added, without what a first one pays for the others. `bulk`: per byte. */
  readonly cost: number;
  readonly kind: 'block' | 'grow' | 'bulk';
}

/** By position in `module.functions`, in the order of the instructions. Blocks that cost nothing have no charge. */
export type GasPlan = readonly (readonly Charge[])[];

/** Of an instruction, and of one of `dynamicCosts`. */
export const MAX_WEIGHT: number = 1 << 20;

/** What a cost table has beside its instructions. */
export const dynamicCosts = [
  'brTablePerLabel',
  'entryPerLocal',
  'memoryGrowPerPage',
  'memoryGrowPerHeldPage',
  'bulkMemoryPerByte',
] as const;

/**
 * Every iteration of a loop passes a branch, and every step of a recursion a call: none of them free means that no work without
 * end is. The depth of calls is bounded, but not their number: 1000 functions that call the next one twice make 2^1000.
 */
const repeating: ReadonlySet<number> = new Set([Op.br, Op.brIf, Op.brTable, Op.call, Op.callIndirect]);

export function leastWeight(opcode: number): number {
  return repeating.has(opcode) ? 1 : 0;
}

/** @throws RangeError if the cost table has a hole, a weight outside 0 to 2^20, or a free branch or call. */
export function planGas(module: Module, costs: CostTable): GasPlan {
  const weights = weightsByOpcode(costs);
  return module.functions.map((body) => planFunction(body, costs, weights));
}

function planFunction(body: FunctionBody, costs: CostTable, weights: ReadonlyMap<number, number>): readonly Charge[] {
  const charges: Charge[] = [];
  const { instructions } = body;
  for (const { start, end, isReachable } of basicBlocks(instructions)) {
    if (!isReachable) continue;
    let cost = start === 0 ? costs.entryPerLocal * body.locals.length : 0;
    const dynamic: Charge[] = [];
    for (let index = start; index < end; index += 1) {
      const instruction = at(instructions, index);
      cost += (weights.get(instruction.opcode) ?? 0) + (instruction.labels?.length ?? 0) * costs.brTablePerLabel;
      const charge = dynamicCharge(instruction, index, costs);
      if (charge !== undefined) dynamic.push(charge);
    }
    const { offset } = at(instructions, start);
    if (cost > 0) charges.push({ instructionIndex: start, offset, cost, kind: 'block' });
    for (const charge of dynamic) charges.push(charge);
  }
  return charges;
}

function dynamicCharge(
  { opcode, offset }: Instruction,
  instructionIndex: number,
  costs: CostTable,
): Charge | undefined {
  if (opcode === Op.memoryGrow) {
    const cost = costs.memoryGrowPerPage + costs.memoryGrowPerHeldPage;
    return { instructionIndex, offset, cost, kind: 'grow' };
  }
  if (opcode === Op.memoryCopy || opcode === Op.memoryFill) {
    return { instructionIndex, offset, cost: costs.bulkMemoryPerByte, kind: 'bulk' };
  }
  return undefined;
}

function weightsByOpcode(costs: CostTable): ReadonlyMap<number, number> {
  for (const name of dynamicCosts) checkWeight(costs, name, costs[name]);
  const weights = new Map<number, number>();
  for (const { code, mnemonic } of opcodes) {
    const weight = Object.hasOwn(costs.instructions, mnemonic) ? costs.instructions[mnemonic] : undefined;
    weights.set(code, checkWeight(costs, mnemonic, weight));
  }
  for (const [code, weight] of weights) {
    if (weight < leastWeight(code))
      throw new RangeError(`cost table ${costs.id}: branches and calls must cost something`);
  }
  return weights;
}

function checkWeight(costs: CostTable, name: string, weight: number | undefined): number {
  if (weight === undefined || !Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
    throw new RangeError(`cost table ${costs.id}: ${name} must be an integer from 0 to ${MAX_WEIGHT}, is ${weight}`);
  }
  return weight;
}
