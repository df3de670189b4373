import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { ChildLost, type ChildProcess } from './child-process.ts';
import { builtUrl } from './node-command.ts';
import { workerScript } from './source-loader.ts';

/** A program of ours to start in a thread of this process. */
export interface ThreadCommand {
  /** For errors, such as `the thread of wasm`. */
  readonly what: string;
  /** Its source. */
  readonly thread: URL;
}

/** What a child is to whoever asks it, whether a process or a thread. */
export type Child = Pick<ChildProcess, 'pid' | 'stdout' | 'lost' | 'write' | 'endInput' | 'kill' | 'setWaitedFor'>;

/** A worker thread with the pipes of a process. What it writes to its standard error is not kept: it goes to ours. */
export class ChildThread implements Child {
  readonly #what: string;
  readonly #worker: Worker;
  readonly lost: Promise<ChildLost>;
  readonly pid: undefined = undefined;
  #whyKilled: string | undefined;
  #failure: string | undefined;

  constructor({ what, thread }: ThreadCommand) {
    this.#what = what;
    const isSource = thread.href === builtUrl(thread).href;
    const script = isSource ? workerScript(thread) : builtUrl(thread);
    const worker = new Worker(script, { eval: isSource, stdin: true, stdout: true });
    this.#worker = worker;
    worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    this.lost = new Promise((resolve) => {
      worker.once('exit', (code) => resolve(this.#lostError(code)));
    });
  }

  get stdout(): Readable {
    return this.#worker.stdout;
  }

  write(bytes: Uint8Array | string): void {
    this.#worker.stdin?.write(bytes);
  }

  endInput(): void {
    this.#worker.stdin?.end();
  }

  async kill(why: string): Promise<ChildLost> {
    this.#whyKilled ??= why;
    this.setWaitedFor(true);
    await this.#worker.terminate();
    return this.lost;
  }

  setWaitedFor(isWaitedFor: boolean): void {
    this.#worker[isWaitedFor ? 'ref' : 'unref']();
  }

  #lostError(code: number): ChildLost {
    const how = this.#whyKilled ?? `ended with ${code}`;
    const message = [`${this.#what} ${how}`, this.#whyKilled === undefined ? this.#failure : undefined];
    return new ChildLost(
      message.filter(Boolean).join(': '),
      code,
      null,
      this.#failure ?? '',
      this.#whyKilled !== undefined,
    );
  }
}
