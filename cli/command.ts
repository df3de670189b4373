import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  /** What `--help` prints: a line of synopsis, a sentence or two, the options. */
  readonly usage: string;
  /** @throws UsageError, InputRejected, ModuleRejected and EngineError, which `program.ts` turns into exit codes. */
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
}
