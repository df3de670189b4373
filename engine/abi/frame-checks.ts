import type { Frame } from '../frame.ts';
import { GuestTrap } from '../guest-exit.ts';
import { readBytes } from '../guest-memory.ts';
import { TrapCode } from '../outcome.ts';

/** Reads call input, event data, output or a stored value. Traps if it is longer than the schedule allows. */
export function readPayload(frame: Frame, pointer: number, length: number): Uint8Array {
  if (length >>> 0 > frame.schedule.payloadBytes) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  return readBytes(frame.memory, pointer, length);
}

/** For every function that changes state, whatever it would change. */
export function refuseInStaticCall(frame: Frame): void {
  if (frame.message.isStatic) throw new GuestTrap(TrapCode.StaticCallViolation);
}

/** The bytes of a part that begins at `offset` and is at most `size` long, as far as they are there. */
export function overlap(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  const start = Math.min(offset >>> 0, bytes.length);
  return bytes.subarray(start, Math.min(start + (size >>> 0), bytes.length));
}
