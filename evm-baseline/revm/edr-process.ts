import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../engine/errors.ts';
import type { Answer, Method, Request, Requests } from './messages.ts';

const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(`./edr-program.${isSource ? 'ts' : 'js'}`, import.meta.url));
/** This process's, and the loader, which may have been registered without one. */
const flags =
  isSource && !process.execArgv.some((flag) => flag.includes('tsx'))
    ? [...process.execArgv, '--import', import.meta.resolve('tsx')]
    : process.execArgv;

/**
 * EDR's record of a call grows with its instructions and with the data of its inner calls, so a guest can ask for more memory
 * than there is. Beyond this, in KiB of writable memory, the process ends. Node and EDR begin with 65 MB.
 */
const MEMORY_KIB = 12 << 20;
/** No more memory than that, no core dumps, and first in line when the system runs out of memory. */
const LIMITED = `ulimit -c 0; ulimit -d ${MEMORY_KIB}; echo 1000 > /proc/self/oom_score_adj; exec "$@"`;
const MAX_ERROR_TEXT = 2_000;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: EngineError) => void;
}

/**
 * A process with EDR in it. It never keeps this one alive while it is not asked anything.
 *
 * When it ends on its own, what was asked and everything after rejects with EngineError `machine-lost`.
 */
export class EdrProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #ended: Promise<void>;
  #lost: string | undefined;
  #errors = '';

  private constructor() {
    this.#child = fork(program, {
      execPath: '/bin/sh',
      execArgv: ['-c', LIMITED, 'sh', process.execPath, ...flags],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const errors = this.#child.stderr as Socket;
    errors.unref();
    errors.setEncoding('utf8').on('data', (text: string) => {
      if (this.#errors.length < MAX_ERROR_TEXT) this.#errors = (this.#errors + text).slice(0, MAX_ERROR_TEXT);
    });
    this.#child.on('message', (answer) => this.#take(answer as Answer));
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        this.#lose(how);
        resolve();
      };
      // Not `exit`: what the process said last is read first.
      this.#child.once('close', (code, signal) => end(String(signal ?? code)));
      this.#child.once('error', ({ message }) => end(message));
    });
    this.#rest();
  }

  /** @throws EngineError `backend-unavailable` where EDR is not installed, `machine-lost` where the process does not start. */
  static async start(): Promise<EdrProcess> {
    const started = new EdrProcess();
    await started.#answer();
    return started;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws EngineError what the process answers, or `machine-lost`. */
  ask<M extends Method>(method: M, ...args: Parameters<Requests[M]>): ReturnType<Requests[M]> {
    return this.#ask(method, args) as ReturnType<Requests[M]>;
  }

  /** Ends the process and waits until it is gone. */
  async end(): Promise<void> {
    this.#lost ??= 'it was closed';
    this.#child.kill('SIGKILL');
    this.#child.ref();
    await this.#ended;
  }

  #ask(method: Method, args: readonly unknown[]): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(lostError(this.#lost));
    const request: Request = { method, args };
    const answer = this.#answer();
    // A broken pipe says nothing that the end of the process does not say.
    this.#child.send(request, () => {});
    return answer;
  }

  #answer(): Promise<unknown> {
    this.#child.ref();
    this.#child.channel?.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#rest();
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new EngineError(answer.code, answer.message));
  }

  #rest(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #lose(how: string): void {
    const panic = /panicked at .*\n.*/.exec(this.#errors)?.[0] ?? this.#errors;
    this.#lost ??= [`the process of EDR ended (${how})`, panic.trim().slice(0, 500)].filter(Boolean).join(': ');
    for (const { reject } of this.#waiting.splice(0)) reject(lostError(this.#lost));
  }
}

function lostError(why: string): EngineError {
  return new EngineError('machine-lost', `this world is lost, make a new one: ${why}`);
}
