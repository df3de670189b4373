import type { EntryPoint } from '../../metering/format/module-interface.ts';
import { Op } from '../../metering/format/opcodes.ts';
import type { HostCodeFunction, HostCodeIndices } from '../../metering/host/host-code.ts';
import { kernelBuffer } from './kernel-exports.ts';
import { preparedCall } from './prepared-call.ts';
import {
  body,
  branchIf,
  type Code,
  call,
  codeFunction,
  get,
  getGlobal,
  i32,
  i64,
  ifTrue,
  loop,
  memoryPages,
  nothing,
  plain,
  sequence,
  set,
  setGlobal,
  tee,
} from './thunk-code.ts';
import { callKernel } from './thunk-imports.ts';

/** Export names, behind the prefix of all injected names. */
export const enterExport = 'enter';
export const enterCallExport = 'enter_call';
export const enterPreparedExport = 'enter_prepared';
export const runBatchExport = 'run_batch';

/** What `enter_call` tells of a call: whether it was reverted, and whether memory has grown, which makes the instance useless. */
export const callBits = { isReverted: 1, hasGrown: 2 } as const;

/**
 * Four ways into a guest that leave memory and globals as they are in a fresh instance:
 *
 * - `enter: (input length: i32, gas: i64, stack words: i32) -> status: i32`. The gas left stays in its global.
 * - `enter_call: (account: i32, caller: i32, input length: i32, gas: i64, stack words: i32) -> bits of `callBits`, or -1`: a call
 *   from outside, which the kernel opens, or refuses to, and closes: see `endedCall`.
 * - `enter_prepared: (input length: i32, gas low: i32, gas high: i32, stack words: i32) -> status: i32`, 0 or 1, for a call
 *   that a thunk of the caller has prepared: see `preparedCall`.
 * - `run_batch: (index: i32, end: i32) -> index: i32`: messages of the kernel's batch, from one on up to another, which is
 *   returned, or an earlier one: that the kernel refuses to open, or before which memory has grown.
 *
 * @param entry The ABI's entry point for calls, which takes the input's length or nothing. It returns 0 for success, or nothing
 * if every return is one.
 * @param stackWords What a message of a batch gets.
 */
export function entries(entry: EntryPoint, stackWords: number): readonly HostCodeFunction[] {
  const enter = (at: HostCodeIndices, inputBytes: Code): Code =>
    sequence(
      entry.params.length === 0 ? nothing : inputBytes,
      call(at.entryPoint(entry.name) as number),
      entry.results.length === 0 ? i32(0) : nothing,
    );
  return [
    codeFunction({ params: ['i32', 'i64', 'i32'], results: ['i32'] }, enterExport, (at) => {
      const [inputBytes, gas, stack, status] = [0, 1, 2, 3];
      return body(
        ['i32'],
        sequence(get(gas), setGlobal(at.gas), get(stack), setGlobal(at.stack)),
        sequence(enter(at, get(inputBytes)), set(status)),
        restore(at),
        get(status),
      );
    }),
    codeFunction({ params: ['i32', 'i32', 'i32', 'i64', 'i32'], results: ['i32'] }, enterCallExport, (at) => {
      const [account, caller, inputBytes, gas, stack, ended, pages] = [0, 1, 2, 3, 4, 5, 6];
      const memorySize = at.restore === undefined ? i32(0) : memoryPages;
      return body(
        ['i32', 'i32'],
        sequence(i32(-1), set(ended)),
        sequence(get(account), get(caller), get(inputBytes), callKernel(at, 'call_open')),
        ifTrue(
          sequence(memorySize, set(pages)),
          sequence(get(gas), setGlobal(at.gas), get(stack), setGlobal(at.stack)),
          sequence(enter(at, get(inputBytes)), i32(0), plain(Op.i32Ne), tee(ended)),
          sequence(getGlobal(at.gas), callKernel(at, 'call_close')),
          sequence(memorySize, get(pages), plain(Op.i32Ne), i32(1), plain(Op.i32Shl)),
          sequence(get(ended), plain(Op.i32Or), set(ended)),
          restore(at),
        ),
        get(ended),
      );
    }),
    codeFunction({ params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] }, enterPreparedExport, (at) => {
      const [inputBytes, gasLow, gasHigh, stack, status] = [0, 1, 2, 3, 4];
      return body(
        ['i32'],
        sequence(get(gasHigh), plain(Op.i64ExtendI32U), i64(32n), plain(Op.i64Shl)),
        sequence(get(gasLow), plain(Op.i64ExtendI32U, Op.i64Or), setGlobal(at.gas)),
        sequence(get(stack), setGlobal(at.stack)),
        sequence(enter(at, get(inputBytes)), i32(0), plain(Op.i32Ne), set(status)),
        sequence(i32(kernelBuffer.scratch), i32(preparedCall.gas), getGlobal(at.gas)),
        sequence(i64(0n), i64(0n), i64(0n), callKernel(at, 'put4')),
        restore(at),
        get(status),
      );
    }),
    codeFunction({ params: ['i32', 'i32'], results: ['i32'] }, runBatchExport, (at) => {
      const [index, end, inputBytes, gasLimit, pages] = [0, 1, 2, 3, 4];
      const memorySize = at.restore === undefined ? i32(0) : memoryPages;
      return body(
        ['i32', 'i64', 'i32'],
        sequence(memorySize, set(pages)),
        loop(
          sequence(get(index), callKernel(at, 'batch_open'), tee(inputBytes), i32(0), plain(Op.i32GeS)),
          ifTrue(
            sequence(get(index), callKernel(at, 'batch_gas_limit'), tee(gasLimit), setGlobal(at.gas)),
            sequence(i32(stackWords), setGlobal(at.stack)),
            sequence(enter(at, get(inputBytes)), i32(0), plain(Op.i32Ne)),
            sequence(get(gasLimit), getGlobal(at.gas), plain(Op.i64Sub), callKernel(at, 'batch_close')),
            restore(at),
            sequence(get(index), i32(1), plain(Op.i32Add), tee(index)),
            // Memory that has grown stays so: the next message needs another instance.
            sequence(get(end), plain(Op.i32LtU), memorySize, get(pages), plain(Op.i32Eq, Op.i32And), branchIf(1)),
          ),
        ),
        get(index),
      );
    }),
  ];
}

function restore(at: HostCodeIndices): Code {
  return sequence(at.restore === undefined ? nothing : call(at.restore), call(at.reset));
}
