import { basicBlocks } from '../metering/flow/basic-blocks.ts';
import { checkInterface } from '../metering/format/check-interface.ts';
import { decodeModule } from '../metering/format/decode.ts';
import { type ModuleLimits, roomyLimits } from '../metering/format/limits.ts';
import { type FunctionType, functionType, type Module } from '../metering/format/module.ts';
import type { ModuleInterface } from '../metering/format/module-interface.ts';
import { ModuleRejected } from '../metering/format/module-rejected.ts';
import { validateModule } from '../metering/format/validate.ts';
import type { FunctionFacts } from '../metering/format/validate-body.ts';
import type { CostTable } from '../metering/gas/cost-table.ts';
import { planGas } from '../metering/gas/gas-plan.ts';
import { planStack } from '../metering/plan/stack-plan.ts';

/** What `inspect` shows of a module. */
export interface ModuleSummary {
  readonly bytes: number;
  readonly imports: readonly { readonly module: string; readonly name: string; readonly type: string }[];
  readonly exports: readonly { readonly name: string; readonly kind: string; readonly index: number }[];
  readonly limits: readonly { readonly name: string; readonly actual: number; readonly limit: number }[];
  readonly functions: readonly FunctionSummary[];
  /** Why it would not run, in the order of the checks; empty if it would. */
  readonly refusals: readonly string[];
}

interface FunctionSummary {
  readonly index: number;
  /** The first name it is exported under. */
  readonly name: string | undefined;
  readonly type: string;
  readonly locals: number;
  readonly instructions: number;
  /** Basic blocks that can be reached. */
  readonly blocks: number;
  /** Sum over its blocks of what entering each costs once, without dynamic terms. */
  readonly gasOfAllBlocks: number;
  /** What one call of it takes from the stack budget. */
  readonly stackWords: number;
}

export interface SummaryOptions {
  readonly costs: CostTable;
  readonly limits: ModuleLimits;
  readonly interface: ModuleInterface;
}

/** @throws ModuleRejected for bytes in which there is nothing to show: malformed, invalid, beyond the allow-list, or far beyond a limit. */
export function summarizeModule(bytes: Uint8Array, options: SummaryOptions): ModuleSummary {
  const { costs, limits } = options;
  // So that a module beyond a limit can be shown with all that it has.
  const roomy = roomyLimits(limits);
  const module = decodeModule(bytes, roomy);
  const facts = validateModule(module, roomy);
  const gas = planGas(module, costs);
  const stack = planStack(module, facts);
  const importCount = module.importedFunctions.length;
  return {
    bytes: bytes.length,
    imports: importsOf(module),
    exports: module.exports.map(({ name, kind, index }) => ({ name, kind, index })),
    limits: limitsOf(module, facts, limits),
    functions: module.functions.map(({ locals, instructions }, position) => ({
      index: importCount + position,
      name: module.exports.find(({ kind, index }) => kind === 'function' && index === importCount + position)?.name,
      type: describeType(functionType(module, importCount + position)),
      locals: locals.length,
      instructions: instructions.length,
      blocks: basicBlocks(instructions).filter(({ isReachable }) => isReachable).length,
      gasOfAllBlocks: (gas[position] ?? []).reduce((sum, { kind, cost }) => (kind === 'block' ? sum + cost : sum), 0),
      stackWords: stack[position] as number,
    })),
    refusals: refusalsOf(module, options),
  };
}

function importsOf(module: Module): ModuleSummary['imports'] {
  const functions = module.importedFunctions.map(({ module: from, name }, index) => ({
    module: from,
    name,
    type: describeType(functionType(module, index)),
  }));
  const { importedMemory } = module;
  if (importedMemory === undefined) return functions;
  const { module: from, name, minPages, maxPages } = importedMemory;
  return [...functions, { module: from, name, type: `memory, ${minPages} to ${maxPages ?? 'any'} pages` }];
}

/** Counts that one look at the module gives; the checks behind `refusals` know more. */
function limitsOf(module: Module, facts: readonly FunctionFacts[], limits: ModuleLimits): ModuleSummary['limits'] {
  const largest = (sizes: readonly number[]) => sizes.reduce((max, size) => Math.max(max, size), 0);
  const actual: Partial<Record<keyof ModuleLimits, number>> = {
    moduleBytes: module.bytes.length,
    types: module.types.length,
    functions: module.functions.length,
    importedFunctions: module.importedFunctions.length,
    globals: module.globals.length,
    exports: module.exports.length,
    dataSegments: module.dataSegments.length,
    elementSegments: module.elements.length,
    tableSize: module.table?.minSize ?? 0,
    params: largest(module.types.map(({ params }) => params.length)),
    localsPerFunction: largest(module.functions.map(({ locals }) => locals.length)),
    bodyBytes: largest(module.functions.map(({ offset, end }) => end - offset)),
    instructionsPerFunction: largest(module.functions.map(({ instructions }) => instructions.length)),
    mergedValues: largest(facts.map(({ mergedValues }) => mergedValues)),
    totalMergedValues: facts.reduce((sum, { mergedValues }) => sum + mergedValues, 0),
    backEdges: largest(facts.map(({ mostBackEdges }) => mostBackEdges)),
    memoryPages: (module.memory ?? module.importedMemory)?.minPages ?? 0,
  };
  return Object.entries(actual).map(([name, count]) => ({
    name,
    actual: count,
    limit: limits[name as keyof ModuleLimits],
  }));
}

function refusalsOf(module: Module, options: SummaryOptions): readonly string[] {
  const checks = [
    () => void validateModule(decodeModule(module.bytes, options.limits), options.limits),
    () => checkInterface(module, options.interface),
  ];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof ModuleRejected) return [error.message];
      throw error;
    }
  });
}

function describeType({ params, results }: FunctionType): string {
  return `(${params.join(' ')}) -> (${results.join(' ')})`;
}
