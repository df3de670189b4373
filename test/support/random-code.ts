import fc from 'fast-check';
import type { ValueType } from '../../metering/format/module.ts';

export type ResultType = ValueType | undefined;

/** A function type of the generated modules. */
export interface Shape {
  /** Its name in the text. */
  readonly type: string;
  readonly params: readonly ValueType[];
  readonly result: ResultType;
}

export interface Callee {
  readonly name: string;
  readonly shape: Shape;
}

/** Where a piece of code stands. Which branches and calls are possible depends on it. */
export interface Scope {
  /** Result types of the labels around it; innermost last, the function itself first. */
  readonly labels: readonly ResultType[];
  readonly callees: readonly Callee[];
  /** The table; its first slot is empty. */
  readonly slots: readonly (Callee | undefined)[];
}

/** Code whose branches and callees are chosen when it is put in its place. */
export type Code = (scope: Scope) => string;

/** One operand of each type: a branch or call takes those it needs. */
export type Operands = Readonly<Record<ValueType, Code>>;

/** Every function has these, so that code can use them wherever it stands; parameters take the first of each type. */
export const VARIABLES: Readonly<Record<ValueType, readonly string[]>> = {
  i32: ['$i0', '$i1', '$i2'],
  i64: ['$l0', '$l1'],
};

export const RUN: Shape = { type: '$R', params: ['i32', 'i32'], result: 'i32' };
export const OBSERVE: Shape = { type: '$O', params: ['i32'], result: undefined };
/** `$A2` is `$A` under another index: indirect calls must take one for the other. */
export const HELPERS: readonly Shape[] = [
  { type: '$A', params: ['i32'], result: 'i32' },
  { type: '$A2', params: ['i32'], result: 'i32' },
  { type: '$L', params: ['i32', 'i64'], result: 'i64' },
  { type: '$V', params: [], result: undefined },
];
export const SHAPES: readonly Shape[] = [...HELPERS, RUN, OBSERVE];

const BINARY = words('add sub mul and or xor shl shr_s shr_u rotl rotr');
const DIVISION = words('div_s div_u rem_s rem_u');
const COMPARISON = words('eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u');
const UNARY = {
  i32: words('clz ctz popcnt eqz extend8_s extend16_s'),
  i64: words('clz ctz popcnt extend8_s extend16_s extend32_s'),
};
const LOAD = {
  i32: words('load load8_s load8_u load16_s load16_u'),
  i64: words('load load8_s load8_u load16_s load16_u load32_s load32_u'),
};
const STORE = { i32: words('store store8 store16'), i64: words('store store8 store16 store32') };

/** Code after a jump, which may take operands from nowhere. */
const DEAD_CODE = [
  '',
  '(drop (i32.add))',
  '(drop (select))',
  '(drop (select (i64.const 1) (i32.const 0)))',
  '(i64.store)',
  '(drop (i64.extend_i32_u (i32.eqz)))',
  '(block (result i32) (br 0 (i32.const 1))) (drop)',
  '(if (then (br 0) (i64.mul) (drop)) (else (unreachable)))',
  '(loop (br 0) (br_if 0 (i32.clz)))',
  '(drop (call_indirect (type $L)))',
];

export const i32Constant: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -4, max: 12 }),
  fc.constantFrom(0x7fff_ffff, -0x8000_0000, 255, 256, 65_535, 65_536, -65_536),
  fc.integer(),
);

export const i64Constant: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -4n, max: 12n }),
  fc.constantFrom((1n << 63n) - 1n, -(1n << 63n), 1n << 31n, 1n << 32n, -1n << 32n),
  fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
);

const choice: fc.Arbitrary<number> = fc.nat({ max: 59 });

const staticOffset: fc.Arbitrary<number> = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(65_528, 65_535, 65_536, 0xffff_ffff) },
);

function words(text: string): readonly string[] {
  return text.split(' ');
}

export function pick<T>(options: readonly T[], index: number): T {
  return options[index % options.length] as T;
}

/** Code with holes: of text, or of code that stands in the same place. */
function code(texts: TemplateStringsArray, ...holes: readonly (string | number | bigint | Code)[]): Code {
  return (scope) =>
    String.raw({ raw: texts }, ...holes.map((hole) => (typeof hole === 'function' ? hole(scope) : hole)));
}

/** The same code inside further labels. */
function within(labels: readonly ResultType[], inner: Code): Code {
  return (scope) => inner({ ...scope, labels: [...scope.labels, ...labels] });
}

/** Code that depends on where it stands. */
function here(choose: (scope: Scope) => Code): Code {
  return (scope) => choose(scope)(scope);
}

export function operand(type: ResultType, operands: Operands): Code {
  return type === undefined ? code`` : operands[type];
}

function all(codes: readonly Code[]): Code {
  return (scope) => codes.map((code) => code(scope)).join(' ');
}

/** Depths of the labels that take a result of this type. */
function depthsOf({ labels }: Scope, type: ResultType): readonly number[] {
  return labels.toReversed().flatMap((label, depth) => (label === type ? [depth] : []));
}

export function resultClause(type: ResultType): string {
  return type === undefined ? '' : `(result ${type})`;
}

function jumpOut(index: number, operands: Operands): Code {
  return here(({ labels }) => {
    const depth = index % labels.length;
    return code`(br ${depth} ${operand(labels.at(-1 - depth), operands)})`;
  });
}

function jumpByTable(indices: readonly number[], operands: Operands, selector: Code): Code {
  return here((scope) => {
    const type = pick(scope.labels, indices[0] as number);
    const depths = indices.map((index) => pick(depthsOf(scope, type), index));
    return code`(br_table ${depths.join(' ')} ${operand(type, operands)} ${selector})`;
  });
}

/** `value` stays where it is unless the branch, to a label of the same type, is taken. */
function branchIf(index: number, type: ResultType, value: Code, condition: Code): Code {
  return here((scope) => {
    const depths = depthsOf(scope, type);
    return depths.length === 0 ? value : code`(br_if ${pick(depths, index)} ${value} ${condition})`;
  });
}

/** A call of something with this result, or `otherwise` if there is nothing. */
function call(index: number, result: ResultType, operands: Operands, otherwise: Code): Code {
  return here(({ callees }) => {
    const fitting = callees.filter(({ shape }) => shape.result === result);
    if (fitting.length === 0) return otherwise;
    const { name, shape } = pick(fitting, index);
    return code`(call ${name} ${all(shape.params.map((type) => operands[type]))})`;
  });
}

/** An indirect call. `slot` may be any place in or beyond the table; without one a function of the right type is called. */
function callIndirect(
  index: number,
  result: ResultType,
  operands: Operands,
  slot: Code | undefined,
  otherwise: Code,
): Code {
  return here(({ slots }) => {
    const { type, params } = pick(
      SHAPES.filter((shape) => shape.result === result),
      index,
    );
    const fitting = slots.flatMap((callee, i) =>
      callee !== undefined && callee.shape.result === result && callee.shape.params.join() === params.join() ? [i] : [],
    );
    if (slot === undefined && fitting.length === 0) return otherwise;
    const at = slot ?? code`(i32.const ${pick(fitting, index)})`;
    return code`(call_indirect (type ${type}) ${all(params.map((param) => operands[param]))} ${at})`;
  });
}

/** A loop in a block of the same type, which it leaves when the fuel is gone. Each turn burns one unit. */
function loop(type: ResultType, body: Code, condition: Code, value: Code): Code {
  const leave =
    type === undefined
      ? '(br_if 1 (i32.eqz (global.get $fuel)))'
      : `(drop (br_if 1 (${type}.const 77) (i32.eqz (global.get $fuel))))`;
  const turn = code`${leave} ${BURN_FUEL} ${body} (br_if 0 ${condition}) ${value}`;
  return code`(block ${resultClause(type)} (loop ${resultClause(type)} ${within([type, undefined], turn)}))`;
}

export const BURN_FUEL = '(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))';

/** A type alias, because `fc.letrec` wants an index signature. */
type Grammar = {
  readonly i32: Code;
  readonly i64: Code;
  readonly operands: Operands;
  /** Control never gets past it. */
  readonly jump: Code;
  readonly statement: Code;
  readonly statements: Code;
};

type Weighted = readonly [weight: number, arbitrary: fc.Arbitrary<Code>];

/** The first row is what is left at full depth. */
function oneOf(...rows: readonly Weighted[]): fc.Arbitrary<Code> {
  const nested = { maxDepth: 6, depthSize: 'max', depthIdentifier: 'nesting', withCrossShrink: true } as const;
  return fc.oneof(nested, ...rows.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const NOTHING: Code = () => '';

/** All the code of the allowed subset, by what it leaves on the stack. */
export const grammar: fc.LetrecValue<Grammar> = fc.letrec<Grammar>((tie) => {
  const [i32, i64, operands, statements] = [tie('i32'), tie('i64'), tie('operands'), tie('statements')];
  const mostly = (usual: string): fc.Arbitrary<Code> =>
    fc.oneof({ weight: 30, arbitrary: i32.map((a) => code`(i32.and ${a} ${usual})`) }, { weight: 1, arbitrary: i32 });
  const address = mostly('(i32.const 0x3ff)');
  const length = mostly('(i32.const 0x7f)');
  const slot = fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: i32 });

  /** Expressions that exist for both types. */
  const expressions = (type: ValueType): readonly Weighted[] => {
    const self = tie(type);
    const variable = fc.constantFrom(...VARIABLES[type]);
    const constant: fc.Arbitrary<number | bigint> = type === 'i32' ? i32Constant : i64Constant;
    const leaf = fc.oneof(
      constant.map((value) => code`(${type}.const ${value})`),
      variable.map((name) => code`(local.get ${name})`),
      fc.constant(code`(global.get $${type})`),
    );
    const unary = fc.constantFrom(...UNARY[type]);
    const binary = fc.constantFrom(...BINARY);
    const division = fc.constantFrom(...DIVISION);
    const load = fc.constantFrom(...LOAD[type]);
    return [
      [8, leaf],
      [6, fc.tuple(binary, self, self).map(([name, a, b]) => code`(${type}.${name} ${a} ${b})`)],
      [
        2,
        fc
          .tuple(division, self, self)
          .map(([name, a, b]) => code`(${type}.${name} ${a} (${type}.or ${b} (${type}.const 1)))`),
      ],
      [1, fc.tuple(division, self, self).map(([name, a, b]) => code`(${type}.${name} ${a} ${b})`)],
      [3, fc.tuple(unary, self).map(([name, a]) => code`(${type}.${name} ${a})`)],
      [
        3,
        fc
          .tuple(load, staticOffset, address)
          .map(([name, offset, at]) => code`(${type}.${name} offset=${offset} ${at})`),
      ],
      [2, fc.tuple(self, self, i32).map(([a, b, which]) => code`(select ${a} ${b} ${which})`)],
      [2, fc.tuple(variable, self).map(([name, a]) => code`(local.tee ${name} ${a})`)],
      [
        2,
        fc
          .tuple(statements, self)
          .map(([body, a]) => code`(block (result ${type}) ${within([type], code`${body} ${a}`)})`),
      ],
      [2, fc.tuple(statements, i32, self).map(([body, condition, a]) => loop(type, body, condition, a))],
      [
        2,
        fc
          .tuple(i32, statements, self, self)
          .map(
            ([condition, body, yes, no]) =>
              code`(if (result ${type}) ${condition} (then ${within([type], code`${body} ${yes}`)}) (else ${within([type], no)}))`,
          ),
      ],
      [2, fc.tuple(choice, self, i32).map(([index, a, condition]) => branchIf(index, type, a, condition))],
      [3, fc.tuple(choice, operands, self).map(([index, args, otherwise]) => call(index, type, args, otherwise))],
      [
        2,
        fc
          .tuple(choice, operands, slot, self)
          .map(([index, args, at, otherwise]) => callIndirect(index, type, args, at, otherwise)),
      ],
      [1, tie('jump')],
    ];
  };

  const compare = (type: ValueType): fc.Arbitrary<Code> =>
    fc
      .tuple(fc.constantFrom(...COMPARISON), tie(type), tie(type))
      .map(([name, a, b]) => code`(${type}.${name} ${a} ${b})`);

  const store = (type: ValueType): fc.Arbitrary<Code> =>
    fc
      .tuple(fc.constantFrom(...STORE[type]), staticOffset, address, tie(type))
      .map(([name, offset, at, a]) => code`(${type}.${name} offset=${offset} ${at} ${a})`);

  const assign = (type: ValueType): fc.Arbitrary<Code> =>
    fc
      .tuple(fc.constantFrom(...VARIABLES[type].map((name) => `local.set ${name}`), `global.set $${type}`), tie(type))
      .map(([to, a]) => code`(${to} ${a})`);

  return {
    operands: fc.record({ i32, i64 }),
    i32: oneOf(
      ...expressions('i32'),
      [3, compare('i32')],
      [3, compare('i64')],
      [1, i64.map((a) => code`(i64.eqz ${a})`)],
      [3, i64.map((a) => code`(i32.wrap_i64 ${a})`)],
      [1, fc.constant(code`(memory.size)`)],
      [1, fc.nat({ max: 2 }).map((pages) => code`(memory.grow (i32.const ${pages}))`)],
      [1, i32.map((a) => code`(memory.grow ${a})`)],
    ),
    i64: oneOf(
      ...expressions('i64'),
      [2, i32.map((a) => code`(i64.extend_i32_s ${a})`)],
      [2, i32.map((a) => code`(i64.extend_i32_u ${a})`)],
    ),
    jump: oneOf(
      [6, fc.tuple(choice, operands).map(([index, args]) => jumpOut(index, args))],
      [
        4,
        fc
          .tuple(fc.array(choice, { minLength: 1, maxLength: 5 }), operands, i32)
          .map(([indices, args, selector]) => jumpByTable(indices, args, selector)),
      ],
      [2, operands.map((args) => here(({ labels }) => code`(return ${operand(labels[0], args)})`))],
      [1, fc.constant(code`(unreachable)`)],
    ),
    statement: oneOf(
      [12, i32.map((a) => code`(call $observe ${a})`)],
      [4, i64.map((a) => code`(call $observe (i32.wrap_i64 ${a}))`)],
      [4, assign('i32')],
      [4, assign('i64')],
      [3, store('i32')],
      [3, store('i64')],
      [1, fc.constant(code`(nop)`)],
      [1, i32.map((a) => code`(drop ${a})`)],
      [1, i64.map((a) => code`(drop ${a})`)],
      [2, statements.map((body) => code`(block ${within([undefined], body)})`)],
      [3, fc.tuple(statements, i32).map(([body, condition]) => loop(undefined, body, condition, NOTHING))],
      [
        2,
        fc.tuple(i32, statements).map(([condition, yes]) => code`(if ${condition} (then ${within([undefined], yes)}))`),
      ],
      [
        2,
        fc
          .tuple(i32, statements, statements)
          .map(
            ([condition, yes, no]) =>
              code`(if ${condition} (then ${within([undefined], yes)}) (else ${within([undefined], no)}))`,
          ),
      ],
      [3, fc.tuple(choice, i32).map(([index, condition]) => branchIf(index, undefined, NOTHING, condition))],
      [1, fc.tuple(tie('jump'), fc.constantFrom(...DEAD_CODE)).map(([jump, dead]) => code`${jump} ${dead}`)],
      [2, fc.tuple(choice, operands).map(([index, args]) => call(index, undefined, args, NOTHING))],
      [
        1,
        fc.tuple(choice, operands, slot).map(([index, args, at]) => callIndirect(index, undefined, args, at, NOTHING)),
      ],
      [1, fc.tuple(address, address, length).map(([to, from, bytes]) => code`(memory.copy ${to} ${from} ${bytes})`)],
      [1, fc.tuple(address, i32, length).map(([to, value, bytes]) => code`(memory.fill ${to} ${value} ${bytes})`)],
    ),
    statements: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'nesting' }).map(all),
  };
});
