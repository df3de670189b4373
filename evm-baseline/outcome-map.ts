import { EVMError, type ExecResult } from '@ethereumjs/evm';
import { EngineError } from '../engine/errors.ts';
import { type Outcome, TrapCode } from '../engine/outcome.ts';

const messages = EVMError.errorMessages;

/**
 * Every way @ethereumjs says that a frame halted exceptionally. What is missing (`stop`, `internal error`, an exhausted
 * refund counter) no guest can bring about. The errors of precompiles are arguments refused by a host function.
 */
const trapCodes: ReadonlyMap<string, TrapCode> = new Map<string, TrapCode>([
  [messages.OUT_OF_GAS, TrapCode.OutOfGas],
  [messages.CODESTORE_OUT_OF_GAS, TrapCode.OutOfGas],
  [messages.STACK_UNDERFLOW, TrapCode.InvalidInstruction],
  [messages.STACK_OVERFLOW, TrapCode.InvalidInstruction],
  [messages.INVALID_JUMP, TrapCode.InvalidInstruction],
  [messages.INVALID_OPCODE, TrapCode.InvalidInstruction],
  [messages.STATIC_STATE_CHANGE, TrapCode.StaticCallViolation],
  [messages.INSUFFICIENT_BALANCE, TrapCode.InsufficientBalance],
  [messages.CREATE_COLLISION, TrapCode.CreateFailed],
  [messages.CODESIZE_EXCEEDS_MAXIMUM, TrapCode.CreateFailed],
  [messages.INITCODE_SIZE_VIOLATION, TrapCode.CreateFailed],
  [messages.INVALID_BYTECODE_RESULT, TrapCode.CreateFailed],
  [messages.INVALID_EOF_FORMAT, TrapCode.CreateFailed],
  [messages.VALUE_OVERFLOW, TrapCode.HostArgumentInvalid],
  [messages.OUT_OF_RANGE, TrapCode.HostArgumentInvalid],
  [messages.INVALID_INPUT_LENGTH, TrapCode.HostArgumentInvalid],
  [messages.BLS_12_381_POINT_NOT_ON_CURVE, TrapCode.HostArgumentInvalid],
  [messages.BLS_12_381_INPUT_EMPTY, TrapCode.HostArgumentInvalid],
  [messages.BLS_12_381_FP_NOT_IN_FIELD, TrapCode.HostArgumentInvalid],
  [messages.BN254_FP_NOT_IN_FIELD, TrapCode.HostArgumentInvalid],
  [messages.INVALID_COMMITMENT, TrapCode.HostArgumentInvalid],
  [messages.INVALID_INPUTS, TrapCode.HostArgumentInvalid],
  [messages.INVALID_PROOF, TrapCode.HostArgumentInvalid],
]);

/**
 * The outcome of an outermost EVM frame.
 *
 * `gasUsed` is the gas of execution: what must be supplied for the frame not to run out. It leaves out what a
 * transaction adds around it (21,000 and the price of calldata, EIP-2028 and EIP-7623; creation's 32,000 and the price
 * of initcode words, EIP-3860) and what it gives back at the end (refunds, EIP-3529).
 *
 * @param isPrecompile Whether there was no code but a precompile.
 * @throws EngineError `unknown-trap` for an error that this table does not know.
 */
export function outcomeOf(result: ExecResult, gasLimit: bigint, isPrecompile: boolean): Outcome {
  const { exceptionError, returnValue: output, executionGasUsed: gasUsed } = result;
  if (exceptionError === undefined) {
    const events = (result.logs ?? []).map(([address, topics, data]) => ({ address: address.slice(), topics, data }));
    return { status: 'success', output, events, gasUsed };
  }
  // Precompiles that fail say so with several errors, this one among them, and none of them reverts.
  if (exceptionError.error === messages.REVERT && isPrecompile) return trap(TrapCode.HostArgumentInvalid, gasLimit);
  if (exceptionError.error === messages.REVERT) return { status: 'revert', output, gasUsed };
  // An invalid jump names its place: `invalid JUMP at <address>/<code hash>:<program counter>`.
  const code = trapCodes.get(exceptionError.error.replace(/ at .*/, ''));
  if (code === undefined) throw new EngineError('unknown-trap', `the EVM reported ${exceptionError.error}`);
  return trap(code, gasLimit);
}

function trap(code: TrapCode, gasUsed: bigint): Outcome {
  return { status: 'trap', code, gasUsed };
}
