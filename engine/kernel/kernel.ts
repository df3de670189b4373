import { readFileSync } from 'node:fs';
import type { BlockContext } from '../context.ts';
import { EngineError } from '../errors.ts';
import { isStackOverflow } from '../native-stack.ts';
import type { KernelExports } from './kernel-exports.ts';

/** Below what `scratch_reserve` accepts. */
const MOST_SCRATCH = 1 << 30;

let compiled: WebAssembly.Module | undefined;

/** Not at import: whoever only wants a type, or another machine, reads no file. */
function kernelModule(): WebAssembly.Module {
  // Both options are given, so that none comes from Object.prototype.
  const options = { encoding: null, flag: 'r' } as const;
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url), options));
  return compiled;
}

/** One instance of the kernel: a world's, or the one that everybody hashes with. */
export class Kernel {
  /** As they are, to link guests to and to call where nothing is allocated. */
  readonly exports: KernelExports;
  /** The block that is in the environment buffer: see `showBlock`. */
  shownBlock: BlockContext | undefined;
  /** Whose messages lie in the room for batches. */
  loadedBatch: object | undefined;
  #bytes: Uint8Array;
  #view: DataView;

  constructor() {
    this.exports = new WebAssembly.Instance(kernelModule()).exports as unknown as KernelExports;
    const { buffer } = this.exports.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  /** The kernel's memory. Ask anew after every call that may allocate: growing detaches the view. */
  bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#look();
    return this.#bytes;
  }

  /** The same as numbers. Making a view of one's own takes as long as reading twenty of them. */
  view(): DataView {
    if (this.#bytes.length === 0) this.#look();
    return this.#view;
  }

  #look(): void {
    const { buffer } = this.exports.memory;
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  /**
   * For calls that may allocate: nothing that the engine passes is refused, so a trap means that there is no memory. It
   * must not look like a trap of the guest that is running.
   *
   * @throws EngineError `host-memory`.
   */
  run<T>(call: (exports: KernelExports) => T): T {
    try {
      return call(this.exports);
    } catch (cause) {
      if (isStackOverflow(cause)) throw cause;
      throw new EngineError('host-memory', 'the kernel cannot get memory', { cause });
    }
  }

  /**
   * The one way for bytes into the kernel's memory. The place is asked for before, as asking may grow the memory.
   *
   * @param at May arrive signed.
   * @param roomBytes What the kernel has promised there.
   * @throws EngineError `internal` if they do not fit.
   */
  write(at: number, roomBytes: number, bytes: Uint8Array): void {
    if (bytes.length > roomBytes) {
      throw new EngineError('internal', `${bytes.length} bytes for a place of ${roomBytes} in the kernel`);
    }
    this.bytes().set(bytes, at >>> 0);
  }

  /** Copies bytes into the scratch buffer. Returns its address. @throws EngineError `host-memory` */
  fillScratch(bytes: Uint8Array): number {
    const { length } = bytes;
    // The kernel would see a number of 32 bits.
    if (length > MOST_SCRATCH) throw new EngineError('host-memory', `the kernel has no room for ${length} bytes`);
    const at = this.run((exports) => exports.scratch_reserve(length)) >>> 0;
    this.write(at, length, bytes);
    return at;
  }
}

let shared: Kernel | undefined;

/** For what needs no state: hashes, and digests from scratch. */
export function sharedKernel(): Kernel {
  shared ??= new Kernel();
  return shared;
}
