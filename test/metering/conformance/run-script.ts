import assert from 'node:assert/strict';
import { TrapCode } from '../../../engine/outcome.ts';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { ModuleRejected } from '../../../metering/format/module-rejected.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { strategies } from '../../../metering/plan/strategies.ts';
import { wat } from '../../support/wat.ts';
import { modernize } from './modernize.ts';
import { type Expression, headOf, printExpression, readExpressions, stringBytes } from './s-expression.ts';
import { type Invocation, type ScriptInstance, scriptModule, type Value } from './script-module.ts';

/** Assertions run, and commands left out by reason. */
export interface ScriptReport {
  readonly run: Map<string, number>;
  readonly skipped: Map<string, number>;
}

export function newReport(): ScriptReport {
  return { run: new Map(), skipped: new Map() };
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** What the scripts of 2017 call a trap, by the beginning of their sentence. */
const trapSentences: readonly (readonly [string, readonly TrapCode[]])[] = [
  ['integer divide by zero', [TrapCode.IntegerDivideByZero]],
  ['integer overflow', [TrapCode.IntegerOverflow]],
  ['unreachable', [TrapCode.Unreachable]],
  ['out of bounds memory access', [TrapCode.MemoryOutOfBounds]],
  ['undefined', [TrapCode.TableOutOfBounds]],
  ['uninitialized', [TrapCode.IndirectCallMismatch]],
  ['indirect call', [TrapCode.IndirectCallMismatch]],
  ['call stack exhausted', [TrapCode.StackExhausted]],
];

/** The module as every machine has it; undefined with the reason if none may have it. */
type Machines =
  | { readonly instances: ReadonlyMap<string, ScriptInstance>; readonly exports: ReadonlySet<string> }
  | { readonly skipped: string };

/** @throws AssertionError at the first assertion that does not hold on some machine. */
export async function runScript(text: string, report: ScriptReport): Promise<void> {
  let current: Machines = { skipped: 'there is no module' };
  const named = new Map<string, Machines>();
  const commands = readExpressions(text);
  // Modules that write into each other's tables and memories: none of ours can.
  const isLinked = commands.some((command) => headOf(command) === 'register');
  for (const command of commands) {
    const kind = headOf(command) ?? '';
    if (isLinked) {
      count(report.skipped, `${kind}: in a script that links modules`);
      continue;
    }
    const [, first, second] = command as readonly Expression[];
    if (kind === 'module') {
      current = await makeMachines(command as readonly Expression[]);
      if (typeof first === 'string' && first.startsWith('$')) named.set(first, current);
      count(
        'skipped' in current ? report.skipped : report.run,
        'skipped' in current ? `module: ${current.skipped}` : 'module',
      );
    } else if (kind === 'assert_return' || kind === 'assert_trap' || kind === 'invoke') {
      const action = (kind === 'invoke' ? command : first) as readonly Expression[];
      const reason = runAction(kind, action, second, current, named);
      count(reason === undefined ? report.run : report.skipped, reason === undefined ? kind : `${kind}: ${reason}`);
    } else if (kind === 'assert_invalid' || kind === 'assert_malformed') {
      const reason = await checkRefusal(first as readonly Expression[]);
      count(reason === undefined ? report.run : report.skipped, reason === undefined ? kind : `${kind}: ${reason}`);
    } else {
      count(report.skipped, `${kind}: not for a single integer module`);
    }
  }
}

function runAction(
  kind: string,
  action: readonly Expression[],
  expected: Expression | undefined,
  current: Machines,
  named: ReadonlyMap<string, Machines>,
): string | undefined {
  if (headOf(action) !== 'invoke') return 'not an invocation';
  const [, ...words] = action;
  if (/\(f(?:32|64)\.const/.test(printExpression([action, expected ?? '']))) return 'floats';
  const machines =
    typeof words[0] === 'string' && words[0].startsWith('$') ? named.get(words.shift() as string) : current;
  if (machines === undefined || 'skipped' in machines) return machines?.skipped ?? 'no such module';
  const exportName = new TextDecoder().decode(stringBytes(words.shift() as string));
  if (!machines.exports.has(exportName)) return 'floats';
  const args = words.map(constantOf);
  const results = new Map([...machines.instances].map(([name, call]) => [name, call(exportName, args)]));
  const where = printExpression(action);
  const reference = results.get('reference') as Invocation;
  if (kind === 'assert_trap') {
    const sentence = String(expected).slice(1, -1);
    const codes = trapSentences.find(([beginning]) => sentence.startsWith(beginning))?.[1];
    assert.ok(codes?.includes(reference.trap as TrapCode), `${where}: ${sentence} is ${reference.trap}`);
  } else {
    assert.equal(reference.trap, undefined, where);
    if (kind === 'assert_return')
      assert.equal(reference.result, expected === undefined ? undefined : constantOf(expected), where);
  }
  for (const [name, { trap, result, gasUsed }] of results) {
    assert.equal(trap === undefined, reference.trap === undefined, `${where} on ${name}`);
    assert.equal(result, reference.result, `${where} on ${name}`);
    if (name !== 'none') assert.equal(gasUsed, reference.gasUsed, `gas of ${where} on ${name}`);
  }
  return undefined;
}

function constantOf(expression: Expression): Value {
  const [type, text] = expression as readonly string[];
  const digits = (text as string).replaceAll('_', '');
  const magnitude = BigInt(digits.replace(/^[+-]/, ''));
  const value = digits.startsWith('-') ? -magnitude : magnitude;
  if (type === 'i32.const') return Number(BigInt.asIntN(32, value));
  if (type === 'i64.const') return BigInt.asIntN(64, value);
  throw new Error(`a value of type ${type}`);
}

async function makeMachines(module: readonly Expression[]): Promise<Machines> {
  try {
    const { reference, instrumented, exports } = scriptModule(await assemble(withMemory(module)));
    const instances = new Map<string, ScriptInstance>([['reference', reference()]]);
    for (const strategy of strategies) instances.set(strategy, instrumented(strategy));
    return { instances, exports };
  } catch (error) {
    if (error instanceof ModuleRejected) {
      const integers = withoutFloats(module);
      if (reasonOf(error) === 'floats' && printExpression(integers) !== printExpression(module))
        return makeMachines(integers);
      return { skipped: reasonOf(error) };
    }
    if (error instanceof NotAssembled) return { skipped: error.message };
    throw error;
  }
}

const I64_PARAM: Expression = ['param', 'i64'];

/**
 * Functions with floats, and those that call them, become empty ones without exports: indices and table slots stay. The
 * others of a module that mixes floats and integers can so be run.
 */
function withoutFloats(module: readonly Expression[]): readonly Expression[] {
  const emptied = new Set<Expression>();
  const names = new Set<string>();
  const needsFloats = (field: Expression): boolean => {
    const text = printExpression(field);
    return (
      /\bf(?:32|64)\b/.test(text) || [...text.matchAll(/\(call (\$\S+)/g)].some(([, name]) => names.has(name ?? ''))
    );
  };
  for (let before = -1; before < emptied.size; ) {
    before = emptied.size;
    for (const field of module) {
      if (headOf(field) !== 'func' || emptied.has(field) || !needsFloats(field)) continue;
      emptied.add(field);
      if (typeof field[1] === 'string') names.add(field[1]);
    }
  }
  return module.map((field) => {
    // A type that nothing is left of; its index stays.
    if (headOf(field) === 'type' && needsFloats(field))
      return [
        'type',
        ...(typeof field[1] === 'string' ? [field[1]] : []),
        ['func', ...new Array<Expression>(9).fill(I64_PARAM)],
      ];
    if (!emptied.has(field)) return field;
    const name = field[1];
    return typeof name === 'string' && name.startsWith('$') ? ['func', name] : ['func'];
  });
}

class NotAssembled extends Error {}

/** `(module "...")` is bytes, anything else text. */
async function assemble(module: readonly Expression[]): Promise<Uint8Array> {
  const strings = module.filter((item): item is string => typeof item === 'string' && item.startsWith('"'));
  if (strings.length > 0) {
    const bytes = new Uint8Array(strings.flatMap((quoted) => [...stringBytes(quoted)]));
    // The last version before 1.0.
    if (bytes[4] === 0x0d) bytes[4] = 1;
    return bytes;
  }
  try {
    return await wat(printExpression(modernize(module)));
  } catch {
    throw new NotAssembled('the assembler does not take it');
  }
}

/** Guests export their memory under this name, and have one. */
function withMemory(module: readonly Expression[]): readonly Expression[] {
  const isBytes = module.some((item) => typeof item === 'string' && item.startsWith('"'));
  if (isBytes || /\(export "memory"/.test(printExpression(module))) return module;
  const hasMemory = module.some(
    (item) => headOf(item) === 'memory' || /^\(import .*\(memory/.test(printExpression(item)),
  );
  return [
    ...module,
    hasMemory ? ['export', '"memory"', ['memory', '0']] : ['memory', ['export', '"memory"'], '0', '0'],
  ];
}

function reasonOf({ code, actual }: ModuleRejected): string {
  if (code !== 'unsupported') return code;
  return /float|f32|f64/.test(actual) ? 'floats' : `unsupported: ${actual.replace(/\d+/g, 'n')}`;
}

/** The module must be refused, and as an invalid one: not because it is outside of the allowed subset. */
async function checkRefusal(module: readonly Expression[]): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await assemble(module);
  } catch (error) {
    if (error instanceof NotAssembled) return error.message;
    throw error;
  }
  try {
    validateModule(decodeModule(bytes, defaultLimits), defaultLimits);
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    return error.code === 'invalid' || error.code === 'malformed' ? undefined : reasonOf(error);
  }
  if (WebAssembly.validate(bytes)) return 'valid since';
  return assert.fail(`not refused: ${printExpression(module)}`);
}
