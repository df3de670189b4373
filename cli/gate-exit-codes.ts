import type { GateVerdict } from '../harness/gate/gate-run.ts';
import { ExitCode } from './exit-code.ts';

/** What a gate ends with. */
export const gateExitCodes: Readonly<Record<GateVerdict, ExitCode>> = {
  green: ExitCode.Done,
  amber: ExitCode.Done,
  red: ExitCode.Disagreement,
  'not-compared': ExitCode.BadInput,
};
