import { readFileSync } from 'node:fs';
import { EngineError } from '../errors.ts';

/** What `keccak.cpp` exports. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  /** Where memory begins that the kernel leaves to its caller. */
  scratch(): number;
  keccak256(data: number, sizeBytes: number, digest: number): void;
}

const PAGE_BYTES = 65536;

const kernel = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url))))
  .exports as unknown as Kernel;

/** Where the input goes, which the digest then overwrites. */
const scratch = kernel.scratch();
let memory = new Uint8Array(kernel.memory.buffer);
let digest = memory.subarray(scratch, scratch + 32);

/** Room for the input and views that are not detached. A detached view has length 0, so one comparison finds both. */
function reserve(sizeBytes: number): void {
  const end = scratch + Math.max(sizeBytes, 32);
  if (end <= memory.length) return;
  const missing = end - kernel.memory.buffer.byteLength;
  try {
    if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
  } catch (cause) {
    throw new EngineError('host-memory', `no memory to hash ${sizeBytes} bytes`, { cause });
  }
  memory = new Uint8Array(kernel.memory.buffer);
  digest = memory.subarray(scratch, scratch + 32);
}

/**
 * Writes the Keccak-256 (the EVM's, with padding 0x01) of `data` to 32 bytes of `out`, which may be `data` itself.
 *
 * @throws RangeError if `out` has no room, EngineError `host-memory` if there is no memory for the input.
 */
export function keccak256Into(data: Uint8Array, out: Uint8Array, outOffset: number): void {
  reserve(data.length);
  memory.set(data, scratch);
  kernel.keccak256(scratch, data.length, scratch);
  out.set(digest, outOffset);
}

/**
 * The Keccak-256 (the EVM's, with padding 0x01) of `data`: 32 bytes.
 *
 * @throws EngineError `host-memory` if there is no memory for the input.
 */
export function keccak256(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(32);
  keccak256Into(data, out, 0);
  return out;
}
