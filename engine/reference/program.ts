import {
  type FunctionBody,
  type FunctionType,
  functionType,
  type Instruction,
  type Module,
} from '../../metering/format/module.ts';
import { opcodeOf } from '../../metering/format/opcodes.ts';
import type { FunctionFacts } from '../../metering/format/validate-body.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { type LinkedFunction, linkImport } from '../abi/host-link.ts';
import type { Schedule } from '../schedule.ts';
import { gasOfBlocks } from './block-gas.ts';
import { stackFrames } from './stack-frames.ts';

/** An instruction of the original module with what has to be known to run it. */
export interface Operation {
  readonly mnemonic: string;
  readonly instruction: Instruction;
  /** The charge for entering the block that begins here; undefined inside a block. */
  readonly blockGas: number | undefined;
  /** Leaves a value, which is told where someone looks on. A call's is told when it returns. */
  readonly leavesValue: boolean;
  /** block, loop, if: index just past the matching `end`. */
  readonly afterEnd: number;
  /** if: where a zero condition goes, which is past the `else`, or past the `end` if there is none. */
  readonly afterElse: number;
}

/** A function that the module defines. */
export interface GuestFunction {
  readonly kind: 'guest';
  readonly index: number;
  readonly type: FunctionType;
  /** Zeros of the declared locals. */
  readonly zeroLocals: readonly (number | bigint)[];
  /** What a call takes from the stack budget; 0 for most. */
  readonly frameWords: number;
  readonly operations: readonly Operation[];
}

/** A function that the module imports. */
export interface ImportedHostFunction {
  readonly kind: 'host';
  readonly name: string;
  readonly type: FunctionType;
  readonly call: LinkedFunction;
}

export type ProgramFunction = GuestFunction | ImportedHostFunction;

/** A module ready to be interpreted. Holds no state. */
export interface Program {
  readonly module: Module;
  readonly costs: CostTable;
  /** By function index. */
  readonly functions: readonly ProgramFunction[];
  /** Function indices; undefined in an empty slot. */
  readonly table: readonly (number | undefined)[];
  readonly minPages: number;
  readonly maxPages: number;
}

/** @throws EngineError `bad-argument` if the schedule has no price for a host function that the module imports. */
export function makeProgram(
  module: Module,
  facts: readonly FunctionFacts[],
  abi: GuestAbi,
  schedule: Schedule,
): Program {
  const memory = module.memory ?? module.importedMemory ?? { minPages: 0, maxPages: 0 };
  const { memoryPages } = schedule.limits;
  return {
    module,
    costs: schedule.costs,
    functions: [...importedFunctions(module, abi, schedule), ...guestFunctions(module, facts, schedule.costs)],
    table: initialTable(module),
    minPages: memory.minPages,
    maxPages: Math.min(memory.maxPages ?? memoryPages, memoryPages),
  };
}

function importedFunctions(module: Module, abi: GuestAbi, schedule: Schedule): ImportedHostFunction[] {
  return module.importedFunctions.map((imported, index) => {
    const call = linkImport(imported.module, imported.name, abi, schedule);
    return { kind: 'host', name: `${imported.module}.${imported.name}`, type: functionType(module, index), call };
  });
}

function guestFunctions(module: Module, facts: readonly FunctionFacts[], costs: CostTable): GuestFunction[] {
  const frames = stackFrames(module, facts);
  return module.functions.map((body, position) => {
    const index = module.importedFunctions.length + position;
    const type = functionType(module, index);
    return {
      kind: 'guest',
      index,
      type,
      zeroLocals: body.locals.map((local) => (local === 'i32' ? 0 : 0n)),
      frameWords: frames.get(index) ?? 0,
      operations: operations(body, costs),
    };
  });
}

function operations(body: FunctionBody, costs: CostTable): Operation[] {
  const blocks = gasOfBlocks(body, costs);
  const matches = matchingIndices(body);
  return body.instructions.map((instruction, index) => {
    const { end, otherwise = end } = matches.get(index) ?? noMatch;
    return {
      mnemonic: opcodeOf(instruction.opcode).mnemonic,
      instruction,
      blockGas: blocks.get(index),
      leavesValue: leavesValue(instruction),
      afterEnd: end + 1,
      afterElse: otherwise + 1,
    };
  });
}

/** Locals, globals and operands decide what these leave. What stands in the code, and what stays where it was, is no news. */
const LEAVE_VALUES: ReadonlySet<string> = new Set(['local.get', 'global.get', 'select']);
const LEAVE_NO_NEWS: ReadonlySet<string> = new Set(['i32.const', 'i64.const']);

function leavesValue({ opcode }: Instruction): boolean {
  const { mnemonic, results } = opcodeOf(opcode);
  return LEAVE_VALUES.has(mnemonic) || ((results?.length ?? 0) > 0 && !LEAVE_NO_NEWS.has(mnemonic));
}

interface Match {
  end: number;
  otherwise: number | undefined;
}

const noMatch: Match = { end: -1, otherwise: undefined };

/** For every block, loop and if, by index: where its `end` is, and its `else`. */
function matchingIndices({ instructions }: FunctionBody): ReadonlyMap<number, Match> {
  const matches = new Map<number, Match>();
  const open: Match[] = [{ ...noMatch }];
  for (const [index, { opcode }] of instructions.entries()) {
    const mnemonic = opcodeOf(opcode).mnemonic;
    if (mnemonic === 'block' || mnemonic === 'loop' || mnemonic === 'if') {
      const match = { ...noMatch };
      matches.set(index, match);
      open.push(match);
    } else if (mnemonic === 'else') {
      (open.at(-1) as Match).otherwise = index;
    } else if (mnemonic === 'end') {
      (open.pop() as Match).end = index;
    }
  }
  return matches;
}

function initialTable({ table, elements }: Module): (number | undefined)[] {
  const slots = new Array<number | undefined>(table?.minSize ?? 0).fill(undefined);
  for (const { tableOffset, functionIndices } of elements) {
    for (const [i, functionIndex] of functionIndices.entries()) slots[tableOffset + i] = functionIndex;
  }
  return slots;
}
