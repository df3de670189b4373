import { type LinkedFunction, linkImport } from '../abi/host-link.ts';
import { enterCallExport, enterExport, enterPreparedExport, runBatchExport } from '../kernel/entries.ts';
import type { Thunks } from '../kernel/thunk.ts';
import type { InstanceParts } from './instantiate.ts';
import type { KernelInstanceParts } from './kernel-instance.ts';
import { type CompiledModule, type ModuleCache, type ModuleRequest, moduleCache } from './module-cache.ts';

const PAGE_BYTES = 65_536;

/** What is to be linked, whichever form it takes. */
export type LinkRequest = Omit<ModuleRequest, 'forKernel'>;

/** Instruments and compiles a module, with all host functions in JavaScript. @throws ModuleRejected */
export function linkModule(request: LinkRequest, modules: ModuleCache = moduleCache): InstanceParts {
  return partsOf(modules.compile({ ...request, forKernel: false }), request);
}

/** The same with the ABI's thunks in place of the host functions that they stand for. @throws ModuleRejected */
export function linkModuleToKernel(
  request: LinkRequest,
  { callStatus }: Thunks,
  modules: ModuleCache = moduleCache,
): KernelInstanceParts {
  const module = modules.compile({ ...request, forKernel: true });
  const { prefix, entryPoints } = module.names;
  return {
    ...partsOf(module, request),
    entries: {
      enter: `${prefix}_${enterExport}`,
      enterCall: `${prefix}_${enterCallExport}`,
      enterPrepared: `${prefix}_${enterPreparedExport}`,
      runBatch: `${prefix}_${runBatchExport}`,
      deploy: entryPoints[request.abi.deploy.name],
    },
    callStatus,
    canGrow: module.report.canGrow,
  };
}

function partsOf(module: CompiledModule, { abi, schedule }: LinkRequest): InstanceParts {
  const { compiled, names, imports, chargeImport, tracks, memoryPages, report } = module;
  const linked = imports.functions.map(({ module, name }) => {
    return { module, name, call: linkImport(module, name, abi, schedule) };
  });
  return {
    compiled,
    names,
    imports: chargeImport === undefined ? linked : [...linked, { ...chargeImport, call: chargeFrame }],
    importedMemory: abi.memory.kind === 'imported' ? imports.memory && { ...abi.memory, ...imports.memory } : undefined,
    tracksBlocks: tracks === 'blocks',
    memoryBytes: memoryPages * PAGE_BYTES,
    codeBytes: report.originalBytes,
  };
}

const chargeFrame: LinkedFunction = (frame, [amount]) => {
  frame.gas.charge(Number(amount) >>> 0);
  return undefined;
};
