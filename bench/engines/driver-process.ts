import { EngineError } from '../../engine/errors.ts';
import { ChildProcess } from '../../processes/child-process.ts';
import { mainThreadNsOf } from '../protocol/thread-time.ts';
import { type DriverMessage, driverFailure, driverMessages } from './driver-messages.ts';

const GO = Uint8Array.of(1);

/** A process in which an engine runs the driver. */
export class DriverProcess {
  readonly #child: ChildProcess;
  readonly #messages: AsyncGenerator<DriverMessage, undefined>;

  /** @param paddingBytes Put into the environment. */
  constructor(binary: string, args: readonly string[], paddingBytes: number) {
    const env = { TRIMETER_PADDING: 'x'.repeat(paddingBytes) };
    this.#child = new ChildProcess({ what: 'the engine', binary, args, env });
    this.#messages = driverMessages(this.#child.stdout);
  }

  send(bytes: Uint8Array): void {
    this.#child.write(bytes);
  }

  /** Lets a driver go on that waits. */
  go(): void {
    this.send(GO);
  }

  /**
   * The body of the next message.
   *
   * @throws EngineError as `driverFailure` has it for a message of another kind; `no-code` if the guest traps, which it does
   * nowhere on V8 but where a thunk leaves the call to JavaScript; ChildLost if the process ends otherwise.
   */
  async expect(kind: number): Promise<Uint8Array> {
    const { value: message } = await this.#messages.next();
    if (message?.kind === kind) return message.body;
    if (message !== undefined) throw driverFailure(message);
    const lost = await this.#child.lost;
    if (lost.errorText.includes('wasm trap'))
      throw new EngineError('no-code', 'a call is left to JavaScript by a trap');
    throw lost;
  }

  /** Processor time of the thread that runs WebAssembly, in nanoseconds. Right while the driver waits. Linux only. */
  threadNs(): number | undefined {
    return mainThreadNsOf(this.#child.pid);
  }

  /** Ends the process if it has not ended, and waits until it is gone. */
  async close(): Promise<void> {
    await this.#child.kill('was closed');
  }
}
