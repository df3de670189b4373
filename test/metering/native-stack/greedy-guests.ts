/**
 * Guests that take as much native stack as they can for their words of budget, each in its own way. Their input is two
 * i32: how often to call themselves through the host, and how many levels `$down` goes before each of these calls. The
 * last call goes down without end. The output status is 1 if a call failed.
 */

export interface GreedyGuest {
  readonly name: string;
  readonly source: string;
}

function repeat(count: number, code: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => code(index)).join('\n');
}

/** Level 0 returns after it has called through the host; on the last call it goes on down. */
const AT_LEVEL_0 = 'local.get $level i32.eqz if call $turn if return end end';
const GO_DOWN = 'local.get $level i32.const 1 i32.sub call $down';

function greedyGuest(name: string, down: string, more = '', first = '$down'): GreedyGuest {
  return {
    name,
    source: `(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "contract_address" (func $contract_address (param i32)))
  (import "vm_hooks" "call_contract" (func $call_contract (param i32 i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 4 4)
  (func (export "user_entrypoint") (param i32) (result i32)
    i32.const 16 call $read_args
    i32.const 20 i32.load call ${first}
    i32.const 128 i32.load)
  (func $turn (result i32)
    i32.const 16 i32.load i32.eqz if i32.const 0 return end
    i32.const 16 i32.const 16 i32.load i32.const 1 i32.sub i32.store
    i32.const 32 call $contract_address
    i32.const 128
    i32.const 32 i32.const 16 i32.const 8 i32.const 64 i64.const -1 i32.const 96 call $call_contract
    i32.store
    i32.const 1)
  ${more}
  (func $down (param $level i32) ${down}))`,
  };
}

const SMALL = `${AT_LEVEL_0} ${GO_DOWN}`;

function manyLocals(count: number): string {
  return `${repeat(count, (i) => `(local $v${i} i64)`)}
    ${AT_LEVEL_0}
    ${repeat(count, (i) => `i32.const ${8 * i} i64.load local.set $v${i}`)}
    ${GO_DOWN}
    ${repeat(count, (i) => `i32.const ${8 * i} local.get $v${i} i64.store offset=1024`)}`;
}

function manyOperands(count: number): string {
  return `${AT_LEVEL_0}
    ${repeat(count, (i) => `i32.const ${8 * i} i64.load`)}
    ${GO_DOWN}
    ${repeat(count, () => 'i32.wrap_i64 global.get $sum i32.add global.set $sum')}`;
}

const product = (index: number): string => `local.get $x i64.const ${index * 2 + 3} i64.mul`;

/** An optimiser that recognises a value which it has computed before keeps all of them over the call. */
function repeatedValues(count: number): string {
  return `(local $x i64) (local $sum i64)
    local.get $level i64.extend_i32_u local.set $x
    ${AT_LEVEL_0}
    ${repeat(count, (i) => `${product(i)} drop`)}
    ${GO_DOWN}
    local.get $sum ${repeat(count, (i) => `${product(i)} i64.xor`)} global.set $wide`;
}

/** One byte of code for a value, which is computed before the call and again after it. */
function unaryChain(count: number): string {
  const operation = (index: number): string => ['i64.popcnt', 'i64.clz', 'i64.ctz'][index % 3] as string;
  return `(local $x i64) (local $sum i64)
    local.get $level i64.extend_i32_u local.set $x
    ${AT_LEVEL_0}
    local.get $x ${repeat(count, operation)} drop
    ${GO_DOWN}
    local.get $sum ${repeat(count, (i) => `local.get $x ${operation(i)} local.tee $x i64.xor`)} global.set $wide`;
}

/** An optimiser that runs the first iteration of a loop before it finds in the others nothing that is new. */
function peeledLoop(count: number): string {
  return `(local $x i64) (local $sum i64) (local $turns i32)
    local.get $level i64.extend_i32_u local.set $x
    ${AT_LEVEL_0}
    loop
      local.get $sum ${repeat(count, (i) => `${product(i)} i64.xor`)} local.set $sum
      local.get $turns i32.eqz if ${GO_DOWN} end
      local.get $turns i32.const 1 i32.add local.tee $turns i32.const 2 i32.lt_u br_if 0
    end
    local.get $sum global.set $wide`;
}

const GLOBALS = '(global $sum (mut i32) (i32.const 0)) (global $wide (mut i64) (i64.const 0))';

/** Functions without a frame, each calling the next, the last one `$down`. */
function chainToDown(length: number): string {
  return repeat(
    length,
    (i) => `(func $chain${i} (param i32) local.get 0 call ${i + 1 === length ? '$down' : `$chain${i + 1}`})`,
  );
}

/** What each level calls before it goes down, and only so comes back from. */
function chainOfLocals(length: number, locals: number): string {
  return repeat(length, (i) => {
    const next = i + 1 === length ? 'call $note' : `call $chain${i + 1}`;
    return `(func $chain${i} ${repeat(locals, (local) => `(local $v${local} i64)`)}
      ${repeat(locals, (local) => `i32.const ${8 * local} i64.load local.set $v${local}`)}
      ${next}
      ${repeat(locals, (local) => `i32.const ${8 * local} local.get $v${local} i64.store offset=1024`)})`;
  });
}

const TABLE = '(table 1 1 funcref) (elem (i32.const 0) $down)';

/** What is called through the table may stand behind an entry, which takes native stack as well. */
function throughTable(params: number): string {
  return `${repeat(params, (i) => `(param $p${i} i64)`)}
    ${AT_LEVEL_0}
    local.get $level i32.const 1 i32.sub ${repeat(params, (i) => `local.get $p${i}`)}
    i32.const 0 call_indirect (param i32 ${repeat(params, () => 'i64')})`;
}

function firstThroughTable(params: number): string {
  return `${TABLE} (func $first (param i32) local.get 0 ${repeat(params, () => 'i64.const 1')} call $down)`;
}

export const greedyGuests: readonly GreedyGuest[] = [
  greedyGuest('the smallest frames', SMALL),
  greedyGuest('250 locals', manyLocals(250), GLOBALS),
  greedyGuest('180 locals', manyLocals(180), GLOBALS),
  greedyGuest('80 locals', manyLocals(80), GLOBALS),
  greedyGuest('20 locals', manyLocals(20), GLOBALS),
  greedyGuest('1000 operands', manyOperands(1000), GLOBALS),
  greedyGuest('10 repeated values', repeatedValues(10), GLOBALS),
  greedyGuest('100 repeated values', repeatedValues(100), GLOBALS),
  greedyGuest('4000 repeated values', repeatedValues(4000), GLOBALS),
  greedyGuest('a chain of 100 unary operations', unaryChain(100), GLOBALS),
  greedyGuest('a chain of 3000 unary operations', unaryChain(3000), GLOBALS),
  greedyGuest('the first iteration of a loop', peeledLoop(150), GLOBALS),
  greedyGuest('the smallest frames, through the table', throughTable(0), TABLE),
  greedyGuest('32 parameters, through the table', throughTable(31), firstThroughTable(31), '$first'),
  greedyGuest('a chain without frames above', SMALL, chainToDown(300), '$chain0'),
  greedyGuest(
    'chains without frames beside',
    `call $chain0 ${SMALL}`,
    `(func $note i32.const 200 call $contract_address) ${chainOfLocals(10, 40)}`,
  ),
];
