/** Guests that strain a compiler in one way each, as much as the limits on a module allow. */
import type { ModuleLimits } from '../../metering/format/limits.ts';

export interface LimitShape {
  readonly name: string;
  /** Functions in WebAssembly text, of which `$work` is called with 0. What it strains grows with `size`. */
  readonly functions: (size: number, limits: ModuleLimits) => string;
  /** Nested as deep as the limits allow, which not every assembler can read. Code in the order of a tree, not of a stack. */
  readonly isDeep?: true;
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

export const limitShapes: readonly LimitShape[] = [
  { name: 'locals at 0 and a loop', functions: (size) => work('(loop)', size) },
  { name: 'locals at 0 and a branch', functions: (size) => work('(block (br_if 0 (i32.const 1)))', size) },
  {
    name: 'locals at 0 and an if, one call down',
    functions: (size) => `${work('(call $inner (i32.const 1))')} ${work('(if (local.get 0) (then))', size, '$inner')}`,
  },
  {
    name: 'branches to one merge, all locals',
    functions: (size, { localsPerFunction: locals }) =>
      work(`${setLocals(locals)} (block ${branches(size, locals)})`, locals),
  },
  {
    name: 'branches to one merge, some locals',
    functions: (size) => work(`(block ${branches(size, SOME_LOCALS)})`, SOME_LOCALS),
  },
  {
    name: 'branches to a loop, all locals',
    functions: (size, { localsPerFunction: locals }) => work(`(loop ${branches(size, locals)})`, locals),
  },
  {
    name: 'branches to a loop, some locals',
    functions: (size) => work(`(loop ${branches(size, SOME_LOCALS)})`, SOME_LOCALS),
  },
  {
    name: 'branches to loops, few locals',
    functions: (size, { backEdges }) => work(loops(size, 16, backEdges), 16),
  },
  {
    name: 'ifs, all locals',
    functions: (size, { localsPerFunction: locals }) =>
      work(
        repeat(size, (index) => `(if (i32.eqz (local.get 0)) (then ${setLocal(index, locals)}))`),
        locals,
      ),
  },
  {
    name: 'loops, all locals',
    functions: (size, { localsPerFunction: locals }) =>
      work(
        repeat(size, (index) => `(loop ${setLocal(index, locals)} ${branch()})`),
        locals,
      ),
  },
  {
    name: 'loops, each in the one before',
    isDeep: true,
    functions: (size, { localsPerFunction: locals, nesting }) =>
      work(
        `${'loop '.repeat(nesting - 2)} ${branches(size, locals)} ${repeat(nesting - 2, () => `${branch()} end`)}`,
        locals,
      ),
  },
  {
    name: 'labels of one br_table',
    functions: (size) => work(`(block (br_table ${'0 '.repeat(size)} (local.get 0)))`, SOME_LOCALS),
  },
  {
    name: 'labels of br_tables, each its own block',
    isDeep: true,
    functions: (size, { nesting }) =>
      work(
        repeat(size, () => nest(nesting - 2, `(br_table ${repeat(nesting - 2, String)} (local.get 0))`)),
        16,
      ),
  },
  {
    name: 'nested blocks and a branch to each',
    isDeep: true,
    functions: (size, { nesting }) =>
      work(
        repeat(size, () =>
          nest(
            nesting - 2,
            repeat(nesting - 2, (depth) => branch(depth)),
          ),
        ),
      ),
  },
  {
    name: 'operands under blocks',
    functions: (size) => work(`${operands(size)} ${repeat(size, () => `(block ${branch()})`)} ${drops(size)}`),
  },
  {
    name: 'operands under ifs',
    functions: (size) => work(`${operands(size)} ${repeat(size, () => '(if (local.get 0) (then))')} ${drops(size)}`),
  },
  {
    name: 'operands under loops',
    functions: (size) => work(`${operands(size)} ${repeat(size, () => `(loop ${branch()})`)} ${drops(size)}`),
  },
  {
    name: 'operands under calls',
    functions: (size) =>
      `${work('', 0, '$leaf')} ${work(`${operands(size)} ${repeat(size, () => '(call $leaf (local.get 0))')} ${drops(size)}`)}`,
  },
  {
    name: 'operands and no branch',
    functions: (size) =>
      work(
        `${repeat(size, (index) => `(i64.load offset=${8 * index} (local.get 0))`)} ${'i64.xor '.repeat(size - 1)} drop`,
      ),
  },
  {
    name: 'calls with all parameters',
    functions: (size, { params }) =>
      `(func $leaf (param ${'i64 '.repeat(params)})) ${work(repeat(size, () => `${repeat(params, (i) => `(i64.const ${i})`)} (call $leaf)`))}`,
  },
  {
    name: 'selects',
    functions: (size) =>
      work(`(local.get 1) ${repeat(size, () => '(local.get 2) (local.get 0) (select)')} (local.set 1)`, 2),
  },
  {
    name: 'stores',
    functions: (size) =>
      work(
        repeat(size, (index) => `(i64.store (i32.add (local.get 0) (i32.const ${64 * (index % 999)})) (local.get 1))`),
        1,
      ),
  },
  {
    name: 'divisions',
    functions: (size) => work(`(local.get 1) ${repeat(size, () => '(i64.const 3) (i64.div_s)')} (local.set 1)`, 1),
  },
  {
    name: 'functions of a merge each',
    functions: (size, limits) => {
      const count = Math.floor(limits.mergedValues / (SOME_LOCALS + 1)) - 2;
      const body = `(block ${branches(count, SOME_LOCALS)})`;
      return `${work('')} ${repeat(size, (index) => work(body, SOME_LOCALS, `$f${index}`))}`;
    },
  },
  {
    name: 'functions of all locals each',
    functions: (size, { localsPerFunction: locals }) =>
      `${work('(call $f0 (local.get 0))')} ${repeat(size, (index) => work('(loop)', locals, `$f${index}`))}`,
  },
];

/** What each is compared with. Its size is no strain. */
export const ordinaryWork: LimitShape = {
  name: 'ordinary work',
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
