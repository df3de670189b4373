import { printable } from '../harness/text/printable.ts';
import { wrapText } from '../harness/text/wrap-text.ts';
import { ExitCode } from './exit-code.ts';

/** Where a command's words go. Commands get one handed in, so that tests can read what a user would. */
export interface Terminal {
  /** Results. Bytes are for a file or a pipe. */
  out(content: string | Uint8Array): void;
  /** Errors and progress: text is wrapped where it goes to a screen, bytes are a document. */
  error(content: string | Uint8Array): void;
  readonly hasColour: boolean;
  /** Whether results go to a screen. */
  readonly isTerminal: boolean;
  /** How wide that screen is; undefined if results go elsewhere. */
  readonly columns: number | undefined;
  /** The same for errors. */
  readonly errorColumns: number | undefined;
  /** Whether someone is watching: progress is shown on a terminal and not in CI. */
  readonly showsProgress: boolean;
}

export interface ProcessTerminal extends Terminal {
  /** Waits until everything is out. What the process should end with after a command that ended so. */
  finish(exitCode: ExitCode): Promise<ExitCode>;
}

/**
 * The process's own streams. Colour is for terminals; NO_COLOR set to anything turns it off (https://no-color.org), and
 * FORCE_COLOR on, or off as 0 or false (https://force-color.org, https://nodejs.org/api/cli.html#force_color1-2-3).
 */
export function processTerminal(): ProcessTerminal {
  const { env, stdout, stderr } = process;
  let isClosed = false;
  let failure: NodeJS.ErrnoException | undefined;
  const onError = (error: NodeJS.ErrnoException) => {
    isClosed = true;
    // `trimeter ... | head` closes our output early, which is no fault: what is left to do is done in silence.
    if (error.code !== 'EPIPE') failure ??= error;
  };
  stdout.on('error', onError);
  // There is nowhere left to say it.
  stderr.on('error', () => {});
  const forced = env['FORCE_COLOR'];
  const isForced =
    forced === undefined || (env['NO_COLOR'] ?? '') !== '' ? undefined : !['0', 'false'].includes(forced);
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (content) => {
      if (!isClosed) stdout.write(content);
    },
    error: (content) => void stderr.write(typeof content === 'string' ? wrapText(content, columnsOf(stderr)) : content),
    hasColour: isForced ?? (stdout.isTTY === true && !isPlain),
    isTerminal: stdout.isTTY === true,
    get columns() {
      return columnsOf(stdout);
    },
    get errorColumns() {
      return columnsOf(stderr);
    },
    showsProgress: stderr.isTTY === true && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
    finish: async (exitCode) => {
      // The callback comes before the event that says why.
      if (!isClosed) await new Promise((resolve) => stdout.write('', () => setImmediate(resolve)));
      if (failure === undefined) return exitCode;
      stderr.write(`trimeter: standard output cannot be written (${printable(failure.code ?? failure.message)})\n`);
      return exitCode === ExitCode.Done ? ExitCode.BadInput : exitCode;
    },
  };
}

/** Asked for anew each time: windows change. */
function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY ? stream.columns : undefined;
}
