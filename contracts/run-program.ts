import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Where it runs. Default: here. */
  readonly folder?: string;
  /** On its standard input; default nothing. */
  readonly input?: string;
  readonly limitMs: number;
  /** Most that it may write to standard output; default 64 MiB. Of its errors the last 64 KiB are kept. */
  readonly mostBytes?: number;
}

/** How a program that somebody else wrote came to its end. */
export interface ProgramEnd {
  /** Undefined where it ended with 0; or else in words, such as `ended with 2`. */
  readonly failure: string | undefined;
  /** Whether there is no such program. */
  readonly isMissing: boolean;
  readonly output: string;
  readonly errors: string;
}

const MOST_BYTES = 64 << 20;
const MOST_ERROR_CHARACTERS = 64 << 10;

/**
 * Runs a program to its end, with bounds on its time and on what it may say. It does not outlive this process. Nothing is
 * thrown: what went wrong is for the caller to put into words.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { folder, input, limitMs, mostBytes = MOST_BYTES }: ProgramOptions,
): Promise<ProgramEnd> {
  const child = spawn(command, args, {
    ...(folder !== undefined && { cwd: folder }),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // What npm is there.
    shell: command === 'npm' && process.platform === 'win32',
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let stopped: string | undefined;
  const stop = (why: string): void => {
    stopped ??= why;
    kill();
  };
  const timer = setTimeout(() => stop(`did not end within ${limitMs / 1000} s, the limit`), limitMs);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) stop(`wrote more than ${mostBytes} bytes, the limit`);
    else chunks.push(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MOST_ERROR_CHARACTERS);
  });
  // A broken pipe says nothing that the end of the process does not say.
  child.stdin?.on('error', () => {}).end(input);
  let isMissing = false;
  const ended = await new Promise<string | undefined>((end) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      isMissing = error.code === 'ENOENT';
      end(`did not run (${error.message})`);
    });
    child.once('close', (code, signal) => end(code === 0 ? undefined : `ended with ${code ?? signal}`));
  });
  clearTimeout(timer);
  process.off('exit', kill);
  return { failure: stopped ?? ended, isMissing, output: Buffer.concat(chunks).toString(), errors };
}
