import type { HostRow, HostShape } from './host-row.ts';

const i32 = (...values: readonly number[]): string => values.map((value) => `(i32.const ${value})`).join(' ');
const row = (what: string, turn: string, more: Partial<HostRow> = {}): HostRow => ({ what, turn, ...more });
const text = (what: string, turn: string, more: Partial<HostRow> = {}): HostRow =>
  row(what, turn, { ...more, isText: true });

/** Addresses in the program's memory. */
const SELF = 0;
const KEY = 32;
const ZERO = 96;
const ONES = 128;
const ODD = 160;
const ONE = 192;
const LENGTH = 480;
const FRESH = 256;
const MODULE = 288;
const CHILD = 320;
const SPARE = 384;
const OUT = 512;
const DATA = 4096;
const BIG = 100_000;
/** Events of one call have a limit. */
const EVENTS = 250;

const address = [row('', i32(OUT))];
const nothing = [row('', '')];

function accounts(...rest: readonly number[]): readonly HostRow[] {
  return [row('own', i32(SELF, ...rest)), row('always new', i32(FRESH, ...rest))];
}

function slots(...rest: readonly number[]): readonly HostRow[] {
  return [row('one key', i32(ONES, ...rest)), row('keys always new', i32(KEY, ...rest))];
}

function creations(...rest: readonly number[]): readonly HostRow[] {
  const creation = (what: string, code: number) => row(what, i32(code, 32, ZERO, ...rest), { turns: 200 });
  return [creation('unknown module', ODD), creation('a module', MODULE)];
}

function contractCalls(name: string, value: string): readonly HostRow[] {
  const call = (to: number, gas: number, bytes = 0): string =>
    `${i32(to, DATA, bytes)} ${value} (i64.const ${gas}) ${i32(LENGTH)}`;
  const child = { turns: 300 };
  const all = 1_000_000;
  const rows = [
    row('no code', call(ODD, all)),
    row('no code, always new', call(FRESH, all)),
    row('no code, 100 kB', call(ODD, all, BIG), { turns: 200 }),
    row('a child', call(CHILD, all), { ...child, child: 'returns' }),
    row('a child with gas 0', call(CHILD, 0), { ...child, child: 'returns' }),
  ];
  if (name !== 'call_contract') return rows;
  const paid = i32(CHILD, DATA, 0, ONE);
  return [
    ...rows,
    row('with value', `${paid} (i64.const ${all}) ${i32(LENGTH)}`, { ...child, child: 'returns' }),
    row('child returns 1', call(CHILD, all), { ...child, child: 'reverts' }),
    row('child traps at once', call(CHILD, 20_000), { ...child, child: 'traps' }),
    row('child runs again', call(CHILD, 20_000), { ...child, child: 'runs again' }),
    row('60 nested', call(CHILD, 100_000_000), { turns: 20, child: 'nests' }),
    row('60 run again, nested', call(CHILD, 100_000_000), { turns: 20, child: 'nests and runs again' }),
  ];
}

/** The first operand is written anew, because the result takes its place. */
function arithmetic(name: string, ...rows: readonly (readonly [what: string, ...operands: number[]])[]): HostRow[] {
  return rows.map(([what, target = SPARE, ...operands]) => {
    const fill = target === SPARE ? '(i64.store (i32.const 384) (i64.const -3))' : '';
    return text(what, `${fill} (call $${name} ${i32(target, ...operands)})`, { turns: 300 });
  });
}

const callChild = `(drop (call $call_contract ${i32(CHILD, DATA, 0, ZERO)} (i64.const 1000000) ${i32(LENGTH)}))`;
const sealCall = (to: number, gas = 0): string => `${i32(0, to)} (i64.const ${gas}) ${i32(ZERO, DATA, 0, -1, LENGTH)}`;
const callSealChild = `(drop (call $call ${sealCall(CHILD)}))`;
const throughChild = (what: string, turn: string, child: HostShape): HostRow => text(what, turn, { turns: 300, child });

/** Every host function of the Stylus ABI, with arguments that are cheap and arguments that are as bad as we know. */
export const stylusRows: Readonly<Record<string, readonly HostRow[]>> = {
  read_args: [row('8 bytes', i32(1024)), row('100 kB', i32(DATA), { inputBytes: BIG, turns: 200 })],
  write_result: [row('0 bytes', i32(DATA, 0)), row('100 kB', i32(DATA, BIG), { turns: 200 })],
  exit_early: [
    throughChild('child, success', callChild, 'exits'),
    throughChild('child, custom error', callChild, 'reverts by exit'),
  ],
  return_data_size: nothing,
  read_return_data: [
    row('nothing', i32(OUT, 0, 32)),
    row('all of 32 bytes', i32(OUT, 0, 32), { before: callChild, child: 'returns' }),
  ],
  emit_log: [
    row('empty', i32(DATA, 0, 0), { turns: EVENTS }),
    row('four topics', i32(DATA, 128, 4), { turns: EVENTS }),
    row('100 kB', i32(DATA, BIG, 0), { turns: 20 }),
  ],
  native_keccak256: [0, 64, 136, BIG].map((bytes) =>
    row(`${bytes} bytes`, i32(DATA, bytes, OUT), bytes === BIG ? { turns: 10 } : {}),
  ),
  storage_load_bytes32: slots(OUT),
  storage_cache_bytes32: slots(ONES),
  storage_flush_cache: [
    row('nothing cached', i32(1)),
    text('a new word each', `(call $storage_cache_bytes32 ${i32(KEY, ONES)}) (call $storage_flush_cache ${i32(1)})`),
    text(
      'clears the word',
      `(call $storage_cache_bytes32 ${i32(KEY, ONES)}) (call $storage_flush_cache ${i32(1)}) (call $storage_cache_bytes32 ${i32(KEY, ZERO)}) (call $storage_flush_cache ${i32(1)})`,
    ),
  ],
  transient_load_bytes32: slots(OUT),
  transient_store_bytes32: slots(ONES),
  call_contract: contractCalls('call_contract', i32(ZERO)),
  static_call_contract: contractCalls('static_call_contract', ''),
  delegate_call_contract: contractCalls('delegate_call_contract', ''),
  create1: creations(OUT, LENGTH),
  create2: creations(KEY, OUT, LENGTH),
  block_basefee: address,
  block_coinbase: address,
  block_gas_limit: nothing,
  block_number: nothing,
  block_timestamp: nothing,
  chainid: nothing,
  tx_gas_price: address,
  tx_ink_price: nothing,
  tx_origin: address,
  msg_sender: address,
  msg_value: address,
  msg_reentrant: nothing,
  contract_address: address,
  account_balance: accounts(OUT),
  account_code_size: accounts(),
  account_code: [...accounts(0, 0, OUT), row('all', i32(SELF, 0, BIG, DATA))],
  account_codehash: accounts(OUT),
  evm_gas_left: nothing,
  evm_ink_left: nothing,
  pay_for_memory_grow: [row('no page', i32(0)), row('a page', i32(1))],
  math_div: arithmetic('math_div', ['small', ONE, ONE], ['32 bytes by 17', SPARE, ODD]),
  math_mod: arithmetic('math_mod', ['small', ONE, ONE], ['32 bytes by 17', SPARE, ODD]),
  math_pow: arithmetic('math_pow', ['to the 1', SPARE, ONE], ['to 2^256 - 1', SPARE, ONES]),
  math_add_mod: arithmetic('math_add_mod', ['small', ONE, ONE, ONE], ['32 bytes', SPARE, ONES, ODD]),
  math_mul_mod: arithmetic('math_mul_mod', ['small', ONE, ONE, ONE], ['32 bytes', SPARE, ONES, ODD]),
};

/** Functions of ink! hand bytes over with the capacity at a pointer, which `host-program.ts` fills before every turn. */
const toGuest = [row('', i32(OUT, LENGTH))];
const hashes = (...sizes: readonly number[]): readonly HostRow[] =>
  sizes.map((bytes) => row(`${bytes} bytes`, i32(DATA, bytes, OUT), { turns: bytes > 1000 ? 5 : 500 }));
const keys = (...rest: readonly number[]): readonly HostRow[] => [
  row('one key', i32(ONES, 32, ...rest)),
  row('keys always new', i32(KEY, 32, ...rest)),
  row('keys of 128 bytes', i32(KEY, 128, ...rest)),
];

/** The same for ink!, by import. */
export const sealRows: Readonly<Record<string, readonly HostRow[]>> = {
  'seal0.input': [row('8 bytes', i32(OUT, LENGTH)), row('100 kB', i32(DATA, LENGTH), { inputBytes: BIG, turns: 100 })],
  'seal0.seal_return': [
    throughChild('child, success', callSealChild, 'exits'),
    throughChild('child, revert', callSealChild, 'reverts by exit'),
  ],
  'seal0.deposit_event': [
    row('empty', i32(DATA, 0, DATA, 0), { turns: EVENTS }),
    row('100 kB', i32(DATA, 0, DATA, BIG), { turns: 20 }),
  ],
  'seal0.debug_message': [row('0 bytes', i32(DATA, 0)), row('100 kB', i32(DATA, BIG))],
  'seal2.set_storage': [...keys(ONES, 32), row('100 kB', i32(KEY, 32, DATA, BIG), { turns: 20 })],
  'seal1.get_storage': keys(OUT, LENGTH),
  'seal1.contains_storage': keys(),
  'seal1.clear_storage': keys(),
  'seal0.take_storage': keys(OUT, LENGTH),
  'seal0.hash_blake2_128': hashes(0, 64, 128, 10_000),
  'seal0.hash_blake2_256': hashes(0, 64, 128, 10_000),
  'seal0.hash_sha2_256': hashes(0, 64, 128, BIG),
  'seal0.hash_keccak_256': hashes(0, 64, 136, BIG),
  'seal1.call': [
    row('no code', sealCall(ODD)),
    row('no code, always new', sealCall(FRESH)),
    row('a child', sealCall(CHILD), { turns: 300, child: 'returns' }),
    row('child traps at once', sealCall(CHILD, 20_000), { turns: 300, child: 'traps' }),
  ],
  'seal1.instantiate': [ODD, MODULE].map((code) => {
    const operands = `${i32(code)} (i64.const 0) ${i32(ZERO, DATA, 0, -1, LENGTH, -1, LENGTH, KEY, 32)}`;
    return row(code === ODD ? 'unknown module' : 'a module', operands, { turns: 200 });
  }),
  'seal0.transfer': [row('one payee', i32(ODD, 32, ONE, 16)), row('always new', i32(FRESH, 32, ONE, 16))],
  'seal0.set_code_hash': [row('unknown module', i32(ODD)), row('a module', i32(MODULE))],
  'seal0.caller': toGuest,
  'seal0.address': toGuest,
  'seal0.value_transferred': toGuest,
  'seal0.balance': toGuest,
  'seal0.minimum_balance': toGuest,
  'seal0.gas_left': toGuest,
  'seal0.weight_to_fee': [row('', `(i64.const 1000) ${i32(OUT, LENGTH)}`)],
  'seal0.now': toGuest,
  'seal0.block_number': toGuest,
  'seal0.is_contract': [row('own', i32(SELF)), row('always new', i32(FRESH))],
  'seal0.own_code_hash': toGuest,
};

/** Plain arithmetic: what the others are compared with. */
export const unitRow: HostRow = text(
  'the unit',
  '(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 7)) (i64.const 3))) (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 9))))',
  { turns: 100_000 },
);

/** What is no host function, but asks the engine for something. */
export const instructionRows: readonly (readonly [name: string, row: HostRow])[] = [
  ['arithmetic', unitRow],
  ['memory.size', text('', '(drop (memory.size))', { turns: 50_000 })],
  ['memory.grow', text('by no page', '(drop (memory.grow (i32.const 0)))', { turns: 50_000 })],
  ['memory.grow', text('beyond the most', '(drop (memory.grow (i32.const 9)))', { turns: 50_000 })],
  ['memory.fill', text('0 bytes', `(memory.fill ${i32(DATA, 0, 0)})`, { turns: 20_000 })],
  ['memory.fill', text('64 KiB', `(memory.fill ${i32(DATA, 0, 65_536)})`)],
  ['memory.copy', text('0 bytes', `(memory.copy ${i32(DATA, OUT, 0)})`, { turns: 20_000 })],
  ['memory.copy', text('64 KiB', `(memory.copy ${i32(DATA, DATA + 8, 65_536)})`)],
];
