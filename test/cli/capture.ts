import type { Terminal } from '../../cli/terminal.ts';

export interface CapturedTerminal extends Terminal {
  output(): string;
  errors(): string;
}

/** A terminal that remembers what was written to it. */
export function capture(
  options: Partial<Pick<Terminal, 'hasColour' | 'isTerminal' | 'showsProgress' | 'columns' | 'errorColumns'>> = {},
): CapturedTerminal {
  const written = { out: '', error: '' };
  return {
    hasColour: false,
    isTerminal: false,
    showsProgress: false,
    columns: undefined,
    errorColumns: undefined,
    ...options,
    out: (content) => {
      written.out += typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
    },
    error: (content) => {
      written.error += typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
    },
    output: () => written.out,
    errors: () => written.error,
  };
}

export interface ProgramRun {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** The program, in this process. */
export function trimeter(...args: readonly string[]): Promise<ProgramRun> {
  return trimeterOn(capture(), ...args);
}

export async function trimeterOn(terminal: CapturedTerminal, ...args: readonly string[]): Promise<ProgramRun> {
  // Imported here: mocha requires test files, and what is both required and imported exists twice, error classes too.
  const { runProgram } = await import('../../cli/program.ts');
  const exitCode = await runProgram(args, terminal);
  return { exitCode, output: terminal.output(), errors: terminal.errors() };
}
