import fc from 'fast-check';
import loadWabt from 'wabt';

const wabt = await loadWabt();

/** A module for `prepareGuest` whose functions call themselves and each other, and nothing that could observe a counter. */
export interface RandomRecursion {
  readonly bytes: Uint8Array;
  readonly wat: string;
}

/** Code with a hole for the type of the function's first parameter, `$n`. */
type Code = (type: string) => string;

type Grammar = { readonly number: Code; readonly condition: Code; readonly statement: Code; readonly body: Code };

const FUNCTIONS = 3;
const comparisons = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u'];

const { statement, number }: fc.LetrecValue<Grammar> = fc.letrec<Grammar>((tie) => {
  const [number, condition, body] = [tie('number'), tie('condition'), tie('body')];
  const small = fc.integer({ min: -1, max: 4 });
  const less = small.map(
    (by): Code =>
      (type) =>
        `(${type}.sub (local.get $n) (${type}.const ${by}))`,
  );
  const argument = fc.oneof(
    { weight: 6, arbitrary: less },
    {
      weight: 1,
      arbitrary: small.map(
        (by): Code =>
          (type) =>
            `(${type}.add (local.get $n) (${type}.const ${-by}))`,
      ),
    },
    {
      weight: 1,
      arbitrary: less.map(
        (value): Code =>
          (type) =>
            `(local.tee $n ${value(type)})`,
      ),
    },
    { weight: 1, arbitrary: fc.constant<Code>((type) => `(${type}.shr_u (local.get $n) (${type}.const 1))`) },
    { weight: 1, arbitrary: fc.constant<Code>(() => '(local.get $n)') },
  );
  const call = fc
    .tuple(fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat({ max: FUNCTIONS - 1 })), argument)
    .map(
      ([other, value]): Code =>
        (type) =>
          `(call $${type}_${other} ${value(type)} (local.get $k))`,
    );
  return {
    number: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Code>(() => '(local.get $s)') },
      { weight: 2, arbitrary: fc.constant<Code>(() => '(local.get $n)') },
      { weight: 2, arbitrary: call },
      { weight: 1, arbitrary: less },
      {
        weight: 1,
        arbitrary: fc.tuple(condition, number, number).map(
          ([asked, yes, no]): Code =>
            (type) =>
              `(if (result ${type}) ${asked(type)} (then ${yes(type)}) (else ${no(type)}))`,
        ),
      },
    ),
    condition: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(fc.constantFrom(...comparisons), fc.integer({ min: -2, max: 6 })).map(
          ([comparison, bound]): Code =>
            (type) =>
              `(${type}.${comparison} (local.get $n) (${type}.const ${bound}))`,
        ),
      },
      { weight: 1, arbitrary: fc.constant<Code>((type) => `(${type}.eqz (local.get $n))`) },
      {
        weight: 1,
        arbitrary: condition.map(
          (asked): Code =>
            (type) =>
              `(i32.eqz ${asked(type)})`,
        ),
      },
      { weight: 1, arbitrary: fc.constant<Code>(() => '(i32.and (local.get $k) (i32.const 1))') },
    ),
    statement: fc.oneof(
      { depthSize: 'small', maxDepth: 4 },
      {
        weight: 3,
        arbitrary: number.map(
          (value): Code =>
            (type) =>
              `(local.set $s ${value(type)})`,
        ),
      },
      {
        weight: 1,
        arbitrary: argument.map(
          (value): Code =>
            (type) =>
              `(local.set $n ${value(type)})`,
        ),
      },
      {
        weight: 4,
        arbitrary: fc.tuple(condition, body, fc.option(body)).map(
          ([asked, yes, no]): Code =>
            (type) =>
              `(if ${asked(type)} (then ${yes(type)}) ${no === null ? '' : `(else ${no(type)})`})`,
        ),
      },
      {
        weight: 3,
        arbitrary: fc.tuple(condition, body).map(
          ([asked, inner]): Code =>
            (type) =>
              `(block (br_if 0 ${asked(type)}) ${inner(type)})`,
        ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(condition, body).map(
          ([asked, inner]): Code =>
            (type) =>
              `(loop ${inner(type)} (br_if 0 ${asked(type)}))`,
        ),
      },
      {
        weight: 1,
        arbitrary: number.map(
          (value): Code =>
            (type) =>
              `(return ${value(type)})`,
        ),
      },
      { weight: 1, arbitrary: fc.constant<Code>(() => '(local.set $k (i32.shr_u (local.get $k) (i32.const 1)))') },
      { weight: 1, arbitrary: fc.constant<Code>(() => '(memory.fill (i32.const 0) (i32.const 1) (local.get $k))') },
    ),
    body: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map(
      (statements): Code =>
        (type) =>
          statements.map((each) => each(type)).join(' '),
    ),
  };
});

const functionBody = fc.tuple(fc.array(statement, { minLength: 1, maxLength: 4 }), number);

function toModule(type: string, bodies: readonly (readonly [readonly Code[], Code])[]): RandomRecursion {
  const functions = bodies.map(
    ([statements, result], index) => `(func $${type}_${index} (param $n ${type}) (param $k i32) (result ${type})
      (local $s ${type}) ${statements.map((each) => each(type)).join('\n      ')} ${result(type)})`,
  );
  const [into, outOf] = type === 'i64' ? ['(i64.extend_i32_u (local.get 0))', '(i32.wrap_i64'] : ['(local.get 0)', '('];
  const value = `(call $${type}_0 ${into} (local.get 1))`;
  const wat = `(module (import "test" "observe" (func $observe (param i32))) (memory (export "memory") 1)
    ${functions.join('\n    ')}
    (func (export "run") (param i32 i32) (result i32) (local $result i32)
      (local.set $result ${outOf === '(' ? value : `${outOf} ${value})`})
      (call $observe (local.get $result)) (local.get $result)))`;
  const parsed = wabt.parseWat('random.wat', wat, { bulk_memory: true });
  try {
    const printed = { [fc.toStringMethod]: () => wat };
    return { bytes: new Uint8Array(parsed.toBinary({}).buffer), wat, ...printed };
  } finally {
    parsed.destroy();
  }
}

export function randomRecursion(): fc.Arbitrary<RandomRecursion> {
  const bodies = fc.array(functionBody, { minLength: FUNCTIONS, maxLength: FUNCTIONS });
  return fc.tuple(fc.constantFrom('i32', 'i64'), bodies).map(([type, each]) => toModule(type, each));
}
