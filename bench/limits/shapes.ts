/** Guests that strain a compiler in one way each, as much as the limits on a module allow. */
import type { ModuleLimits } from '../../metering/format/limits.ts';

export interface LimitShape {
  readonly name: string;
  /** Functions in WebAssembly text, of which `$work` is called with 0. What it strains grows with `size`. */
  readonly functions: (size: number, limits: ModuleLimits) => string;
  /** Code in the order of a tree, not of a stack. */
  readonly isDeep: boolean;
}

function repeat(count: number, code: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => code(index)).join('\n');
}

function work(body: string, locals = 0, name = '$work'): string {
  return `(func ${name} (param $no i32) (local ${'i64 '.repeat(locals)}) ${body})`;
}

/** A local becomes a constant, which each compiler has to put somewhere where control meets. */
const setLocal = (index: number, locals: number): string =>
  `(local.set ${1 + (index % locals)} (i64.const ${index + 1}))`;
const setLocals = (locals: number): string => repeat(locals, (index) => setLocal(index, locals));
const branch = (depth = 0): string => `(br_if ${depth} (local.get $no))`;
const branches = (count: number, locals: number): string =>
  repeat(count, (index) => `${setLocal(index, locals)} ${branch()}`);
/** As few loops as may have so many branches to their heads. */
const loops = (count: number, locals: number, perLoop: number): string =>
  repeat(Math.ceil(count / perLoop), (turn) => `(loop ${branches(Math.min(perLoop, count - turn * perLoop), locals)})`);
const operands = (count: number): string => repeat(count, () => '(local.get $no)');
const drops = (count: number): string => 'drop '.repeat(count);
/** Not in parentheses, which wabt reads by recursion. */
const nest = (depth: number, inner: string): string => `${'block '.repeat(depth)} ${inner} ${'end '.repeat(depth)}`;

/** Locals of a function whose product with its branches is at the limit when it has a thousand of these. */
const SOME_LOCALS = 128;

const shapes: Readonly<Record<string, LimitShape['functions']>> = {
  'locals at 0 and a loop': (size) => work('(loop)', size),
  'locals at 0 and a branch': (size) => work('(block (br_if 0 (i32.const 1)))', size),
  'locals at 0 and an if, one call down': (size) =>
    `${work('(call $inner (i32.const 1))')} ${work('(if (local.get 0) (then))', size, '$inner')}`,
  'branches to one merge, all locals': (size, { localsPerFunction: locals }) =>
    work(`${setLocals(locals)} (block ${branches(size, locals)})`, locals),
  'branches to one merge, some locals': (size) => work(`(block ${branches(size, SOME_LOCALS)})`, SOME_LOCALS),
  'branches to a loop, all locals': (size, { localsPerFunction: locals }) =>
    work(`(loop ${branches(size, locals)})`, locals),
  'branches to a loop, some locals': (size) => work(`(loop ${branches(size, SOME_LOCALS)})`, SOME_LOCALS),
  'branches to loops, few locals': (size, { backEdges }) => work(loops(size, 16, backEdges), 16),
  'ifs, all locals': (size, { localsPerFunction: locals }) =>
    work(
      repeat(size, (index) => `(if (i32.eqz (local.get 0)) (then ${setLocal(index, locals)}))`),
      locals,
    ),
  'loops, all locals': (size, { localsPerFunction: locals }) =>
    work(
      repeat(size, (index) => `(loop ${setLocal(index, locals)} ${branch()})`),
      locals,
    ),
  'loops, each in the one before': (size, { localsPerFunction: locals, nesting }) =>
    work(
      `${'loop '.repeat(nesting - 2)} ${branches(size, locals)} ${repeat(nesting - 2, () => `${branch()} end`)}`,
      locals,
    ),
  'labels of one br_table': (size) => work(`(block (br_table ${'0 '.repeat(size)} (local.get 0)))`, SOME_LOCALS),
  'labels of br_tables, each its own block': (size, { nesting }) =>
    work(
      repeat(size, () => nest(nesting - 2, `(br_table ${repeat(nesting - 2, String)} (local.get 0))`)),
      16,
    ),
  'nested blocks and a branch to each': (size, { nesting }) =>
    work(
      repeat(size, () =>
        nest(
          nesting - 2,
          repeat(nesting - 2, (depth) => branch(depth)),
        ),
      ),
    ),
  'operands under blocks': (size) =>
    work(`${operands(size)} ${repeat(size, () => `(block ${branch()})`)} ${drops(size)}`),
  'operands under ifs': (size) =>
    work(`${operands(size)} ${repeat(size, () => '(if (local.get 0) (then))')} ${drops(size)}`),
  'operands under loops': (size) =>
    work(`${operands(size)} ${repeat(size, () => `(loop ${branch()})`)} ${drops(size)}`),
  'operands under calls': (size) =>
    `${work('', 0, '$leaf')} ${work(`${operands(size)} ${repeat(size, () => '(call $leaf (local.get 0))')} ${drops(size)}`)}`,
  'operands and no branch': (size) =>
    work(
      `${repeat(size, (index) => `(i64.load offset=${8 * index} (local.get 0))`)} ${'i64.xor '.repeat(size - 1)} drop`,
    ),
  'calls with all parameters': (size, { params }) =>
    `(func $leaf (param ${'i64 '.repeat(params)})) ${work(repeat(size, () => `${repeat(params, (i) => `(i64.const ${i})`)} (call $leaf)`))}`,
  selects: (size) =>
    work(`(local.get 1) ${repeat(size, () => '(local.get 2) (local.get 0) (select)')} (local.set 1)`, 2),
  stores: (size) =>
    work(
      repeat(size, (index) => `(i64.store (i32.add (local.get 0) (i32.const ${64 * (index % 999)})) (local.get 1))`),
      1,
    ),
  divisions: (size) => work(`(local.get 1) ${repeat(size, () => '(i64.const 3) (i64.div_s)')} (local.set 1)`, 1),
  'functions of a merge each': (size, limits) => {
    const count = Math.floor(limits.mergedValues / (SOME_LOCALS + 1)) - 2;
    const body = `(block ${branches(count, SOME_LOCALS)})`;
    return `${work('')} ${repeat(size, (index) => work(body, SOME_LOCALS, `$f${index}`))}`;
  },
  'functions of all locals each': (size, { localsPerFunction: locals }) =>
    `${work('(call $f0 (local.get 0))')} ${repeat(size, (index) => work('(loop)', locals, `$f${index}`))}`,
};

/** Nested as deep as the limits allow, which not every assembler can read. */
const deep: readonly string[] = [
  'loops, each in the one before',
  'labels of br_tables, each its own block',
  'nested blocks and a branch to each',
];

export const limitShapes: readonly LimitShape[] = Object.entries(shapes).map(([name, functions]) => {
  return { name, functions, isDeep: deep.includes(name) };
});

/** What each is compared with. Its size is no strain. */
export const ordinaryWork: LimitShape = {
  name: 'ordinary work',
  isDeep: false,
  functions: () =>
    work(
      `(loop (i64.store (i32.const 64) (local.tee 1 (i64.xor (i64.load (i32.const 64)) (i64.mul (local.get 1) (i64.const 25)))))
        (br_if 0 (i64.lt_u (local.tee 2 (i64.add (local.get 2) (i64.const 1))) (i64.const 100))))`,
      2,
    ),
};

/** A contract that calls `$work` as often as its input, an i32, says. */
export function limitGuest(functions: string): string {
  return `(module
    (import "vm_hooks" "read_args" (func $read_args (param i32)))
    (memory (export "memory") 4)
    (func (export "user_entrypoint") (param i32) (result i32) (local $turns i32)
      (call $read_args (i32.const 0))
      (local.set $turns (i32.load (i32.const 0)))
      (loop $next
        (call $work (i32.const 0))
        (br_if $next (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
      (i32.const 0))
    ${functions})`;
}
