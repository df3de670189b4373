import type { GuestAbi } from '../../../engine/abi/guest-abi.ts';
import type { HostFunction } from '../../../engine/abi/host-function.ts';
import { moduleInterfaceOf } from '../../../engine/abi/module-interface-of.ts';
import type { Frame } from '../../../engine/frame.ts';
import { GuestTrap } from '../../../engine/guest-exit.ts';
import type { TrapCode } from '../../../engine/outcome.ts';
import { asGuestValue } from '../../../engine/reference/calls.ts';
import { GasCounter } from '../../../engine/reference/gas-counter.ts';
import { invoke } from '../../../engine/reference/interpreter.ts';
import { LinearMemory } from '../../../engine/reference/linear-memory.ts';
import { makeProgram } from '../../../engine/reference/program.ts';
import type { Run } from '../../../engine/reference/run.ts';
import type { Schedule } from '../../../engine/schedule.ts';
import { checkInterface } from '../../../metering/format/check-interface.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import type { ModuleLimits } from '../../../metering/format/limits.ts';
import { functionType, type Module } from '../../../metering/format/module.ts';
import type { ModuleInterface } from '../../../metering/format/module-interface.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { instrument } from '../../../metering/instrument.ts';
import type { Strategy } from '../../../metering/plan/strategies.ts';
import { testSchedule } from '../../support/test-guest.ts';

export type Value = number | bigint;

/** How one invocation ended. `gasUsed` is undefined after a trap, which uses all. */
export interface Invocation {
  readonly trap: TrapCode | 'some' | undefined;
  readonly result: Value | undefined;
  readonly gasUsed: bigint | undefined;
}

/** An instance that keeps its state from one invocation to the next, as the scripts want it. */
export type ScriptInstance = (exportName: string, args: readonly Value[]) => Invocation;

const GAS = 1n << 40n;

/** `spectest` offers functions that print. Its memory, table and globals are outside of the allowed subset. */
const printers: readonly (readonly [name: string, params: readonly ('i32' | 'i64')[]])[] = [
  ['print', ['i32']],
  ['print_i32', ['i32']],
  ['print', []],
];

const hostFunctions: readonly HostFunction[] = printers.map(([name, params]) => ({
  module: 'spectest',
  name,
  params,
  result: undefined,
  pricedBytes: () => 0,
  run: () => undefined,
}));

/** Some scripts are about sizes. */
const limits: Partial<ModuleLimits> = { memoryPages: 65_536, brTableLabels: 65_536, localsPerFunction: 2_048 };

const schedule: Schedule = {
  ...testSchedule({ weightOf: (_mnemonic, code) => 1 + ((code * 37) % 101), limits }),
  hostCosts: {
    'spectest.print': { base: 0, perByte: 0, source: 'made up' },
    'spectest.print_i32': { base: 0, perByte: 0, source: 'made up' },
  },
};

function abiOf(module: Module): GuestAbi {
  const nothing = { name: '', params: [], results: [], isRequired: false };
  const used = hostFunctions.filter(({ name, params }) =>
    module.importedFunctions.some(
      (row, index) => row.name === name && functionType(module, index).params.length === params.length,
    ),
  );
  return {
    name: 'spectest',
    memory: { kind: 'exported', name: 'memory' },
    call: nothing,
    deploy: nothing,
    hostFunctions: used,
    entryArguments: () => [],
    readReturn: () => ({ status: 'success', output: new Uint8Array(0) }),
  };
}

export interface ScriptModule {
  /** Names of the exported functions. */
  readonly exports: ReadonlySet<string>;
  readonly reference: () => ScriptInstance;
  readonly instrumented: (strategy: Strategy) => ScriptInstance;
}

/** @throws ModuleRejected for what is outside of the allowed subset. */
export function scriptModule(bytes: Uint8Array): ScriptModule {
  const module = decodeModule(bytes, schedule.limits);
  const facts = validateModule(module, schedule.limits);
  const abi = abiOf(module);
  const importCount = module.importedFunctions.length;
  const entryPoints = module.exports
    .filter(({ kind, index }) => kind === 'function' && index >= importCount)
    .map(({ name, index }) => ({ name, ...functionType(module, index), isRequired: true }));
  const moduleInterface: ModuleInterface = { ...moduleInterfaceOf(abi), entryPoints };
  checkInterface(module, moduleInterface);

  const reference = (): ScriptInstance => {
    const program = makeProgram(module, facts, abi, schedule);
    const memory = new LinearMemory(program.minPages, program.maxPages);
    for (const { memoryOffset, bytes } of module.dataSegments) memory.range(memoryOffset, bytes.length).set(bytes);
    const globals = module.globals.map(({ initial }) => initial);
    return (exportName, args) => {
      const gas = new GasCounter({ gas: GAS, stackWords: schedule.limits.stackWords });
      const frame = { memory, gas } as unknown as Frame;
      const run: Run = { program, frame, memory, gas, globals, stack: [], activations: [], onInstruction: undefined };
      const index = module.exports.find(({ name, kind }) => name === exportName && kind === 'function')?.index;
      if (index === undefined) throw new Error(`no export ${exportName}`);
      try {
        const result = invoke(run, index, args);
        return { trap: undefined, result, gasUsed: GAS - gas.left() };
      } catch (error) {
        if (!(error instanceof GuestTrap)) throw error;
        return { trap: error.code, result: undefined, gasUsed: undefined };
      }
    };
  };

  const instrumented = (strategy: Strategy): ScriptInstance => {
    const { costs, limits } = schedule;
    const { bytes: code, names } = instrument(bytes, { costs, limits, interface: moduleInterface, strategy });
    const spectest = Object.fromEntries(printers.map(([name]) => [name, (): void => {}]));
    const metering = {
      charge: (amount: number): void =>
        void (exports[names.charge] as (low: number, high: number) => number)(amount, 0),
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { spectest, metering });
    const gas = exports[names.gas] as WebAssembly.Global<'i64'>;
    const stack = exports[names.stack] as WebAssembly.Global<'i32'>;
    return (exportName, args) => {
      gas.value = GAS;
      stack.value = limits.stackWords;
      const entry = exports[names.entryPoints[exportName] ?? ''] as (...args: readonly Value[]) => Value | undefined;
      try {
        const result = entry(...args);
        const type = entryPoints.find(({ name }) => name === exportName)?.results[0];
        return {
          trap: undefined,
          result: type === undefined ? undefined : asGuestValue(exportName, result, type),
          gasUsed: GAS - gas.value,
        };
      } catch (error) {
        // Without a stack budget it is the native stack that runs out.
        const isTrap =
          error instanceof WebAssembly.RuntimeError || (strategy === 'none' && error instanceof RangeError);
        if (!isTrap) throw error;
        return { trap: 'some', result: undefined, gasUsed: undefined };
      }
    };
  };
  return { exports: new Set(entryPoints.map(({ name }) => name)), reference, instrumented };
}
