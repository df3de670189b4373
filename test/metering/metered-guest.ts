import { defaultLimits, type ModuleLimits } from '../../metering/format/limits.ts';
import type { ModuleInterface } from '../../metering/format/module-interface.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { Writer } from '../../metering/format/writer.ts';
import { byRule } from '../../metering/gas/by-mnemonic.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';
import { flatV2 } from '../../metering/gas/cost-tables.ts';
import { type Instrumented, instrument } from '../../metering/instrument.ts';
import type { Strategy } from '../../metering/plan/strategies.ts';
import { wat } from '../support/wat.ts';

/** `main: () -> ()`, `get: (i32) -> i32`, an exported memory, and two host functions. */
export const testInterface: ModuleInterface = {
  memory: { kind: 'exported', name: 'memory' },
  entryPoints: [
    { name: 'main', params: [], results: [], isRequired: false },
    { name: 'get', params: ['i32'], results: ['i32'], isRequired: false },
  ],
  imports: [
    { module: 'host', name: 'note', params: ['i32'], results: [] },
    { module: 'host', name: 'read', params: [], results: ['i32'] },
  ],
};

export interface GuestOptions {
  readonly strategy?: Strategy;
  readonly costs?: CostTable;
  readonly limits?: Partial<ModuleLimits>;
  readonly interface?: ModuleInterface;
  readonly note?: (value: number) => void;
}

export interface Run {
  readonly hasTrapped: boolean;
  readonly result: number | undefined;
  readonly gasUsed: bigint;
  readonly gasLeft: bigint;
  readonly stackLeft: number;
}

/** An instrumented module, instantiated in this process's own engine. */
export class MeteredGuest {
  readonly instrumented: Instrumented;
  readonly exports: WebAssembly.Exports;

  constructor(instrumented: Instrumented, imports: WebAssembly.Imports) {
    this.instrumented = instrumented;
    this.exports = new WebAssembly.Instance(new WebAssembly.Module(instrumented.bytes), imports).exports;
  }

  #global(name: string): WebAssembly.Global {
    const found = this.exports[name];
    if (!(found instanceof WebAssembly.Global)) throw new Error(`${name} is not a global`);
    return found;
  }

  #function(name: string | undefined): (...args: number[]) => number | undefined {
    const found = this.exports[name ?? ''];
    if (typeof found !== 'function') throw new Error(`${name} is not a function`);
    return found as (...args: number[]) => number | undefined;
  }

  get gas(): bigint {
    return BigInt(this.#global(this.instrumented.names.gas).value);
  }

  set gas(gas: bigint) {
    this.#global(this.instrumented.names.gas).value = gas;
  }

  get stack(): number {
    return Number(this.#global(this.instrumented.names.stack).value);
  }

  get memory(): WebAssembly.Memory {
    const found = this.exports[this.instrumented.names.memory ?? ''];
    if (!(found instanceof WebAssembly.Memory)) throw new Error('no memory');
    return found;
  }

  charge(amount: bigint): number | undefined {
    return this.#function(this.instrumented.names.charge)(Number(amount & 0xffffffffn), Number(amount >> 32n));
  }

  reset(): void {
    this.#function(this.instrumented.names.reset)();
  }

  run(entryPoint: string, gasLimit: bigint, ...args: number[]): Run {
    this.gas = gasLimit;
    const entry = this.#function(this.instrumented.names.entryPoints[entryPoint]);
    let result: number | undefined;
    let hasTrapped = false;
    try {
      result = entry(...args);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      hasTrapped = true;
    }
    return { hasTrapped, result, gasUsed: gasLimit - this.gas, gasLeft: this.gas, stackLeft: this.stack };
  }
}

export const manyGas = 1_000_000_000n;

export function instrumentBytes(bytes: Uint8Array, options: GuestOptions = {}): Instrumented {
  return instrument(bytes, {
    costs: options.costs ?? flatV2,
    limits: { ...defaultLimits, ...options.limits },
    interface: options.interface ?? testInterface,
    strategy: options.strategy ?? 'global',
  });
}

/** `fields` are those of a module that needs nothing but an exported memory besides. */
export async function guest(fields: string, options: GuestOptions = {}): Promise<MeteredGuest> {
  const bytes = await wat(`(module ${fields} (memory (export "memory") 1))`);
  return instantiate(bytes, options);
}

export function instantiate(bytes: Uint8Array, options: GuestOptions = {}): MeteredGuest {
  const host = { note: options.note ?? ((): void => {}), read: (): number => 7 };
  const metering = { charge: (): void => {} };
  return new MeteredGuest(instrumentBytes(bytes, options), { host, metering });
}

/** A cost table in which every instruction is free but branches, which may not be, and what `weights` names. */
export function costsOf(weights: Readonly<Record<string, number>>, dynamic: Partial<CostTable> = {}): CostTable {
  const free = byRule(() => 0);
  const instructions = { ...free, br: 1, br_if: 1, br_table: 1, call: 1, call_indirect: 1, ...weights };
  return {
    id: 'test',
    source: 'this test',
    brTablePerLabel: 0,
    entryPerLocal: 0,
    memoryGrowPerPage: 0,
    memoryGrowPerHeldPage: 0,
    bulkMemoryPerByte: 0,
    ...dynamic,
    instructions,
  };
}

/** Module bytes by hand, for what no assembler would write. */
export function binary(...sections: readonly (readonly number[])[]): Uint8Array {
  return new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

/** A section of fewer than 128 bytes of content. */
export function section(id: number, ...content: number[]): readonly number[] {
  return [id, content.length, ...content];
}

/**
 * A module with a memory and one function `main`, both exported, whose body (local declarations, code and `end`) is
 * written by hand: wabt's parser hangs on blocks nested a hundred deep.
 */
export function moduleWithBody(writeBody: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(1024);
  writer.bytes(binary(section(1, 1, 0x60, 0, 0), section(3, 1, 0), section(5, 1, 0, 1)));
  const exports = [
    { name: 'memory', kind: 2 },
    { name: 'main', kind: 0 },
  ];
  writer.byte(7);
  writer.sized(() => {
    writer.vector(exports, ({ name, kind }) => {
      writer.name(name);
      writer.byte(kind);
      writer.u32(0);
    });
  });
  writer.byte(10);
  writer.sized(() => {
    writer.u32(1);
    writer.sized(() => writeBody(writer));
  });
  return writer.toBytes();
}

/** A module whose functions `() -> ()` do nothing but call each other, directly and through a table with `inTable`. */
export function moduleOfCalls(
  functionCount: number,
  calleesOf: (position: number) => readonly number[],
  more: { readonly callsTable?: (position: number) => boolean; readonly inTable?: readonly number[] } = {},
): Uint8Array {
  const { callsTable = (): boolean => false, inTable = [] } = more;
  const positions = Array.from({ length: functionCount }, (_, position) => position);
  const writer = new Writer(1024);
  const writeSection = (id: number, writeContent: () => void): void => {
    writer.byte(id);
    writer.sized(writeContent);
  };
  writer.bytes(binary(section(1, 1, 0x60, 0, 0)));
  writeSection(3, () => writer.vector(positions, () => writer.u32(0)));
  writeSection(4, () => {
    writer.bytes(new Uint8Array([1, 0x70, 0]));
    writer.u32(inTable.length);
  });
  writeSection(9, () => {
    writer.bytes(new Uint8Array([1, 0, 0x41, 0, 0x0b]));
    writer.vector(inTable, (position) => writer.u32(position));
  });
  writeSection(10, () =>
    writer.vector(positions, (position) =>
      writer.sized(() => {
        writer.u32(0);
        for (const callee of calleesOf(position)) {
          writer.opcode(Op.call);
          writer.u32(callee);
        }
        if (callsTable(position)) writer.bytes(new Uint8Array([0x41, 0, 0x11, 0, 0]));
        writer.opcode(Op.end);
      }),
    ),
  );
  return writer.toBytes();
}
