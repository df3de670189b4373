/**
 * The part of the WebAssembly JavaScript API that we use. TypeScript ships it only inside `lib.dom`, whose browser globals
 * do not exist here. https://webassembly.github.io/spec/js-api/
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }
  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    readonly length: number;
    get(index: number): unknown;
  }
  class Global<T extends 'i32' | 'i64' = 'i32' | 'i64'> {
    constructor(
      descriptor: { readonly value: T; readonly mutable?: boolean },
      value?: T extends 'i64' ? bigint : number,
    );
    value: T extends 'i64' ? bigint : number;
  }
  class RuntimeError extends Error {}
  class CompileError extends Error {}
  class LinkError extends Error {}

  type ImportValue = ((...args: never[]) => unknown) | Memory | Global | Table;
  type Imports = Record<string, Record<string, ImportValue>>;
  type Exports = Record<string, ((...args: unknown[]) => unknown) | Memory | Global | Table>;

  function validate(bytes: Uint8Array): boolean;
}
