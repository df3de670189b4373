import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { EngineError } from '../engine/errors.ts';

/** A program to start. */
export interface ChildCommand {
  /** For errors, such as `a measuring process`. */
  readonly what: string;
  readonly binary: string;
  readonly args: readonly string[];
  /** In addition to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Of what a child says to its standard error the last so many characters are kept. */
export const maxErrorText = 10_000;

/**
 * A child process is gone, or had to be ended, and with it all that was asked of it.
 *
 * @example
 * const error = new ChildLost('the process of wasm has ended', 1, null, 'out of memory');
 * console.log(error instanceof EngineError, error.code, error.exitCode); // true machine-lost 1
 */
export class ChildLost extends EngineError {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last that it wrote to its standard error. */
  readonly errorText: string;
  /** Whether we ended it, because it was late or wrote what is no answer. */
  readonly wasEnded: boolean;

  constructor(
    message: string,
    exitCode: number | null,
    signal: string | null,
    errorText: string,
    wasEnded: boolean = false,
  ) {
    super('machine-lost', message);
    this.exitCode = exitCode;
    this.signal = signal;
    this.errorText = errorText;
    this.wasEnded = wasEnded;
  }
}

/** How long what a process has written is read after it is gone. */
const PIPES_MS = 2000;

/** Not one of them outlives this process. */
const running = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();

function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A process with pipes to it. What goes through them is its user's business. */
export class ChildProcess {
  readonly #what: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Once it is gone and all that it wrote was read. */
  readonly lost: Promise<ChildLost>;
  #whyKilled: string | undefined;
  #errors = '';

  constructor({ what, binary, args, env = {} }: ChildCommand) {
    this.#what = what;
    const child = spawn(binary, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    if (running.size === 0) process.once('exit', endAll);
    running.add(child);
    // A broken pipe says nothing that the end of the process does not say.
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-maxErrorText);
    });
    this.lost = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null, failure?: string) => {
        running.delete(child);
        if (running.size === 0) process.off('exit', endAll);
        resolve(this.#lostError(code, signal, failure));
      };
      child.once('error', ({ message }) => end(null, null, message));
      child.once('close', (code, signal) => end(code, signal));
      // Something that it started may hold its pipes open.
      child.once('exit', (code, signal) => setTimeout(() => end(code, signal), PIPES_MS).unref());
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): Readable {
    return this.#child.stdout;
  }

  write(bytes: Uint8Array | string): void {
    this.#child.stdin.write(bytes);
  }

  /** Tells it that nothing more will come. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Ends it, and waits until it is gone. @param why For the error that its users get. */
  async kill(why: string): Promise<ChildLost> {
    this.#whyKilled ??= why;
    this.#child.kill('SIGKILL');
    this.setWaitedFor(true);
    return this.lost;
  }

  /** Whether this process stays for the sake of the child. It does at first. */
  setWaitedFor(isWaitedFor: boolean): void {
    const method = isWaitedFor ? 'ref' : 'unref';
    this.#child[method]();
    for (const pipe of this.#child.stdio) (pipe as Socket | null)?.[method]();
  }

  #lostError(code: number | null, signal: string | null, failure: string | undefined): ChildLost {
    const how = this.#whyKilled ?? (failure === undefined ? `ended with ${code ?? signal}` : `did not run: ${failure}`);
    const line = this.#whyKilled === undefined ? errorLine(this.#errors) : undefined;
    const message = [`${this.#what} ${how}`, line].filter(Boolean).join(': ');
    return new ChildLost(message, code, signal, this.#errors, this.#whyKilled !== undefined);
  }
}

const MAX_LINE = 500;

/** Of what a process that failed has written: the line with the error, and not the stack trace around it; of a panic two. */
function errorLine(text: string): string | undefined {
  const panic = /panicked at .*\n.*/.exec(text)?.[0];
  if (panic !== undefined) return panic.slice(0, MAX_LINE);
  const lines = text.split('\n').map((line) => line.trim());
  const line = lines.find((line) => /^(?:\w*Error\b|FATAL|fatal)/.test(line)) ?? lines.find((line) => line !== '');
  return line?.slice(0, MAX_LINE);
}
