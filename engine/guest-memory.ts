import { GuestTrap } from './guest-exit.ts';
import { TrapCode } from './outcome.ts';

/** A running guest's linear memory. `view` must be asked for anew at every use: growing the memory detaches old views. */
export interface GuestMemory {
  /** To read from; what changes it goes through `writeBytes` and the like. */
  view(): Uint8Array;
  /** Told of every range that the host has written, where somebody keeps account of that. */
  readonly wrote: ((pointer: number, lengthBytes: number) => void) | undefined;
}

/** Returns the first byte's place. Traps the guest if any byte lies outside its memory. */
function checkedStart(bytes: Uint8Array, pointer: number, lengthBytes: number): number {
  const start = pointer >>> 0;
  if (start + (lengthBytes >>> 0) > bytes.length) throw new GuestTrap(TrapCode.HostPointerOutOfBounds);
  return start;
}

/** Traps the guest unless the whole range lies in its memory. */
export function checkRange(memory: GuestMemory, pointer: number, lengthBytes: number): void {
  checkedStart(memory.view(), pointer, lengthBytes);
}

/**
 * Copies bytes out of the guest.
 *
 * @throws GuestTrap `HostPointerOutOfBounds` if they do not lie in its memory.
 *
 * @example
 * const bytes = Uint8Array.of(1, 0, 0, 2);
 * const memory: GuestMemory = { view: () => bytes, wrote: undefined };
 * console.log(readBytes(memory, 2, 2).join()); // 0,2
 */
export function readBytes(memory: GuestMemory, pointer: number, lengthBytes: number): Uint8Array {
  const bytes = memory.view();
  const start = checkedStart(bytes, pointer, lengthBytes);
  return bytes.slice(start, start + (lengthBytes >>> 0));
}

/**
 * Copies bytes into the guest.
 *
 * @throws GuestTrap `HostPointerOutOfBounds` if they do not lie in its memory.
 *
 * @example
 * const bytes = Uint8Array.of(1, 0, 0, 2);
 * const memory: GuestMemory = { view: () => bytes, wrote: undefined };
 * writeBytes(memory, 1, Uint8Array.of(7));
 * console.log(bytes.join()); // 1,7,0,2
 */
export function writeBytes(memory: GuestMemory, pointer: number, bytes: Uint8Array): void {
  const view = memory.view();
  view.set(bytes, checkedStart(view, pointer, bytes.length));
  memory.wrote?.(pointer, bytes.length);
}

/**
 * Four bytes of the guest as an unsigned number, little-endian as in WebAssembly.
 *
 * @throws GuestTrap `HostPointerOutOfBounds`
 *
 * @example
 * const bytes = Uint8Array.of(1, 0, 0, 2);
 * const memory: GuestMemory = { view: () => bytes, wrote: undefined };
 * console.log(readU32(memory, 0)); // 33554433
 */
export function readU32(memory: GuestMemory, pointer: number): number {
  const bytes = memory.view();
  const at = checkedStart(bytes, pointer, 4);
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

/**
 * An unsigned number into four bytes of the guest, little-endian as in WebAssembly.
 *
 * @throws GuestTrap `HostPointerOutOfBounds`
 *
 * @example
 * const bytes = Uint8Array.of(1, 0, 0, 2);
 * const memory: GuestMemory = { view: () => bytes, wrote: undefined };
 * writeU32(memory, 0, 258);
 * console.log(bytes.join()); // 2,1,0,0
 */
export function writeU32(memory: GuestMemory, pointer: number, value: number): void {
  const bytes = memory.view();
  const at = checkedStart(bytes, pointer, 4);
  for (let byte = 0; byte < 4; byte++) bytes[at + byte] = value >>> (8 * byte);
  memory.wrote?.(pointer, 4);
}
