import { bigintToBytes, bytesToBigint, concatBytes } from '../engine/bytes.ts';
import type { BlockContext, FullCallMessage } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import type { Event, Outcome, TrapCode } from '../engine/outcome.ts';
import type { AccountView } from '../engine/state/digest.ts';

/**
 * How values cross between JavaScript and the native host; `host/wire.hpp` is the other side. Integers are big-endian,
 * and every field has the length given in brackets.
 */

const MESSAGE_HEAD_BYTES = 20 + 20 + 32 + 4;

/** Per message: caller (20), callee (20), value (32), input length (4), input. Gas does not count on the native machine. */
export function encodeMessages(messages: readonly Omit<FullCallMessage, 'gasLimit'>[]): Uint8Array {
  let length = 0;
  for (const { input } of messages) length += MESSAGE_HEAD_BYTES + input.length;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { caller, to, value, input } of messages) {
    bytes.set(caller, at);
    bytes.set(to, at + 20);
    if (value !== 0n) bytes.set(bigintToBytes(value, 32), at + 40);
    view.setUint32(at + 72, input.length);
    bytes.set(input, at + MESSAGE_HEAD_BYTES);
    at += MESSAGE_HEAD_BYTES + input.length;
  }
  return bytes;
}

/** Chain id, number, timestamp, gas limit (8 each), base fee (32), coinbase (20). */
export function encodeBlock(block: BlockContext): Uint8Array {
  const small = [block.chainId, block.number, block.timestamp, block.gasLimit].map((value) => bigintToBytes(value, 8));
  return concatBytes([...small, bigintToBytes(block.baseFee, 32), block.coinbase]);
}

/** Takes values off bytes that the host made. Byte strings are copies. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  u8(): number {
    return this.#view.getUint8(this.#at++);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  /**
   * Status (1), trap code (1), output length (4), output, number of events (4), and per event: address (20), number of
   * topics (1), length of topics and data (4), topics and data.
   */
  outcome(): Outcome {
    const status = this.u8();
    const code = this.u8() as TrapCode;
    const output = this.take(this.u32());
    const events = Array.from({ length: this.u32() }, () => this.#event());
    if (status === 0) return { status: 'success', output, events, gasUsed: 0n };
    if (status === 1) return { status: 'revert', output, gasUsed: 0n };
    if (status === 2) return { status: 'trap', code, gasUsed: 0n };
    throw new EngineError('internal', `the native host returned status ${status}`);
  }

  /** Address (20), balance (32), number of slots (4), and per slot: key (32), value (32). */
  account(): AccountView {
    const address = this.take(20);
    const wei = bytesToBigint(this.take(32));
    const storage = Array.from({ length: this.u32() }, () => ({ key: this.take(32), value: this.take(32) }));
    return { address, wei, storage };
  }

  #event(): Event {
    const address = this.take(20);
    const topicCount = this.u8();
    const length = this.u32();
    const topics = Array.from({ length: topicCount }, () => this.take(32));
    return { address, topics, data: this.take(length - 32 * topicCount) };
  }
}
