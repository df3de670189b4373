import { GuestTrap } from './guest-exit.ts';
import { TrapCode } from './outcome.ts';

/** A running guest's linear memory. `view` must be asked for anew at every use: growing the memory detaches old views. */
export interface GuestMemory {
  /** To read from; what changes it goes through `writeBytes` and the like. */
  view(): Uint8Array;
  /** Told of every range that the host has written, where somebody keeps account of that. */
  readonly wrote?: (pointer: number, lengthBytes: number) => void;
}

/** A view of `lengthBytes` at `pointer`; both may arrive signed. Traps the guest if any byte lies outside its memory. */
function checkedView(memory: GuestMemory, pointer: number, lengthBytes: number): Uint8Array {
  const bytes = memory.view();
  const start = pointer >>> 0;
  const end = start + (lengthBytes >>> 0);
  if (end > bytes.length) throw new GuestTrap(TrapCode.HostPointerOutOfBounds);
  return bytes.subarray(start, end);
}

/** Traps the guest unless the whole range lies in its memory. */
export function checkRange(memory: GuestMemory, pointer: number, lengthBytes: number): void {
  checkedView(memory, pointer, lengthBytes);
}

/** Copies bytes out of the guest. */
export function readBytes(memory: GuestMemory, pointer: number, lengthBytes: number): Uint8Array {
  return checkedView(memory, pointer, lengthBytes).slice();
}

/** Copies bytes into the guest. */
export function writeBytes(memory: GuestMemory, pointer: number, bytes: Uint8Array): void {
  checkedView(memory, pointer, bytes.length).set(bytes);
  memory.wrote?.(pointer, bytes.length);
}

export function readU32(memory: GuestMemory, pointer: number): number {
  const bytes = checkedView(memory, pointer, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

export function writeU32(memory: GuestMemory, pointer: number, value: number): void {
  const bytes = checkedView(memory, pointer, 4);
  new DataView(bytes.buffer, bytes.byteOffset, 4).setUint32(0, value >>> 0, true);
  memory.wrote?.(pointer, 4);
}
