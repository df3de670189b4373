/**
 * Type-checks a decoded module, and notes on the way what later steps need to know about each function.
 * Stricter than the spec in two points: segments that would not fit at instantiation are refused here, and there is
 * no second value type for `select`.
 * Spec: https://webassembly.github.io/spec/core/valid/modules.html
 */
import { checkLimit, type ModuleLimits } from './limits.ts';
import type { MemoryType, Module } from './module.ts';
import { ModuleRejected } from './module-rejected.ts';
import { type FunctionFacts, validateBody } from './validate-body.ts';

/** Pages of 64 KiB that 32 bits can address. */
const MAX_MEMORY_PAGES = 65_536;

const PAGE_BYTES = 65_536;

/**
 * Facts by position in `module.functions`.
 *
 * @throws ModuleRejected `invalid` or `limit-exceeded`
 */
export function validateModule(module: Module, limits: ModuleLimits): readonly FunctionFacts[] {
  checkTypeIndices(module);
  checkMemory(module);
  checkTable(module);
  checkExports(module);
  checkElements(module);
  checkData(module);
  checkTotalParams(module, limits);
  let totalMergedValues = 0;
  return module.functions.map((body) => {
    const facts = validateBody(module, body);
    checkLimit(limits, 'backEdges', facts.mostBackEdges, body.offset);
    checkLimit(limits, 'mergedValues', facts.mergedValues, body.offset);
    totalMergedValues += facts.mergedValues;
    checkLimit(limits, 'totalMergedValues', totalMergedValues, body.offset);
    return facts;
  });
}

function invalid(offset: number, expected: string, actual: string | number): ModuleRejected {
  return new ModuleRejected('invalid', offset, expected, actual);
}

function checkTypeIndices(module: Module): void {
  for (const { typeIndex, offset } of [...module.importedFunctions, ...module.functions]) {
    if (typeIndex >= module.types.length) throw invalid(offset, `one of ${module.types.length} types`, typeIndex);
  }
}

function checkMemory(module: Module): void {
  const memory: MemoryType | undefined = module.importedMemory ?? module.memory;
  if (memory === undefined) return;
  const maxPages = memory.maxPages ?? MAX_MEMORY_PAGES;
  const pages = `${memory.minPages} to ${maxPages}`;
  if (maxPages > MAX_MEMORY_PAGES) throw invalid(0, `at most ${MAX_MEMORY_PAGES} pages of memory`, pages);
  if (memory.minPages > maxPages) throw invalid(0, 'a memory minimum below its maximum', pages);
}

function checkTable({ table }: Module): void {
  if (table?.maxSize === undefined || table.minSize <= table.maxSize) return;
  throw invalid(0, 'a table minimum below its maximum', `${table.minSize} to ${table.maxSize}`);
}

function checkExports(module: Module): void {
  const sizes = {
    function: module.importedFunctions.length + module.functions.length,
    table: module.table === undefined ? 0 : 1,
    memory: (module.memory ?? module.importedMemory) === undefined ? 0 : 1,
    global: module.globals.length,
  };
  const seen = new Set<string>();
  for (const { name, kind, index, offset } of module.exports) {
    if (seen.has(name)) throw invalid(offset, 'export names once each', JSON.stringify(name));
    seen.add(name);
    if (index >= sizes[kind]) throw invalid(offset, `one of ${sizes[kind]} ${kind} indices`, index);
  }
}

function checkElements(module: Module): void {
  const functionCount = module.importedFunctions.length + module.functions.length;
  for (const { tableOffset, functionIndices, offset } of module.elements) {
    if (module.table === undefined) throw invalid(offset, 'a table', 'none');
    const end = tableOffset + functionIndices.length;
    if (end > module.table.minSize) throw invalid(offset, `elements within ${module.table.minSize}`, `up to ${end}`);
    for (const index of functionIndices) {
      if (index >= functionCount) throw invalid(offset, `one of ${functionCount} function indices`, index);
    }
  }
}

function checkData(module: Module): void {
  const memory: MemoryType | undefined = module.importedMemory ?? module.memory;
  for (const { memoryOffset, bytes, offset } of module.dataSegments) {
    if (memory === undefined) throw invalid(offset, 'a memory', 'none');
    const end = memoryOffset + bytes.length;
    const sizeBytes = memory.minPages * PAGE_BYTES;
    if (end > sizeBytes) throw invalid(offset, `data within ${sizeBytes} bytes`, `up to ${end}`);
  }
}

function checkTotalParams(module: Module, limits: ModuleLimits): void {
  let totalParams = 0;
  for (const { typeIndex, offset } of [...module.importedFunctions, ...module.functions]) {
    totalParams += module.types[typeIndex]?.params.length ?? 0;
    checkLimit(limits, 'totalParams', totalParams, offset);
  }
}
