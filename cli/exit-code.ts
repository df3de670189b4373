import { InputRejected } from '../contracts/input-rejected.ts';
import { EngineError, type EngineErrorCode } from '../engine/errors.ts';
import { ReplayRejected } from '../harness/agreement/replay-file.ts';
import { TraceRejected } from '../harness/divergence/trace-file.ts';
import { missingPackage } from '../harness/machines/missing-package.ts';
import { ModuleRejected } from '../metering/format/module-rejected.ts';
import { UsageError } from './usage-error.ts';

/** What the process ends with. Stable: scripts and CI jobs match on them. */
export const ExitCode = {
  /** Done; where machines were compared, they agreed. */
  Done: 0,
  /** Machines disagreed. */
  Disagreement: 1,
  /**
   * Bad usage or bad input (a workload whose calls fail is some), an output that cannot be written, nothing to compare, or a
   * benchmark that concludes nothing because too much else ran on the computer.
   */
  BadInput: 2,
  /** The engine failed: a bug of ours, or a host out of memory. */
  EngineFault: 3,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What is wrong with the contract, or with what is installed. */
const inputCodes: readonly EngineErrorCode[] = ['backend-unavailable', 'no-code', 'not-deployed'];

/** Whose fault an error is: of what we were given, an optional package, compiler or port included, or ours. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof InputRejected) return ExitCode.BadInput;
  if (error instanceof ModuleRejected || error instanceof ReplayRejected) return ExitCode.BadInput;
  if (error instanceof TraceRejected) return ExitCode.BadInput;
  if (error instanceof EngineError && inputCodes.includes(error.code)) return ExitCode.BadInput;
  if (missingPackage(error) !== undefined) return ExitCode.BadInput;
  return ExitCode.EngineFault;
}
