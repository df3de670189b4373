/**
 * Writes the instrumented module. Everything that is injected comes after the module's own (types, functions, globals),
 * so that no index in the guest's code changes its meaning; imports of host code alone move the functions up. Custom
 * sections and the guest's export names stay behind, and what is exported instead has names that no guest can know
 * (`injected-names.ts`).
 *
 * Nothing is decided here: a placement says what stands where, as steps, and this folder knows what each looks like in code
 * (`step-code.ts`, `trip-count-code.ts`). Bodies are copied byte by byte around the steps (`copy-body.ts`, `inject-body.ts`). The
 * code of a function that takes gas by value moves into a function of a longer type, and an entry stands where it was.
 */
import { type Export, functionType, type Global, type MemoryType, type Module } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import { type CappedMemory, type FunctionImport, type InjectedFunction, writeModule } from '../format/write-module.ts';
import type { Writer } from '../format/writer.ts';
import type { CostTable } from '../gas/cost-table.ts';
import type { HostCode, HostCodeFunction, HostCodeIndices, HostImport } from '../host/host-code.ts';
import { howTracked, type TrackedWrites, type TrackingKind, type WriteTracking } from '../host/tracked-writes.ts';
import { byValueType, handsGasOver } from '../plan/by-value.ts';
import type { ModuleFacts } from '../plan/module-facts.ts';
import type { ModulePlacement } from '../plan/place-module-charges.ts';
import {
  BLOCK_BYTES,
  markImport,
  nextImport,
  restoreBlocksFunction,
  touchFunction,
} from '../tracking/block-tracking.ts';
import { type ImagePart, memoryImage } from '../tracking/put-back.ts';
import { GRANULE_BYTES, markFunction, restoreFunction } from '../tracking/write-tracking.ts';
import { type BodyPlan, type ByValueFunction, injectBody, writeEntry } from './inject-body.ts';
import { bulkFunction, chargeFunction, freeChargeFunction, growFunction, resetFunction } from './injected-functions.ts';
import type { InjectedNames } from './injected-names.ts';
import type { InjectedIndices } from './meter-code.ts';
import {
  type ObserveIndices,
  type Observes,
  observedGlobalName,
  observeImports,
  observeImportsOf,
  toldTypes,
} from './observe-code.ts';

/** What the code is to be metered by. */
export interface Meter {
  readonly placement: ModulePlacement;
  readonly facts: ModuleFacts;
  readonly costs: CostTable;
  readonly marksEveryStore: boolean;
  /** Charges by `chargeImport`. */
  readonly callsHost: boolean;
  readonly observes: Observes;
}

/** What the strategy `host-call` calls with every charge. Guests cannot name it: their imports are on the allow-list. */
export const chargeImport: HostImport = {
  module: 'metering',
  name: 'charge',
  type: { params: ['i32'], results: [] },
};

export interface InjectOptions {
  readonly names: InjectedNames;
  readonly memoryPages: number;
  readonly stackWords: number;
  /** `undefined` leaves the guest's code uncharged. */
  readonly meter: Meter | undefined;
  readonly hostCode: HostCode;
  /** For `names.restore`. */
  readonly tracksWrites: TrackedWrites;
}

/** @returns the bytes of the instrumented module. */
export function inject(module: Module, options: InjectOptions): Uint8Array {
  const { names, memoryPages, stackWords, meter, hostCode, tracksWrites } = options;
  const declaredMemory = module.memory ?? module.importedMemory;
  const memory = declaredMemory === undefined ? undefined : cappedMemory(declaredMemory, memoryPages);
  const tracks = memory === undefined ? 'nothing' : howTracked(memory.minPages, tracksWrites);
  const observes = meter?.observes ?? 'nothing';
  const hostImports: readonly HostImport[] = [
    ...hostCode.imports,
    ...(meter?.callsHost === true ? [chargeImport] : []),
    ...observeImportsOf(observes),
    ...(tracks === 'blocks' ? [markImport, nextImport] : []),
  ];
  const importCount = module.importedFunctions.length;
  const importOf = (wanted: HostImport): number => importCount + hostImports.indexOf(wanted);
  const firstOwn = importCount + hostImports.length;
  const firstInjected = firstOwn + module.functions.length;

  const gas = module.globals.length;
  const stack = gas + 1;
  const injected: InjectedFunction[] = [];
  const add = (added: InjectedFunction): number => firstInjected + injected.push(added) - 1;
  const charge = add(meter === undefined ? freeChargeFunction : chargeFunction(gas));
  const reset = add(resetFunction(module.globals, stack, stackWords));
  const { mark, restore, tracking, image, globals } = addTracking(module, memory, tracks, {
    firstGlobal: gas + 2,
    add,
    importOf,
  });
  const grow =
    meter === undefined || memory === undefined ? undefined : add(growFunction(gas, stack, meter.costs, memory));
  const bulk = (opcode: typeof Op.memoryCopy | typeof Op.memoryFill): number | undefined => {
    if (memory === undefined || (meter === undefined && mark === undefined)) return undefined;
    return add(bulkFunction(gas, meter?.costs, opcode, mark));
  };
  const indices: InjectedIndices = {
    gas,
    stack,
    tracking,
    marksEveryStore: meter?.marksEveryStore === true,
    grow,
    hostCharge: meter?.callsHost === true ? importOf(chargeImport) : undefined,
    observe: observeIndices(observes, importOf),
    copy: bulk(Op.memoryCopy),
    fill: bulk(Op.memoryFill),
    functionAt: (index) => thunks.get(index) ?? (index < importCount ? index : index + hostImports.length),
  };
  const byValue = new Map<number, ByValueFunction>();
  for (const [position, passesGas] of meter?.placement.passesGas.entries() ?? []) {
    if (!passesGas) continue;
    byValue.set(importCount + position, {
      index: firstInjected + injected.length + byValue.size,
      boundedBy: meter?.placement.boundedBy[position],
      frameWords: meter?.facts.stack[position] ?? 0,
    });
  }
  const own = ownBodies(module, meter, byValue, indices);
  for (const body of own) if (body.byValue !== undefined) add(body.byValue);

  const entryPoint = (name: string): number | undefined => {
    const found = module.exports.find((exported) => exported.kind === 'function' && exported.name === name);
    return found === undefined ? undefined : indices.functionAt(found.index);
  };
  const hostFunctions: number[] = [];
  const at: HostCodeIndices = {
    gas,
    stack,
    tracking,
    imports: hostCode.imports.map((_, position) => importCount + position),
    functions: hostFunctions,
    mark,
    restore,
    reset,
    entryPoint,
  };
  const thunks = new Map<number, number>();
  const exports: Pick<Export, 'name' | 'kind' | 'index'>[] = [
    { name: names.gas, kind: 'global', index: gas },
    { name: names.stack, kind: 'global', index: stack },
    { name: names.charge, kind: 'function', index: charge },
    { name: names.reset, kind: 'function', index: reset },
  ];
  if (tracking?.kind === 'bits' && mark !== undefined)
    exports.push({ name: names.mark, kind: 'function', index: mark });
  if (restore !== undefined) exports.push({ name: names.restore, kind: 'function', index: restore });
  if (names.memory !== undefined) exports.push({ name: names.memory, kind: 'memory', index: 0 });
  if (observes !== 'nothing') {
    for (const index of module.globals.keys()) {
      exports.push({ name: observedGlobalName(names.prefix, index), kind: 'global', index });
    }
  }
  for (const { name, index } of module.exports) {
    const injectedName = Object.hasOwn(names.entryPoints, name) ? names.entryPoints[name] : undefined;
    if (injectedName !== undefined)
      exports.push({ name: injectedName, kind: 'function', index: indices.functionAt(index) });
  }
  for (const hostFunction of hostCode.functions) {
    const { type, exportName, writeBody } = hostFunction;
    const index = add({ type, writeBody: (writer) => writeBody(writer, at) });
    hostFunctions.push(index);
    if (exportName !== undefined) exports.push({ name: `${names.prefix}_${exportName}`, kind: 'function', index });
    for (const replaced of importsReplacedBy(module, hostFunction)) thunks.set(replaced, index);
  }

  const injectedTypeAt = module.types.length;
  const types = [...module.types, ...injected.map(({ type }) => type), ...hostImports.map(({ type }) => type)];
  const importedFunctions: FunctionImport[] = [
    ...module.importedFunctions,
    ...hostImports.map(({ module: moduleName, name }, position) => ({
      module: moduleName,
      name,
      typeIndex: injectedTypeAt + injected.length + position,
    })),
  ];
  const functions = [
    ...module.functions.map(({ typeIndex }, position) => ({
      typeIndex,
      writeBody: (own[position] as OwnBody).writeBody,
    })),
    ...injected.map(({ writeBody }, position) => ({ typeIndex: injectedTypeAt + position, writeBody })),
  ];
  return writeModule(
    {
      types,
      importedFunctions,
      importedMemory:
        module.importedMemory === undefined || memory === undefined
          ? undefined
          : { module: module.importedMemory.module, name: module.importedMemory.name, ...memory },
      functions,
      table: module.table,
      memory: module.memory === undefined ? undefined : memory,
      globals: [
        ...module.globals,
        { type: 'i64', isMutable: true, initial: 0n },
        { type: 'i32', isMutable: true, initial: stackWords },
        ...globals,
      ],
      exports,
      elements: module.elements.map(({ tableOffset, functionIndices }) => ({
        tableOffset,
        functionIndices: functionIndices.map(indices.functionAt),
      })),
      dataSegments: module.dataSegments,
      passiveData: image.map(({ bytes }) => bytes),
    },
    module.bytes.length * 2 + 512,
  );
}

function observeIndices(observes: Observes, importOf: (wanted: HostImport) => number): ObserveIndices | undefined {
  if (observes === 'nothing') return undefined;
  const { block, i32, i64 } = observeImports;
  return {
    block: importOf(block),
    values: observes === 'values' ? { i32: importOf(i32), i64: importOf(i64) } : undefined,
  };
}

/** What there is to track writes with. */
interface AddedTracking {
  readonly tracking: WriteTracking | undefined;
  /** Functions: marks a range, and puts back what is marked. */
  readonly mark: number | undefined;
  readonly restore: number | undefined;
  readonly image: readonly ImagePart[];
  readonly globals: readonly Pick<Global, 'type' | 'isMutable' | 'initial'>[];
}

function addTracking(
  { dataSegments }: Module,
  memory: CappedMemory | undefined,
  tracks: TrackingKind,
  to: {
    readonly firstGlobal: number;
    readonly add: (added: InjectedFunction) => number;
    readonly importOf: (wanted: HostImport) => number;
  },
): AddedTracking {
  if (memory === undefined || tracks === 'nothing') {
    return { tracking: undefined, mark: undefined, restore: undefined, image: [], globals: [] };
  }
  const image = memoryImage(dataSegments, tracks === 'bits' ? GRANULE_BYTES : BLOCK_BYTES);
  const initial = { memoryBytes: memory.minPages * PAGE_BYTES, image, segment: dataSegments.length };
  if (tracks === 'bits') {
    const dirty = to.firstGlobal;
    const mark = to.add(markFunction(dirty));
    const restore = to.add(restoreFunction({ dirty, ...initial }));
    const globals = [{ type: 'i64', isMutable: true, initial: 0n } as const];
    return { tracking: { kind: 'bits', dirty }, mark, restore, image, globals };
  }
  const last = to.firstGlobal;
  const mark = to.importOf(markImport);
  const touch = to.add(touchFunction(last, mark));
  const restore = to.add(restoreBlocksFunction({ last, next: to.importOf(nextImport), ...initial }));
  const none = { type: 'i32', isMutable: true, initial: -1 } as const;
  return { tracking: { kind: 'blocks', last, touch }, mark, restore, image, globals: [none, none] };
}

const PAGE_BYTES = 65_536;

/** Growth beyond the limits is impossible by declaration. */
export function cappedMemory({ minPages, maxPages }: MemoryType, memoryPages: number): CappedMemory {
  return { minPages, maxPages: Math.min(maxPages ?? memoryPages, memoryPages) };
}

/** Indices of the imports that a function of the host code stands in for. */
function importsReplacedBy({ importedFunctions }: Module, { replaces }: HostCodeFunction): readonly number[] {
  return importedFunctions.flatMap(({ module, name }, index) =>
    replaces?.module === module && replaces.name === name ? [index] : [],
  );
}

/** What becomes of one of the module's own functions. */
interface OwnBody {
  readonly writeBody: (writer: Writer) => void;
  /** The function with its code, if that moves out because it takes gas by value. */
  readonly byValue: InjectedFunction | undefined;
}

/** @param byValue By function index: the functions that take gas by value. */
function ownBodies(
  module: Module,
  meter: Meter | undefined,
  byValue: ReadonlyMap<number, ByValueFunction>,
  indices: InjectedIndices,
): readonly OwnBody[] {
  const importCount = module.importedFunctions.length;
  const wordsOf = (index: number): number => meter?.facts.stack[index - importCount] ?? 0;
  return module.functions.map((body, position) => {
    const index = importCount + position;
    const type = functionType(module, index);
    const own = byValue.get(index);
    const isBounded = own?.boundedBy !== undefined;
    const facts = meter?.facts.functions[position];
    const plan: BodyPlan = {
      type,
      steps: meter?.placement.functions[position]?.steps ?? [],
      passesGas: own !== undefined,
      keepsStack: meter !== undefined && !isBounded,
      frameWords: isBounded ? 0 : wordsOf(index),
      isExported: meter?.facts.calls.isExported[position] === true,
      wordsOf,
      observesStack: (callee) => meter?.facts.observesStack[callee - importCount] ?? true,
      byValueIndex: (callee) =>
        meter !== undefined && handsGasOver(position, callee - importCount, meter.placement)
          ? byValue.get(callee)?.index
          : undefined,
      functionIndex: index,
      tells: facts && meter?.observes === 'values' ? toldTypes(module, facts, body) : undefined,
    };
    const writeBody = (writer: Writer): void => injectBody(writer, module.bytes, body, plan, indices);
    if (own === undefined) return { writeBody, byValue: undefined };
    return {
      writeBody: (writer) => writeEntry(writer, type, own, indices),
      byValue: { type: byValueType(type), writeBody },
    };
  });
}
