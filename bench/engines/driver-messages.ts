import { EngineError } from '../../engine/errors.ts';
import type { SlotPlan } from '../protocol/protocol-plan.ts';
import type { KernelImage } from './kernel-image.ts';

/** What comes from the driver: a kind and a size in bytes (u32 each), then the body. All is little-endian. */
export const messageKind = {
  /** It runs. No body. */
  ready: 0,
  /** A call has left the guest with more memory. No body. */
  grown: 1,
  /** One run of the batch: see `readChecked`. */
  checked: 2,
  /** A later run came to another checksum. Body: that (u64). */
  differs: 3,
  /** Warmed up; waits for a byte. Body: u64 each: runs per sample, then the sums of the settling samples. */
  settled: 4,
  /** Done; waits for a byte. Body: u64 each: time on the wall, then the sums of the samples. */
  measured: 5,
  /** A host function was called that is not there. Body: its name. */
  missing: 6,
} as const;

export interface DriverMessage {
  readonly kind: number;
  readonly body: Uint8Array;
}

/** What one run of the batch came to. */
export interface Checked {
  readonly firstCallNs: number;
  readonly checksum: number;
  readonly gasUsed: bigint;
  /** Of the state after the batch; its SHA-256 is the digest. */
  readonly digestSum: Uint8Array;
}

/** V8 does not stop settling earlier than after so many samples. Code that was compiled ahead does not need more. */
const SETTLING_SAMPLES = 20;
const HEAD_BYTES = 8;

/** What the driver reads first: numbers (u64 each), then the kernel's memory. */
export function driverRequest({ memory, memoryPages, callCount }: KernelImage, plan: SlotPlan): Uint8Array {
  const numbers = BigUint64Array.from(
    [
      memory.length,
      memoryPages,
      callCount,
      plan.warmUpNs,
      plan.settleNs ?? 0,
      SETTLING_SAMPLES,
      plan.sampleNs,
      plan.measureNs,
      plan.sampleCount,
      plan.minSampleCount,
    ].map((number) => BigInt(Math.round(number))),
  );
  const request = new Uint8Array(numbers.byteLength + memory.length);
  request.set(new Uint8Array(numbers.buffer));
  request.set(memory, numbers.byteLength);
  return request;
}

/** The messages in what the driver writes, however it is cut. Ends where the driver does. */
export async function* driverMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<DriverMessage, undefined> {
  let pending = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(pending.length + chunk.length);
    bytes.set(pending);
    bytes.set(chunk, pending.length);
    let at = 0;
    while (bytes.length - at >= HEAD_BYTES) {
      const view = new DataView(bytes.buffer, at);
      const end = at + HEAD_BYTES + view.getUint32(4, true);
      if (end > bytes.length) break;
      yield { kind: view.getUint32(0, true), body: bytes.slice(at + HEAD_BYTES, end) };
      at = end;
    }
    pending = bytes.slice(at);
  }
}

/** Time of the first call (u64), the kernel's tally (24 bytes) and the sum (2048 bytes). */
export function readChecked(body: Uint8Array): Checked {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return {
    firstCallNs: Number(view.getBigUint64(0, true)),
    checksum: view.getUint32(20, true),
    gasUsed: view.getBigUint64(24, true),
    digestSum: body.subarray(32),
  };
}

export function readNumbers(body: Uint8Array): readonly number[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return Array.from({ length: body.length / 8 }, (_, at) => Number(view.getBigUint64(8 * at, true)));
}

/** What a message means that was not the expected one. */
export function driverFailure({ kind, body }: DriverMessage): EngineError {
  if (kind === messageKind.missing) {
    return new EngineError('no-code', `only JavaScript has ${new TextDecoder().decode(body)}`);
  }
  if (kind === messageKind.grown) {
    return new EngineError('no-code', "the guest's memory grows, and only JavaScript makes another instance");
  }
  if (kind === messageKind.differs) {
    return new EngineError('internal', `a timed batch came to checksum ${readNumbers(body)[0]}`);
  }
  return new EngineError('internal', `the driver sent message ${kind} out of turn`);
}
