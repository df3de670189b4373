import fc from 'fast-check';
import loadWabt from 'wabt';
import type { ValueType } from '../../metering/format/module.ts';
import {
  BURN_FUEL,
  type Callee,
  type Code,
  grammar,
  HELPERS,
  i32Constant,
  i64Constant,
  OBSERVE,
  type Operands,
  operand,
  pick,
  RUN,
  resultClause,
  type Scope,
  SHAPES,
  type Shape,
  VARIABLES,
} from './random-code.ts';

/** fast-check makes values synchronously, so the assembler has to be there. */
const wabt = await loadWabt();

/**
 * A valid module of the allowed subset. It imports `(test, "observe") (i32) -> ()` and exports `run: (i32, i32) -> i32`
 * and `memory`. Every run ends soon, with or without gas: loops and calls burn fuel, which the module counts itself.
 */
export interface RandomModule {
  readonly bytes: Uint8Array;
  readonly wat: string;
}

interface FunctionCode {
  readonly statements: Code;
  readonly result: Operands;
}

type Surroundings = Omit<Scope, 'labels'>;

const functionCode: fc.Arbitrary<FunctionCode> = fc.record({
  statements: grammar.statements,
  result: grammar.operands,
});

function functionText({ name, shape }: Callee, { statements, result }: FunctionCode, around: Surroundings): string {
  const scope: Scope = { ...around, labels: [shape.result] };
  const used: Record<ValueType, number> = { i32: 0, i64: 0 };
  const params = shape.params.map((type) => `(param ${VARIABLES[type][used[type]++]} ${type})`);
  const locals = (['i32', 'i64'] as const).flatMap((type) =>
    VARIABLES[type].slice(used[type]).map((local) => `(local ${local} ${type})`),
  );
  const zero = shape.result === undefined ? '' : `(${shape.result}.const 0)`;
  return `
  (func ${name} (type ${shape.type}) ${params.join(' ')} ${resultClause(shape.result)} ${locals.join(' ')}
    (if (i32.eqz (global.get $fuel)) (then (return ${zero})))
    ${BURN_FUEL}
    ${statements(scope)}
    ${operand(shape.result, result)(scope)})`;
}

function typeText({ type, params, result }: Shape): string {
  return `(type ${type} (func ${params.map((param) => `(param ${param})`).join(' ')} ${resultClause(result)}))`;
}

/** Prints as its text in a counterexample. */
function toModule(wat: string): RandomModule {
  const parsed = wabt.parseWat('random.wat', wat, { sign_extension: true, bulk_memory: true });
  try {
    const printed = { [fc.toStringMethod]: () => wat };
    return { bytes: new Uint8Array(parsed.toBinary({}).buffer), wat, ...printed };
  } finally {
    parsed.destroy();
  }
}

/** Small modules with everything that the allowed subset has: all kinds of control flow, calls, traps and memory use. */
export function randomModule(): fc.Arbitrary<RandomModule> {
  return fc
    .record({
      helpers: fc.array(fc.tuple(fc.constantFrom(...HELPERS), functionCode), { maxLength: 3 }),
      run: functionCode,
      fuel: fc.oneof({ weight: 6, arbitrary: fc.nat({ max: 60 }) }, { weight: 1, arbitrary: fc.nat({ max: 3000 }) }),
      pages: fc.constantFrom('1 1', '1 3', '1 2', '2 4', '0 1'),
      elements: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 }),
      i32: i32Constant,
      i64: i64Constant,
    })
    .map(({ helpers, run, fuel, pages, elements, i32, i64 }) => {
      const callees: readonly Callee[] = [
        ...helpers.map(([shape], i) => ({ name: `$f${i}`, shape })),
        { name: '$run', shape: RUN },
      ];
      const inTable = elements.map((index) => pick([...callees, { name: '$observe', shape: OBSERVE }], index));
      const bodies = [...helpers.map(([, body]) => body), run];
      const around: Surroundings = { callees, slots: [undefined, ...inTable] };
      return toModule(`(module
  ${SHAPES.map(typeText).join('\n  ')}
  (import "test" "observe" (func $observe (type $O)))
  (memory (export "memory") ${pages})
  (table 6 6 funcref)
  (elem (i32.const 1) ${inTable.map(({ name }) => name).join(' ')})
  (global $fuel (mut i32) (i32.const ${fuel}))
  (global $i32 (mut i32) (i32.const ${i32}))
  (global $i64 (mut i64) (i64.const ${i64}))
  ${pages === '0 1' ? '' : '(data (i32.const 8) "\\01\\80\\ff\\7f some initial bytes \\fe\\dc\\ba\\98")'}
  (export "run" (func $run))${callees.map((callee, i) => functionText(callee, bodies[i] as FunctionCode, around)).join('')}
)`);
    });
}
