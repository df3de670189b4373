import fc from 'fast-check';

const ACTIONS = 8;

/** What to do, and how many calls of itself may still nest. */
export interface SmugglingStep {
  readonly action: number;
  readonly nesting: number;
}

export const smugglingStep: fc.Arbitrary<SmugglingStep> = fc.record({
  action: fc.nat(ACTIONS - 1),
  nesting: fc.nat(2),
});

/** The call data of a step. */
export function smugglingInput({ action, nesting }: SmugglingStep): Uint8Array {
  const input = new Uint8Array(INPUT_BYTES).fill(0x77);
  input.set([action, nesting]);
  return input;
}

const PAGE_BYTES = 65_536;
const GRANULE_BYTES = 1024;
/** More than a word, so that reading it can fail half way. */
const INPUT_BYTES = 100;
/** What a call reports: hash of memory, both globals, the memory's size. */
const REPORT_BYTES = 24;
/** How far memory can grow. */
const maxPages = (pages: number): number => Math.max(4, pages + 1);

const hostFunctions: Readonly<Record<string, string>> = {
  read_args: '(param i32)',
  write_result: '(param i32 i32)',
  exit_early: '(param i32)',
  call_contract: '(param i32 i32 i32 i32 i64 i32) (result i32)',
  read_return_data: '(param i32 i32 i32) (result i32)',
  contract_address: '(param i32)',
  msg_sender: '(param i32)',
  msg_value: '(param i32)',
  tx_origin: '(param i32)',
  block_basefee: '(param i32)',
  block_coinbase: '(param i32)',
  account_balance: '(param i32 i32)',
  account_codehash: '(param i32 i32)',
  native_keccak256: '(param i32 i32 i32)',
  storage_cache_bytes32: '(param i32 i32)',
  storage_load_bytes32: '(param i32 i32)',
  storage_flush_cache: '(param i32)',
  transient_load_bytes32: '(param i32 i32)',
  math_mul_mod: '(param i32 i32 i32)',
};

/** Widths that a store may have, with a value of its type. */
const stores: readonly (readonly [instruction: string, value: string])[] = [
  ...['i32.store8', 'i32.store16', 'i32.store'].map((name) => [name, '(i32.const -1)'] as const),
  ...['i64.store8', 'i64.store16', 'i64.store32', 'i64.store'].map((name) => [name, '(i64.const -1)'] as const),
];

/** An address near the beginning of some granule, of one of a few (so that operations meet), or anywhere. */
function addresses(pages: number): fc.Arbitrary<fc.Arbitrary<number>> {
  const end = pages * PAGE_BYTES;
  const anyGranule = fc.integer({ min: 0, max: pages * 64 });
  return fc
    .array(anyGranule, { minLength: 3, maxLength: 3 })
    .map((few) =>
      fc.oneof(
        { weight: 3, arbitrary: near(fc.constantFrom(...few), end, { min: -70, max: 9 }) },
        { weight: 2, arbitrary: near(fc.constantFrom(...few), end, { min: 0, max: 9 }) },
        { weight: 3, arbitrary: near(anyGranule, end, { min: -8, max: 0 }) },
        { weight: 1, arbitrary: near(fc.constant(pages * 64), end, { min: -70, max: 0 }) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: end }) },
      ),
    );
}

function near(
  granule: fc.Arbitrary<number>,
  end: number,
  distances: { readonly min: number; readonly max: number },
): fc.Arbitrary<number> {
  return fc
    .tuple(granule, fc.integer(distances))
    .map(([index, distance]) => Math.min(Math.max(0, index * GRANULE_BYTES + distance), end));
}

function length(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 0, max: 6 }).map((granules) => granules * GRANULE_BYTES + 1),
    fc.integer({ min: 0, max: 4 * GRANULE_BYTES }),
    fc.integer({ min: 62 * GRANULE_BYTES, max: 66 * GRANULE_BYTES }),
  );
}

/** One thing that an action does. `$at` is 0 whatever the compiler may think. */
function operation(pages: number, anywhere: fc.Arbitrary<number>): fc.Arbitrary<string> {
  const plusBase = (at: number): string => `(i32.add (local.get $at) (i32.const ${at}))`;
  const store = fc
    .tuple(fc.constantFrom(...stores), anywhere, fc.constantFrom(0, 0.5, 1))
    .map(([[name, value], at, share]) => {
      const offset = Math.floor(at * share);
      return `(${name} offset=${offset} ${plusBase(at - offset)} ${value})`;
    });
  const fill = fc
    .tuple(fc.oneof(anywhere, fc.constant(0)), length())
    .map(([at, bytes]) => `(memory.fill ${plusBase(at)} (i32.const 0xee) (i32.const ${bytes}))`);
  const copy = fc
    .tuple(anywhere, anywhere, length())
    .map(([to, from, bytes]) => `(memory.copy ${plusBase(to)} ${plusBase(from)} (i32.const ${bytes}))`);
  const loop = fc
    .tuple(anywhere, fc.integer({ min: 1, max: 3000 }))
    .map(([at, turns]) => `(call $write_each (i32.const ${at}) (i32.const ${turns}))`);
  const toPointer = fc
    .tuple(
      fc.constantFrom(
        'contract_address',
        'msg_sender',
        'msg_value',
        'tx_origin',
        'block_basefee',
        'block_coinbase',
        'read_args',
      ),
      anywhere,
    )
    .map(([name, at]) => `(call $${name} ${plusBase(at)})`);
  const fromTo = fc
    .tuple(
      fc.constantFrom(
        'account_balance',
        'account_codehash',
        'storage_cache_bytes32',
        'storage_load_bytes32',
        'transient_load_bytes32',
      ),
      anywhere,
      anywhere,
    )
    .map(([name, from, to]) => `(call $${name} ${plusBase(from)} ${plusBase(to)})`);
  const hash = fc
    .tuple(anywhere, fc.constantFrom(0, 64, 64, 65, 500), anywhere)
    .map(([from, bytes, to]) => `(call $native_keccak256 ${plusBase(from)} (i32.const ${bytes}) ${plusBase(to)})`);
  const remember = anywhere.map(
    (to) => `
      (call $storage_cache_bytes32 (global.get $report) (global.get $report))
      (call $storage_load_bytes32 (global.get $report) ${plusBase(to)})`,
  );
  const multiply = fc
    .tuple(anywhere, anywhere, anywhere)
    .map((places) => `(call $math_mul_mod ${places.map(plusBase).join(' ')})`);
  const again = fc.tuple(anywhere, anywhere, anywhere, anywhere, fc.nat(ACTIONS - 1)).map(
    ([self, data, returnLength, output, action]) => `
      (if (local.get $nesting) (then
        (call $contract_address ${plusBase(self)})
        (memory.fill ${plusBase(data + 32)} (i32.const 0) (i32.const 32))
        (i32.store8 ${plusBase(data)} (i32.const ${action}))
        (i32.store8 ${plusBase(data + 1)} (i32.sub (local.get $nesting) (i32.const 1)))
        (drop (call $call_contract ${plusBase(self)} ${plusBase(data)} (i32.const 2) ${plusBase(data + 32)}
          (i64.const 5000000) ${plusBase(returnLength)}))
        (drop (call $read_return_data ${plusBase(output)} (i32.const 0) (i32.const ${REPORT_BYTES})))
        (call $write_result ${plusBase(output)} (i32.const ${REPORT_BYTES}))))`,
  );
  const grow = anywhere.map(
    (at) => `
      (drop (memory.grow (i32.const 1)))
      (i64.store ${plusBase(Math.min(pages * PAGE_BYTES + at, maxPages(pages) * PAGE_BYTES - 8))} (i64.const -1))`,
  );
  const globals = fc
    .integer()
    .map(
      (value) =>
        `(global.set $cell (i64.const ${value})) (global.set $count (i32.add (global.get $count) (i32.const 1)))`,
    );
  const dive = fc
    .record({
      at: anywhere,
      levels: fc.constantFrom(1, 200, 3000, 5500),
      end: fc.constantFrom('', '', '$exit_early', '$stop'),
    })
    .map(({ at, levels, end }) => `(call $dive${end} (i32.const ${at}) (i32.const ${levels}))`);
  const leave = fc.constantFrom(
    '(call $exit_early (i32.const 0))',
    '(call $exit_early (i32.const 1))',
    '(call $stop (i32.const 0))',
    '(return (i32.const 1))',
    '(return (i32.const 0))',
    '(call $storage_flush_cache (i32.const 1))',
    '(loop $forever (br $forever))',
  );
  return fc.oneof(
    { weight: 5, arbitrary: store },
    { weight: 2, arbitrary: fill },
    { weight: 2, arbitrary: copy },
    { weight: 2, arbitrary: loop },
    { weight: 3, arbitrary: toPointer },
    { weight: 2, arbitrary: fromTo },
    { weight: 2, arbitrary: remember },
    { weight: 2, arbitrary: hash },
    { weight: 1, arbitrary: multiply },
    { weight: 2, arbitrary: again },
    { weight: 1, arbitrary: grow },
    { weight: 1, arbitrary: globals },
    { weight: 3, arbitrary: dive },
    { weight: 1, arbitrary: leave },
  );
}

interface Layout {
  readonly pages: number;
  /** Where the guest reads its input and puts its report. */
  readonly input: number;
  readonly report: number;
  readonly segments: readonly (readonly [at: number, bytes: number])[];
}

function guestText({ pages, input, report, segments }: Layout, actions: readonly string[]): string {
  const imports = Object.entries(hostFunctions).map(
    ([name, type]) => `(import "vm_hooks" "${name}" (func $${name} ${type}))`,
  );
  const data = segments.map(
    ([at, bytes], i) =>
      `(data (i32.const ${Math.min(at, pages * PAGE_BYTES - bytes)}) "${String.fromCharCode(97 + i).repeat(bytes)}")`,
  );
  const functions = actions.map(
    (body, i) =>
      `(func $action${i} (param $at i32) (param $nesting i32) (result i32) ${body} (i32.const ${i % 5 === 4 ? 1 : 0}))`,
  );
  const dives = ['', '$exit_early', '$stop'].map(
    (end) => `
  (func $dive${end} (param $at i32) (param $levels i32)
    (i32.store8 (local.get $at) (local.get $levels))
    (if (local.get $levels) (then (call $dive${end} (local.get $at) (i32.sub (local.get $levels) (i32.const 1))))
      (else ${end === '' ? '' : `(call ${end} (i32.const 0))`})))`,
  );
  const table = actions.map((_, i) => `$action${i}`).join(' ');
  return `(module ${imports.join('\n')}
  (type $action (func (param i32 i32) (result i32)))
  (memory (export "memory") ${pages} ${maxPages(pages)})
  (table ${actions.length} ${actions.length} funcref) (elem (i32.const 0) ${table})
  (global $cell (mut i64) (i64.const 7)) (global $count (mut i32) (i32.const -1))
  (global $report i32 (i32.const ${report}))
  ${data.join('\n')}
  (func $stop (param i32) (unreachable))
  (func $write_each (param $at i32) (param $turns i32)
    (loop $next
      (i32.store8 (local.get $at) (i32.const 0xdd))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (local.tee $turns (i32.sub (local.get $turns) (i32.const 1))))))
  (func $hash (result i64) (local $at i32) (local $end i32) (local $hash i64)
    (local.set $end (i32.mul (memory.size) (i32.const ${PAGE_BYTES})))
    (loop $next
      (local.set $hash (i64.add (i64.mul (local.get $hash) (i64.const 0x9e3779b97f4a7c15)) (i64.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (local.get $hash))
  ${dives.join('')}
  ${functions.join('\n')}
  (func (export "user_entrypoint") (param $length i32) (result i32) (local $found i64)
    (local.set $found (call $hash))
    (call $read_args (i32.const ${input}))
    (i64.store (i32.const ${report}) (local.get $found))
    (i64.store offset=8 (i32.const ${report}) (global.get $cell))
    (i32.store offset=16 (i32.const ${report}) (global.get $count))
    (i32.store offset=20 (i32.const ${report}) (memory.size))
    (call $write_result (i32.const ${report}) (i32.const ${REPORT_BYTES}))
    (call_indirect (type $action) (i32.const 0) (i32.load8_u offset=1 (i32.const ${input}))
      (i32.load8_u (i32.const ${input})))))`;
}

/**
 * The text of random guests that write wherever and however a guest can, and that look at all they could find of earlier
 * calls: memory, globals, the memory's size, and what their stack budget allows.
 */
export const smugglingGuest: fc.Arbitrary<string> = fc
  // Bits stand for the writes to a small memory, and blocks for those to a large one.
  .constantFrom(1, 2, 3, 6)
  .chain((pages) => addresses(pages).map((anywhere) => ({ pages, anywhere })))
  .chain(({ pages, anywhere }) => {
    const inside = anywhere.map((at) => Math.min(at, pages * PAGE_BYTES - INPUT_BYTES));
    const layout = fc.record({
      pages: fc.constant(pages),
      input: inside,
      report: inside,
      segments: fc.array(fc.tuple(anywhere, fc.constantFrom(1, 8, 100, 3000)), { maxLength: 3 }),
    });
    const action = fc.array(operation(pages, anywhere), { minLength: 1, maxLength: 3 });
    const actions = fc.array(action, { minLength: ACTIONS, maxLength: ACTIONS });
    return fc.tuple(layout, actions).map(([where, bodies]) =>
      guestText(
        where,
        bodies.map((body) => body.join('\n')),
      ),
    );
  });
