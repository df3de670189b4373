import type { Module } from '../format/module.ts';
import type { ModuleInterface } from '../format/module-interface.ts';
import { sha256Hex } from '../format/sha256.ts';

/** Export names of the instrumented module. They are derived from the module's own hash, so that no guest can name them. */
export interface InjectedNames {
  /** Of all the others. */
  readonly prefix: string;
  /** The guest's memory (absent when the host provides it). */
  readonly memory: string | undefined;
  /** By entry point name, for those the module has. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** i64 mutable global: gas left. Negative after an out-of-gas trap. */
  readonly gas: string;
  /**
   * i32 mutable global: stack budget left, in words. Negative after a stack trap; -2^31 after the engine refused a
   * memory growth that the limits allow (a host failure).
   */
  readonly stack: string;
  /** (low: i32, high: i32) -> i32: deducts the unsigned 64-bit amount, returns 1 if the counter is below zero. */
  readonly charge: string;
  /** () -> (): every mutable global of the guest, and the stack budget, back to its initial value. */
  readonly reset: string;
  /** (address: i32, bytes: i32) -> (): counts as written. Only where writes are tracked. */
  readonly mark: string;
  /** () -> (): memory as it was at first, wherever it was written to. Only where writes are tracked. */
  readonly restore: string;
}

/** The module must have passed `checkInterface`. */
export function injectedNames(module: Module, moduleInterface: ModuleInterface): InjectedNames {
  const prefix = `t${sha256Hex(module.bytes).slice(0, 16)}`;
  const exported = new Set(module.exports.map(({ name }) => name));
  const entryPoints = moduleInterface.entryPoints.filter(({ name }) => exported.has(name));
  return {
    prefix,
    memory: moduleInterface.memory.kind === 'exported' ? `${prefix}_memory` : undefined,
    entryPoints: Object.fromEntries(entryPoints.map(({ name }, index) => [name, `${prefix}_entry_${index}`])),
    gas: `${prefix}_gas`,
    stack: `${prefix}_stack`,
    charge: `${prefix}_charge`,
    reset: `${prefix}_reset`,
    mark: `${prefix}_mark`,
    restore: `${prefix}_restore`,
  };
}
