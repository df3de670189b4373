import { type Strategy, trapsExactly } from '../../metering/plan/strategies.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { type LinkedFunction, linkHostFunction } from '../abi/host-link.ts';
import { EngineError } from '../errors.ts';
import { enterExport, enterPreparedExport, runBatchExport } from '../kernel/stylus-thunks.ts';
import type { Schedule } from '../schedule.ts';
import type { InstanceParts, LinkedImport } from './guest-instance.ts';
import type { MemoryParts } from './instance-memory.ts';
import type { KernelInstanceParts } from './kernel-instance.ts';
import { type CompiledModule, type ModuleCache, moduleCache } from './module-cache.ts';

const PAGE_BYTES = 65_536;

/** All that an instance is made of but the way in which traps are read. */
export type LinkedModule = Omit<InstanceParts, 'hasExact' | 'readTrap'>;

/** Instruments and compiles a module, with all host functions in JavaScript. @throws ModuleRejected */
export function linkModule(
  bytes: Uint8Array,
  abi: GuestAbi,
  schedule: Schedule,
  strategy: Strategy,
  modules: ModuleCache = moduleCache,
): LinkedModule {
  const module = modules.compile({ bytes, abi, schedule, strategy, forKernel: false });
  const { compiled, names, imports, chargeImport } = module;
  const linked = linkImports(module, abi, schedule);
  return {
    compiled,
    names,
    trapsExactly: trapsExactly(strategy),
    abi,
    imports: chargeImport === undefined ? linked : [...linked, { ...chargeImport, call: chargeFrame }],
    ...memoryOf(module),
    importedMemory: imports.memory && { initial: imports.memory.minPages, maximum: imports.memory.maxPages },
  };
}

/** The same with thunks in place of all host functions that have one. For ABIs with `hostCode`. @throws ModuleRejected */
export function linkModuleToKernel(
  bytes: Uint8Array,
  abi: GuestAbi,
  schedule: Schedule,
  strategy: Strategy,
  modules: ModuleCache = moduleCache,
): KernelInstanceParts {
  const module = modules.compile({ bytes, abi, schedule, strategy, forKernel: true });
  const { prefix, entryPoints, ...names } = module.names;
  return {
    compiled: module.compiled,
    names: {
      ...names,
      memory: names.memory as string,
      enter: `${prefix}_${enterExport}`,
      enterPrepared: `${prefix}_${enterPreparedExport}`,
      runBatch: `${prefix}_${runBatchExport}`,
      deploy: entryPoints[abi.deploy.name],
    },
    imports: linkImports(module, abi, schedule),
    ...memoryOf(module),
    canGrow: module.report.canGrow,
  };
}

function memoryOf({ tracks, memoryPages, report }: CompiledModule): MemoryParts {
  return { tracksBlocks: tracks === 'blocks', memoryBytes: memoryPages * PAGE_BYTES, codeBytes: report.originalBytes };
}

function linkImports({ imports }: CompiledModule, abi: GuestAbi, schedule: Schedule): readonly LinkedImport[] {
  const rows = new Map(abi.hostFunctions.map((row) => [`${row.module}\0${row.name}`, row]));
  return imports.functions.map(({ module, name }) => {
    const row = rows.get(`${module}\0${name}`);
    if (row === undefined) {
      throw new EngineError('internal', `import ${module}.${name} passed the allow-list without a row`);
    }
    return { module, name, call: linkHostFunction(row, schedule) };
  });
}

const chargeFrame: LinkedFunction = (frame, [amount]) => {
  frame.gas.charge(Number(amount) >>> 0);
  return undefined;
};
