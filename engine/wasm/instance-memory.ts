import { markImport, nextImport } from '../../metering/tracking/block-tracking.ts';
import { DirtyBlocks } from './dirty-blocks.ts';

/** What is known of the memory of a module's instances. */
export interface MemoryParts {
  /** At first. */
  readonly memoryBytes: number;
  /** Whether every block that is written to is marked, whatever ends the run. */
  readonly tracksBlocks: boolean;
  /** Of the module, its data included. */
  readonly codeBytes: number;
}

/** One instance's memory: its present view, and what it takes to put it back. */
export class InstanceMemory {
  readonly blocks: DirtyBlocks | undefined;
  readonly #parts: MemoryParts;
  #memory: WebAssembly.Memory | undefined;
  #view: Uint8Array = new Uint8Array(0);

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    this.blocks = parts.tracksBlocks ? new DirtyBlocks(parts.memoryBytes) : undefined;
  }

  /** What an instance that tracks blocks imports for it. */
  get imports(): readonly {
    readonly module: string;
    readonly name: string;
    readonly value: WebAssembly.ImportValue;
  }[] {
    const { blocks } = this;
    if (blocks === undefined) return [];
    return [
      { module: markImport.module, name: markImport.name, value: blocks.mark },
      { module: nextImport.module, name: nextImport.name, value: blocks.next },
    ];
  }

  /** Once the instance is there. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  view(): Uint8Array {
    // Growing detaches it. Asking the memory for its buffer takes longer than all that is read through most views.
    if (this.#view.length === 0) this.#view = new Uint8Array((this.#memory as WebAssembly.Memory).buffer);
    return this.#view;
  }

  /** Whether it can be put back at all: it cannot shrink. */
  get hasGrown(): boolean {
    return (this.#memory as WebAssembly.Memory).buffer.byteLength !== this.#parts.memoryBytes;
  }

  /** Memory that the system has had to find for it, at most. */
  get residentBytes(): number {
    return this.blocks === undefined ? this.#parts.memoryBytes : this.blocks.residentBytes + this.#parts.codeBytes;
  }
}
