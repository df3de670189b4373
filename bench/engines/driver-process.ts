import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { EngineError } from '../../engine/errors.ts';
import { type DriverMessage, driverFailure, driverMessages } from './driver-messages.ts';

const GO = Uint8Array.of(1);

/** A process in which an engine runs the driver. */
export class DriverProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  readonly #messages: AsyncGenerator<DriverMessage, undefined>;
  #errors = '';

  /** @param paddingBytes Put into the environment. */
  constructor(binary: string, args: readonly string[], paddingBytes: number) {
    this.#child = spawn(binary, args, {
      env: { ...process.env, TRIMETER_PADDING: 'x'.repeat(paddingBytes) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    // Whoever waits for a message is told; a broken pipe says no more than that.
    this.#ended.catch(() => {});
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    this.#messages = driverMessages(this.#child.stdout);
  }

  send(bytes: Uint8Array): void {
    this.#child.stdin.write(bytes);
  }

  /** Lets a driver go on that waits. */
  go(): void {
    this.send(GO);
  }

  /**
   * The body of the next message.
   *
   * @throws EngineError as `driverFailure` has it for a message of another kind; `no-code` if the guest traps, which it does
   * nowhere on V8 but where a thunk leaves the call to JavaScript; `internal` if the process ends otherwise.
   */
  async expect(kind: number): Promise<Uint8Array> {
    const { value: message } = await this.#messages.next();
    if (message?.kind === kind) return message.body;
    if (message !== undefined) throw driverFailure(message);
    await this.#ended;
    if (this.#errors.includes('wasm trap')) throw new EngineError('no-code', 'a call is left to JavaScript by a trap');
    throw new EngineError('internal', `the engine ended early: ${this.#errors.trim().slice(0, 500)}`);
  }

  /** Processor time of the thread that runs WebAssembly, in nanoseconds. Right while the driver waits. Linux only. */
  threadNs(): number | undefined {
    try {
      return Number(readFileSync(`/proc/${this.#child.pid}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      return undefined;
    }
  }

  /** Ends the process if it has not ended, and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.kill();
    await this.#ended.catch(() => {});
  }
}
