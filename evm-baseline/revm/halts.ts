import { TrapCode } from '../../engine/outcome.ts';

interface Halt {
  /** revm's `InstructionResult`, of which EDR's `ExceptionalHalt` shows a part. */
  readonly name: string;
  /** How the call tracer says it: `fmt_error_msg` of revm-inspectors, which leaves most as revm's names. */
  readonly reported: string;
  readonly code: TrapCode;
}

const halt = (name: string, code: TrapCode, reported: string = name): Halt => ({ name, reported, code });

/**
 * Every way a frame ends in revm but success and revert. `FatalExternalError` is missing: it is a failure of the host. Those
 * that no outermost frame of Prague can end in are here too, and say the hardfork or frame that they belong to.
 */
export const halts: readonly Halt[] = [
  halt('OutOfGas', TrapCode.OutOfGas, 'out of gas'),
  halt('MemoryOOG', TrapCode.OutOfGas, 'out of gas: out of memory'),
  halt('MemoryLimitOOG', TrapCode.OutOfGas, 'out of gas: reach memory limit'),
  halt('PrecompileOOG', TrapCode.OutOfGas, 'out of gas'),
  halt('InvalidOperandOOG', TrapCode.OutOfGas, 'out of gas: invalid operand'),
  halt('ReentrancySentryOOG', TrapCode.OutOfGas, 'out of gas: not enough gas for reentrancy sentry'),
  // RETURNDATACOPY beyond the data: @ethereumjs calls that out of gas.
  halt('OutOfOffset', TrapCode.OutOfGas),
  halt('OpcodeNotFound', TrapCode.InvalidInstruction, 'invalid opcode'),
  halt('InvalidFEOpcode', TrapCode.InvalidInstruction, 'invalid opcode: INVALID'),
  halt('NotActivated', TrapCode.InvalidInstruction), // an instruction of a later hardfork
  halt('InvalidImmediateEncoding', TrapCode.InvalidInstruction), // Amsterdam
  halt('InvalidJump', TrapCode.InvalidInstruction, 'invalid jump destination'),
  halt('StackUnderflow', TrapCode.InvalidInstruction),
  halt('StackOverflow', TrapCode.InvalidInstruction, 'Out of stack'),
  halt('StateChangeDuringStaticCall', TrapCode.StaticCallViolation), // inner frames
  halt('CallNotAllowedInsideStatic', TrapCode.StaticCallViolation), // inner frames
  halt('CallTooDeep', TrapCode.CallDepthExceeded), // inner frames
  halt('OutOfFunds', TrapCode.InsufficientBalance, 'insufficient balance for transfer'),
  halt('OverflowPayment', TrapCode.HostArgumentInvalid),
  halt('PrecompileError', TrapCode.HostArgumentInvalid, 'precompiled failed'),
  halt('NonceOverflow', TrapCode.CreateFailed),
  halt('CreateCollision', TrapCode.CreateFailed),
  halt('CreateContractSizeLimit', TrapCode.CreateFailed),
  halt('CreateContractStartingWithEF', TrapCode.CreateFailed),
  halt('CreateInitCodeSizeLimit', TrapCode.CreateFailed),
  halt('CreateInitCodeStartingEF00', TrapCode.CreateFailed), // EOF
  halt('InvalidEOFInitCode', TrapCode.CreateFailed), // EOF
  halt('InvalidExtDelegateCallTarget', TrapCode.InvalidInstruction), // EOF
];

const codes: ReadonlyMap<string, TrapCode> = new Map(halts.map(({ reported, code }) => [reported, code]));

/** Undefined for what the table does not know. */
export function trapCodeOf(reported: string): TrapCode | undefined {
  return codes.get(reported);
}
