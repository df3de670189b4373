/**
 * Small generated programs in WebAssembly text: a loop whose body is a random mix of a few kinds of snippet. Their only
 * purpose is to take time in known proportions, so everything feeds into the result and nothing can be folded away.
 */
import { xorshift32 } from '../order.ts';

export interface MicroProgram {
  readonly name: string;
  /** Exports `run: (turns: i32) -> i32` and `memory`; `turns` is how often the body runs, at least 0. */
  readonly text: string;
}

/** Draws from a fixed sequence. */
interface Dice {
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
}

/**
 * How values flow through a body: `chain` makes every snippet wait for the one before, `free` lets a processor overlap
 * them, `mixed` is what compiled code looks like.
 */
type Flow = 'chain' | 'free' | 'mixed';

interface Body {
  readonly dice: Dice;
  readonly flow: Flow;
  /** Largest address of loads and stores: 4 KiB stays in the first cache level, 256 KiB does not. */
  readonly addressMask: number;
}

type Snippet = (body: Body) => string;

const LOCALS = 6;
const PAGES = 5;
const FUNCTIONS = 6;
const ROTATED = 30;
const DEPTH = 12;

/** Function shapes for calls: parameters, declared locals, additions. */
const callees: readonly (readonly [params: number, locals: number, sums: number])[] = [
  [0, 0, 1],
  [1, 0, 4],
  [2, 2, 8],
  [2, 8, 4],
  [3, 1, 12],
  [4, 20, 6],
];

function local({ dice, flow }: Body, type: 'i' | 'l'): string {
  if (flow === 'chain') return `$${type}0`;
  return `$${type}${dice.below(LOCALS)}`;
}

const get = (name: string): string => `(local.get ${name})`;
const set = (name: string, value: string): string => `(local.set ${name} ${value})`;
const any = ({ dice }: Body, type: 'i' | 'l'): string => get(`$${type}${dice.below(LOCALS)}`);

/** Another one: with itself, a value would cancel out. */
function other({ dice }: Body, target: string): string {
  const [, type = '', index = '0'] = [...target];
  return get(`$${type}${(Number(index) + 1 + dice.below(LOCALS - 1)) % LOCALS}`);
}

function constant({ dice }: Body, type: 'i' | 'l'): string {
  return type === 'i' ? `(i32.const ${dice.below(2 ** 31)})` : `(i64.const ${dice.below(2 ** 31) * 2 ** 20})`;
}

const width = (type: 'i' | 'l'): string => (type === 'i' ? 'i32' : 'i64');

/** `target = target op other`, in one of the two types. */
function binary(operations: string, constantShare: number): Snippet {
  const names = operations.split(' ');
  return (body) => {
    const type = body.dice.pick(['i', 'l'] as const);
    const target = local(body, type);
    const right = body.dice.below(100) < constantShare ? constant(body, type) : other(body, target);
    return set(target, `(${width(type)}.${body.dice.pick(names)} ${get(target)} ${right})`);
  };
}

function divide(type: 'i' | 'l'): Snippet {
  const t = width(type);
  return (body) => {
    const target = local(body, type);
    const divisor = `(${t}.or (${t}.and ${any(body, type)} (${t}.const 0xfffff)) (${t}.const 3))`;
    const operation = body.dice.pick(['div_u', 'rem_u', 'div_s', 'rem_s']);
    return set(target, `(${t}.${operation} ${get(target)} ${divisor})`);
  };
}

function address(body: Body): string {
  return `(i32.and ${get(local(body, 'i'))} (i32.const ${body.addressMask}))`;
}

const load: Snippet = (body) => {
  const type = body.dice.pick(['i', 'l'] as const);
  const names =
    type === 'i' ? ['load', 'load', 'load8_u', 'load16_s'] : ['load', 'load', 'load8_u', 'load16_u', 'load32_u'];
  const target = local(body, type);
  const loaded = `(${width(type)}.${body.dice.pick(names)} offset=${8 * body.dice.below(16)} ${address(body)})`;
  return set(target, `(${width(type)}.add ${get(target)} ${loaded})`);
};

const store: Snippet = (body) => {
  const type = body.dice.pick(['i', 'l'] as const);
  const name = body.dice.pick(type === 'i' ? ['store', 'store8', 'store16'] : ['store', 'store8', 'store32']);
  return `(${width(type)}.${name} offset=${8 * body.dice.below(16)} ${address(body)} ${any(body, type)})`;
};

const globals: Snippet = (body) => {
  const target = local(body, 'l');
  const name = `$g${body.dice.below(3)}`;
  return body.dice.below(2) === 0
    ? set(target, `(i64.xor ${get(target)} (global.get ${name}))`)
    : `(global.set ${name} ${get(target)})`;
};

/** Nearly never true: nothing the processor could not foresee. */
const rare = (body: Body): string => `(i32.eq ${any(body, 'i')} ${constant(body, 'i')})`;
const frequent = (body: Body): string => `(i32.ne ${any(body, 'i')} ${constant(body, 'i')})`;
/** A bit of $r, which is random from turn to turn. */
const random = ({ dice }: Body): string => `(i32.and (local.get $r) (i32.const ${2 ** dice.below(30)}))`;

function conditional(condition: (body: Body) => string): Snippet {
  return (body) => {
    const work = sum(body);
    switch (body.dice.below(3)) {
      case 0:
        return `(if ${condition(body)} (then ${work}))`;
      case 1:
        return `(block $b (br_if $b ${condition(body)}) ${work})`;
      default:
        return `(block $b (if ${condition(body)} (then ${work} (br $b))) ${sum(body)})`;
    }
  };
}

const sum = binary('add sub xor', 25);

/** A `br_table` whose labels lead to one sum each. */
function table(labels: number, selector: (body: Body) => string): Snippet {
  return (body) => {
    const names = Array.from({ length: labels }, (_, at) => `$c${at}`);
    const opened = names.toReversed().map((name) => `(block ${name} `);
    const arms = names.map(() => `) ${sum(body)} (br $out)`);
    return `(block $out ${opened.join('')}(br_table ${names.join(' ')} ${selector(body)})${arms.join('')})`;
  };
}

const move: Snippet = ({ dice }) => {
  const [a, b] = [dice.below(LOCALS), dice.below(LOCALS)];
  return `(local.set $t (local.get $i${a})) (local.set $i${a} (local.get $i${b})) (local.set $i${b} (local.get $t))`;
};

/** More locals than there are registers, each taking the value of the next. */
const rotate: Snippet = () => {
  const moves = Array.from({ length: ROTATED }, (_, at) =>
    set(`$m${at}`, get(at + 1 < ROTATED ? `$m${at + 1}` : '$t')),
  );
  return `(local.set $t (local.get $m0)) ${moves.join(' ')} (local.set $i0 (i32.xor (local.get $i0) (local.get $m0)))`;
};

function call(isIndirect: boolean): Snippet {
  return (body) => {
    const index = body.dice.below(FUNCTIONS);
    const [params] = callees[index] as (typeof callees)[number];
    const args = Array.from({ length: params }, () => any(body, 'i')).join(' ');
    const target = local(body, 'i');
    const result = isIndirect
      ? `(call_indirect (type $f${index}) ${args} (i32.const ${index}))`
      : `(call $f${index} ${args})`;
    return set(target, `(i32.add ${get(target)} ${result})`);
  };
}

/** Engines inline small functions that are called directly, but not for ever. */
const recursion: Snippet = (body) => {
  const target = local(body, 'i');
  return set(target, `(i32.add ${get(target)} (call $down (i32.const ${DEPTH}) ${any(body, 'i')}))`);
};

function bulk(bytes: number): Snippet {
  return (body) => {
    const [to, from] = [address(body), address(body)];
    return body.dice.below(2) === 0
      ? `(memory.copy ${to} ${from} (i32.const ${bytes}))`
      : `(memory.fill ${to} (i32.const 7) (i32.const ${bytes}))`;
  };
}

const kinds = {
  sum,
  shift: binary('rotl rotr rotl rotr shl shr_s shr_u', 60),
  multiply: binary('mul', 0),
  compare: (body) => {
    const [type, target] = [width(body.dice.pick(['i', 'l'] as const)), local(body, 'i')];
    const operands = type === 'i32' ? [any(body, 'i'), any(body, 'i')] : [any(body, 'l'), any(body, 'l')];
    return set(
      target,
      `(i32.add ${get(target)} (${type}.${body.dice.pick(['lt_s', 'gt_u', 'eq'])} ${operands.join(' ')}))`,
    );
  },
  convert: (body) =>
    body.dice.below(2) === 0
      ? set(local(body, 'l'), `(i64.add ${get(local(body, 'l'))} (i64.extend_i32_u ${any(body, 'i')}))`)
      : set(local(body, 'i'), `(i32.add ${get(local(body, 'i'))} (i32.wrap_i64 ${any(body, 'l')}))`),
  count: (body) => {
    const type = body.dice.pick(['i', 'l'] as const);
    const target = local(body, type);
    const counted = `(${width(type)}.${body.dice.pick(['clz', 'ctz', 'popcnt'])} ${get(target)})`;
    return set(target, `(${width(type)}.add ${any(body, type)} ${counted})`);
  },
  divide32: divide('i'),
  divide64: divide('l'),
  load,
  store,
  globals,
  move,
  rotate,
  select: (body) => {
    const target = local(body, 'i');
    return set(target, `(select ${get(target)} ${any(body, 'i')} (i32.and ${any(body, 'i')} (i32.const 8)))`);
  },
  untaken: conditional(rare),
  taken: conditional(frequent),
  unpredictable: conditional(random),
  table: table(6, ({ flow }) => `(i32.and (i32.const 3) (local.get ${flow === 'chain' ? '$i0' : '$k'}))`),
  'wide-table': table(24, () => '(i32.and (i32.const 15) (local.get $k))'),
  call: call(false),
  recursion,
  'call-indirect': call(true),
  'memory-size': (body) => set(local(body, 'i'), `(i32.add ${get(local(body, 'i'))} (memory.size))`),
  'memory-grow': (body) => set(local(body, 'i'), `(i32.add ${get(local(body, 'i'))} (memory.grow (i32.const 0)))`),
  'bulk-16': bulk(16),
  'bulk-256': bulk(256),
  'bulk-4096': bulk(4096),
} satisfies Readonly<Record<string, Snippet>>;

type Kind = keyof typeof kinds;

const everyday: readonly Kind[] = [
  ...(['sum', 'sum', 'sum', 'shift', 'multiply', 'compare', 'convert', 'load', 'load'] as const),
  ...(['store', 'move', 'select', 'untaken', 'taken', 'recursion'] as const),
];

/** The programs of a seed: every kind alone in each flow, and `mixCount` mixes of up to six kinds. */
export function microPrograms(seed: number, mixCount: number): readonly MicroProgram[] {
  const next = xorshift32(seed);
  const dice: Dice = {
    below: (count) => next() % count,
    pick: <T>(items: readonly T[]) => items[next() % items.length] as T,
  };
  const pure = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    (['chain', 'free', 'mixed'] as const).map((flow) => program(`${kind}, ${flow}`, [kind], flow, 24, dice)),
  );
  const mixes = Array.from({ length: mixCount }, (_, at) => {
    const all = at % 3 === 0 ? (Object.keys(kinds) as Kind[]) : everyday;
    const chosen = Array.from({ length: 2 + dice.below(5) }, () => dice.pick(all));
    return program(`mix ${at}: ${chosen.join(' ')}`, chosen, 'mixed', 12 + dice.below(60), dice);
  });
  return [...pure, ...mixes];
}

function program(name: string, chosen: readonly Kind[], flow: Flow, length: number, dice: Dice): MicroProgram {
  const body: Body = { dice, flow, addressMask: dice.below(4) === 0 ? 0x3fff8 : 0xff8 };
  const snippets = Array.from({ length }, () => kinds[dice.pick(chosen)](body));
  return { name, text: moduleText(snippets.join('\n    ')) };
}

function moduleText(body: string): string {
  const names = (type: 'i' | 'l'): string[] => Array.from({ length: LOCALS }, (_, at) => `$${type}${at}`);
  const declared = [
    ...names('i').map((name) => `(local ${name} i32)`),
    ...names('l').map((name) => `(local ${name} i64)`),
    ...Array.from({ length: ROTATED }, (_, at) => `(local $m${at} i32)`),
  ];
  const start = [
    ...names('i').map((name, at) => set(name, `(i32.mul (local.get $turns) (i32.const ${0x9e3779b1 + 2 * at}))`)),
    ...names('l').map((name, at) =>
      set(name, `(i64.mul (i64.extend_i32_u (local.get $turns)) (i64.const ${0x9e3779b97f4a7 + 2 * at}))`),
    ),
  ];
  const result = names('i').reduce((sum, name) => `(i32.xor ${sum} ${get(name)})`, '(local.get $r)');
  const wide = names('l').reduce((sum, name) => `(i64.xor ${sum} ${get(name)})`, '(global.get $g0)');
  return `(module
  ${callees.map(([params], at) => `(type $f${at} (func${' (param i32)'.repeat(params)} (result i32)))`).join('\n  ')}
  (memory (export "memory") ${PAGES} ${PAGES})
  (table ${FUNCTIONS} funcref)
  (elem (i32.const 0) ${callees.map((_, at) => `$f${at}`).join(' ')})
  (global $g0 (mut i64) (i64.const 1)) (global $g1 (mut i64) (i64.const 2)) (global $g2 (mut i64) (i64.const 3))
  ${callees.map(calleeText).join('\n  ')}
  (func $down (param i32 i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (local.get 1))
      (else (i32.xor (local.get 1) (call $down (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 3)))))))
  (func (export "run") (param $turns i32) (result i32)
    (local $k i32) (local $r i32) (local $t i32) ${declared.join(' ')}
    ${start.join(' ')}
    ${Array.from({ length: ROTATED }, (_, at) => set(`$m${at}`, `(i32.add (local.get $turns) (i32.const ${at}))`)).join(' ')}
    (local.set $r (i32.const 88172645))
    (if (i32.eqz (local.get $turns)) (then (return (i32.const 0))))
    (loop $again
    (local.set $r (i32.xor (local.get $r) (i32.shl (local.get $r) (i32.const 13))))
    (local.set $r (i32.xor (local.get $r) (i32.shr_u (local.get $r) (i32.const 17))))
    (local.set $r (i32.xor (local.get $r) (i32.shl (local.get $r) (i32.const 5))))
    (local.set $i1 (i32.add (local.get $i1) (local.get $r)))
    (local.set $l1 (i64.add (local.get $l1) (i64.extend_i32_u (local.get $r))))
    ${body}
    (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $turns))))
    (i32.xor ${result} (i32.wrap_i64 ${wide}))))`;
}

/** Straight sums over parameters and locals, after a test that is never true. */
function calleeText([params, locals, sums]: (typeof callees)[number], at: number): string {
  const count = params + locals;
  const value = (index: number): string =>
    count === 0 ? '(i32.wrap_i64 (global.get $g1))' : `(local.get ${index % count})`;
  let total = value(0);
  for (let index = 1; index <= sums; index++)
    total = `(i32.add ${total} (i32.xor ${value(index)} (i32.const ${index})))`;
  const early = `(if (i32.eq ${value(0)} (i32.const 0x5bd1e995)) (then (return (i32.const 7))))`;
  return `(func $f${at} (type $f${at})${' (local i32)'.repeat(locals)} ${early} ${total})`;
}
