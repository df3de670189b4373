import type { ChildResult, Frame } from '../../frame.ts';
import { MAX_GAS } from '../../gas.ts';
import { GuestExit, GuestTrap } from '../../guest-exit.ts';
import { readBytes } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { readPayload, refuseInStaticCall } from '../frame-checks.ts';
import { type HostFunction, hostFunction, lengthsAt } from '../host-function.ts';
import { accountIdOf } from './account-id.ts';
import { blake2 } from './blake2.ts';
import { forwardInput, inputOf } from './call-input.ts';
import { readAccount, readBalance, writeOptionalOutput } from './guest-values.ts';
import { refusesReentry, withoutReentry } from './reentry.ts';
import { ReturnCode } from './return-code.ts';
import { sealImport } from './seal-import.ts';

const HASH_BYTES = 32;

/** Flags of `seal1.call` (pallet-contracts `CallFlags`). */
const callFlags = { forwardInput: 1, cloneInput: 2, tailCall: 4, allowReentry: 8, readOnly: 16 } as const;
const ALL_CALL_FLAGS = 31;

/**
 * Calls, creations and transfers. A code hash is the SHA-256 of a module deployed in this world, as everywhere in the
 * engine; chains use BLAKE2. Output that a callee returns was paid for by the callee.
 */
export const callFunctions: readonly HostFunction[] = [
  hostFunction(
    sealImport(1, 'call', ['i32', 'i32', 'i64', 'i32', 'i32', 'i32', 'i32', 'i32'], 'i32', (frame, args) => {
      const takesOwnInput = (Number(args[0]) & (callFlags.forwardInput | callFlags.cloneInput)) !== 0;
      return takesOwnInput ? frame.message.input.length : Number(args[5]) >>> 0;
    }),
    (frame, flags, callee, gas, value, input, inputLength, output, outputLength) => {
      if ((flags & ~ALL_CALL_FLAGS) !== 0) throw new GuestTrap(TrapCode.HostArgumentInvalid);
      const bytes = callInput(frame, flags, input, inputLength);
      const result = call(frame, flags, readAccount(frame, callee), gas, readBalance(frame, value), bytes);
      if (typeof result === 'number') return result;
      if (result.status !== 'trap') {
        if ((flags & callFlags.tailCall) !== 0) throw new GuestExit({ status: result.status, output: result.output });
        writeOptionalOutput(frame, output, outputLength, result.output);
      }
      return returnCodeOf(result);
    },
  ),
  hostFunction(
    sealImport(
      1,
      'instantiate',
      ['i32', 'i64', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
      'i32',
      lengthsAt(4, 10),
    ),
    (frame, codeHash, gas, value, input, inputLength, ...rest) => {
      const [address, addressLength, output, outputLength, salt, saltLength] = rest;
      refuseInStaticCall(frame);
      refuseTooDeep(frame);
      const result = frame.calls.create(frame, {
        moduleHash: readBytes(frame.memory, codeHash, HASH_BYTES),
        input: readPayload(frame, input, inputLength),
        value: readBalance(frame, value),
        salt: blake2(readPayload(frame, salt, saltLength), 32),
        gas: gasFor(gas),
      });
      if (result.address !== undefined) writeOptionalOutput(frame, address, addressLength, accountIdOf(result.address));
      if (result.status !== 'trap') writeOptionalOutput(frame, output, outputLength, result.output);
      return returnCodeOf(result);
    },
  ),
  // The lengths are fixed and ignored. Nothing of the receiver runs.
  hostFunction(sealImport(0, 'transfer', ['i32', 'i32', 'i32', 'i32'], 'i32'), (frame, account, _length, value) => {
    refuseInStaticCall(frame);
    const { state, account: payer } = frame;
    const payee = state.account(readAccount(frame, account));
    const wei = readBalance(frame, value);
    if (payee === payer) return ReturnCode.Success;
    if (payer.wei < wei) return ReturnCode.TransferFailed;
    state.setWei(payer, payer.wei - wei);
    state.setWei(payee, payee.wei + wei);
    return ReturnCode.Success;
  }),
  hostFunction(sealImport(0, 'set_code_hash', ['i32'], 'i32'), (frame, codeHash) => {
    refuseInStaticCall(frame);
    const isKnown = frame.calls.setCode(frame, readBytes(frame.memory, codeHash, HASH_BYTES));
    return isKnown ? ReturnCode.Success : ReturnCode.CodeNotFound;
  }),
];

function callInput(frame: Frame, flags: number, input: number, inputLength: number): Uint8Array {
  if ((flags & callFlags.cloneInput) !== 0) return inputOf(frame);
  if ((flags & callFlags.forwardInput) !== 0) return forwardInput(frame);
  return readPayload(frame, input, inputLength);
}

function call(
  frame: Frame,
  flags: number,
  to: Uint8Array,
  gas: bigint,
  value: bigint,
  input: Uint8Array,
): ChildResult | ReturnCode {
  const isReadOnly = (flags & callFlags.readOnly) !== 0;
  if (value > 0n && (isReadOnly || frame.message.isStatic)) throw new GuestTrap(TrapCode.StaticCallViolation);
  const run = () => {
    if (refusesReentry(frame, to)) throw new GuestTrap(TrapCode.HostArgumentInvalid);
    refuseTooDeep(frame);
    if (frame.calls.codeHashAt(to) === undefined) return ReturnCode.NotCallable;
    const kind = isReadOnly ? 'static' : 'call';
    return frame.calls.call(frame, { kind, to, value, input, gas: gasFor(gas), stipend: 0n });
  };
  return (flags & callFlags.allowReentry) !== 0 ? run() : withoutReentry(frame, run);
}

/** On pallet-contracts the caller that goes too deep traps, not the callee. */
function refuseTooDeep(frame: Frame): void {
  if (frame.message.depth >= frame.schedule.callDepth) throw new GuestTrap(TrapCode.CallDepthExceeded);
}

/** Zero asks for all there is. */
function gasFor(gas: bigint): bigint {
  return gas === 0n ? MAX_GAS : BigInt.asUintN(64, gas);
}

/** The two trap codes below come from a child that never started: no host function of a guest raises them. */
function returnCodeOf({ status, trapCode }: ChildResult): ReturnCode {
  if (status === 'success') return ReturnCode.Success;
  if (status === 'revert') return ReturnCode.CalleeReverted;
  if (trapCode === TrapCode.InsufficientBalance) return ReturnCode.TransferFailed;
  if (trapCode === TrapCode.CreateFailed) return ReturnCode.CodeNotFound;
  return ReturnCode.CalleeTrapped;
}
