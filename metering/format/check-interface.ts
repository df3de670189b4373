/**
 * Holds a module against what its host offers and expects. Names are compared as they are in the bytes: no case, no
 * normal form, no prefix, and no object in which `constructor` would be found without having been put there.
 */
import { type Export, type FunctionType, functionType, type Module, type ValueType } from './module.ts';
import type { EntryPoint, MemoryBinding, ModuleInterface } from './module-interface.ts';
import { ModuleRejected } from './module-rejected.ts';

/** @throws ModuleRejected `import-not-allowed` or `export-not-allowed` */
export function checkInterface(module: Module, moduleInterface: ModuleInterface): void {
  checkImports(module, moduleInterface);
  checkMemoryBinding(module, moduleInterface.memory);
  for (const { name, offset } of module.exports) {
    if (isReservedName(name)) throw exportNotAllowed(offset, 'a name that is not reserved', JSON.stringify(name));
  }
  for (const entryPoint of moduleInterface.entryPoints) checkEntryPoint(module, entryPoint);
}

/** Names of this form are ours, although none of the guest's own names survives. */
function isReservedName(name: string): boolean {
  return /^t[0-9a-f]{16}_/.test(name);
}

function checkImports(module: Module, { imports }: ModuleInterface): void {
  for (const [index, { module: moduleName, name, offset }] of module.importedFunctions.entries()) {
    const type = functionType(module, index);
    const rule = imports.find((candidate) => candidate.module === moduleName && candidate.name === name);
    const quoted = `${JSON.stringify(moduleName)} ${JSON.stringify(name)}`;
    if (rule === undefined) throw new ModuleRejected('import-not-allowed', offset, 'a known host function', quoted);
    if (!isSameType(rule, type)) {
      throw new ModuleRejected('import-not-allowed', offset, describeType(rule), `${quoted} as ${describeType(type)}`);
    }
  }
}

function checkMemoryBinding(module: Module, binding: MemoryBinding): void {
  const imported = module.importedMemory;
  if (binding.kind === 'imported') {
    const expected = `a memory imported as ${JSON.stringify(binding.module)} ${JSON.stringify(binding.name)}`;
    if (imported === undefined) throw new ModuleRejected('import-not-allowed', 0, expected, 'none');
    if (imported.module !== binding.module || imported.name !== binding.name) {
      const found = `${JSON.stringify(imported.module)} ${JSON.stringify(imported.name)}`;
      throw new ModuleRejected('import-not-allowed', imported.offset, expected, found);
    }
    return;
  }
  if (imported !== undefined) {
    throw new ModuleRejected('import-not-allowed', imported.offset, 'a memory of its own', 'an imported one');
  }
  const found = findExport(module, binding.name);
  if (found?.kind !== 'memory') {
    throw exportNotAllowed(found?.offset ?? 0, `a memory exported as ${JSON.stringify(binding.name)}`, describe(found));
  }
}

function checkEntryPoint(module: Module, { name, params, results, isRequired }: EntryPoint): void {
  const found = findExport(module, name);
  if (found === undefined && !isRequired) return;
  const expected = `function ${JSON.stringify(name)} ${describeType({ params, results })}`;
  if (found?.kind !== 'function') throw exportNotAllowed(found?.offset ?? 0, expected, describe(found));
  // A host function under an entry point's name would be called by the host, without gas.
  if (found.index < module.importedFunctions.length) throw exportNotAllowed(found.offset, expected, 'an import');
  const type = functionType(module, found.index);
  if (!isSameType(type, { params, results })) throw exportNotAllowed(found.offset, expected, describeType(type));
}

function findExport(module: Module, name: string): Export | undefined {
  return module.exports.find((candidate) => candidate.name === name);
}

function isSameType(left: FunctionType, right: FunctionType): boolean {
  return isSameList(left.params, right.params) && isSameList(left.results, right.results);
}

function isSameList(left: readonly ValueType[], right: readonly ValueType[]): boolean {
  return left.length === right.length && left.every((type, index) => type === right[index]);
}

function describeType({ params, results }: FunctionType): string {
  return `(${params.join(' ')}) -> (${results.join(' ')})`;
}

function describe(found: Export | undefined): string {
  return found === undefined ? 'none' : `a ${found.kind}`;
}

function exportNotAllowed(offset: number, expected: string, actual: string): ModuleRejected {
  return new ModuleRejected('export-not-allowed', offset, expected, actual);
}
