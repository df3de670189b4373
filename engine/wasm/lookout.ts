import type { InjectedNames } from '../../metering/inject/injected-names.ts';
import { observedGlobalName, observeImports } from '../../metering/inject/observe-code.ts';
import type { GuestObserver, GuestView } from '../guest-observer.ts';
import type { InstanceMemory } from './instance-memory.ts';

/** What an instance of an observed form imports, and what it shows to whoever looks on. */
export class Lookout {
  readonly imports: readonly {
    readonly module: string;
    readonly name: string;
    readonly value: WebAssembly.ImportValue;
  }[];
  #gas: WebAssembly.Global<'i64'> | undefined;
  #globals: readonly WebAssembly.Global[] = [];

  constructor(observer: GuestObserver, memory: InstanceMemory) {
    const view: GuestView = {
      gasLeft: () => (this.#gas as WebAssembly.Global<'i64'>).value,
      memory: () => memory.view(),
      globals: () => this.#globals.map(({ value }) => value as number | bigint),
    };
    const value = <V extends number | bigint>(left: V, at: number): V => {
      observer.value(view, at, left);
      return left;
    };
    const functions = {
      block: (functionIndex: number, at: number) => observer.block(view, functionIndex, at),
      i32: value<number>,
      i64: value<bigint>,
    };
    this.imports = (['block', 'i32', 'i64'] as const).map((kind) => {
      const { module, name } = observeImports[kind];
      return { module, name, value: functions[kind] };
    });
  }

  /** Once the instance is there. */
  attach(exports: WebAssembly.Exports, { prefix, gas }: InjectedNames): void {
    this.#gas = exports[gas] as WebAssembly.Global<'i64'>;
    const globals: WebAssembly.Global[] = [];
    for (let index = 0; ; index++) {
      const global = exports[observedGlobalName(prefix, index)];
      if (global === undefined) break;
      globals.push(global as WebAssembly.Global);
    }
    this.#globals = globals;
  }
}
