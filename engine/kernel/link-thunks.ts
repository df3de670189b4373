import type { ValueType } from '../../metering/format/module.ts';
import type { EntryPoint } from '../../metering/format/module-interface.ts';
import { Op } from '../../metering/format/opcodes.ts';
import type { HostCode, HostCodeFunction, HostCodeIndices } from '../../metering/host/host-code.ts';
import { own } from '../../metering/own.ts';
import { EngineError } from '../errors.ts';
import type { HostCost, Schedule } from '../schedule.ts';
import { copyIn, copyOut } from './copies.ts';
import { entries } from './entries.ts';
import type { Thunks } from './thunk.ts';
import {
  type Code,
  call,
  get,
  getGlobal,
  i64,
  nothing,
  plain,
  sequence,
  setGlobal,
  trapBelowZero,
} from './thunk-code.ts';
import { callKernel, callPrepared, thunkImports } from './thunk-imports.ts';

/** What thunks need of the guest ABI that they belong to. */
export interface ThunkAbi {
  readonly thunks: Thunks;
  /** Thunks have their types from here. */
  readonly hostFunctions: readonly {
    readonly module: string;
    readonly name: string;
    readonly params: readonly ValueType[];
    readonly result: ValueType | undefined;
  }[];
  readonly call: EntryPoint;
}

const helpers: readonly HostCodeFunction[] = [copyOut, copyIn];
/** A schedule of guests that import other host functions needs no row for this one. */
const noCost: Omit<HostCost, 'source'> = { base: 0, perByte: 0 };

/**
 * The thunks of an ABI, what they share, and the entries that run a guest on the kernel, for one schedule.
 *
 * @throws EngineError `bad-argument` for a thunk of which the ABI's table of host functions has no row.
 */
export function linkThunks(abi: ThunkAbi, schedule: Schedule, isMetered: boolean): HostCode {
  const rows = new Map(abi.hostFunctions.map((row) => [`${row.module}.${row.name}`, row]));
  const functions = abi.thunks.functions.map(({ module, name, write }): HostCodeFunction => {
    const row = rows.get(`${module}.${name}`);
    if (row === undefined)
      throw new EngineError('bad-argument', `a thunk stands for ${module}.${name}, which has no row`);
    const { params, result } = row;
    const cost = own(schedule.hostCosts, `${module}.${name}`) ?? noCost;
    return {
      type: { params, results: result === undefined ? [] : [result] },
      replaces: { module, name },
      exportName: undefined,
      writeBody: (writer, at) =>
        write({
          at,
          schedule,
          kernel: (kernelFunction) => callKernel(at, kernelFunction),
          callPrepared: callPrepared(at),
          copyOut: call(at.functions[helpers.indexOf(copyOut)] as number),
          copyIn: call(at.functions[helpers.indexOf(copyIn)] as number),
          charge: (lengthLocal) => (isMetered ? charge(at, cost, lengthLocal) : nothing),
          markRange: at.mark === undefined ? plain(Op.drop, Op.drop) : call(at.mark),
        })(writer),
    };
  });
  return {
    imports: thunkImports,
    functions: [...helpers, ...functions, ...entries(abi.call, schedule.limits.stackWords)],
  };
}

/** gas -= base + perByte * bytes; trap below zero. */
function charge({ gas }: HostCodeIndices, { base, perByte }: typeof noCost, lengthLocal: number | undefined): Code {
  const fixed = i64(BigInt(base));
  const ofLength = (local: number): Code =>
    sequence(get(local), plain(Op.i64ExtendI32U), i64(BigInt(perByte)), plain(Op.i64Mul), fixed, plain(Op.i64Add));
  const amount = lengthLocal === undefined ? fixed : ofLength(lengthLocal);
  return sequence(getGlobal(gas), amount, plain(Op.i64Sub), setGlobal(gas), trapBelowZero(gas));
}
