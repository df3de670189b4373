import type { Mnemonic } from '../format/opcodes.ts';
import { byRule, each, family, on } from './by-mnemonic.ts';
import { weightsByClass } from './cost-classes.ts';
import type { CostTable } from './cost-table.ts';

/**
 * They say where code begins and ends and compile to nothing: the work that they stand for is done by the branches,
 * which have a weight. Wasmtime's fuel makes the same exception.
 */
const structuralMarkers: ReadonlySet<string> = new Set(['block', 'loop', 'else', 'end']);

/**
 * One per instruction, the weight that can be checked by counting. Not calibrated to time: a division costs as much
 * here as an addition.
 *
 * @example
 * const { id, instructions } = flatV1;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // flat-v1 1 1
 */
export const flatV1: CostTable = {
  id: 'flat-v1',
  source: 'one unit per executed instruction, as the fuel of Wasmtime and wasmi; see the comment on each other number',
  instructions: byRule(({ mnemonic }) => (structuralMarkers.has(mnemonic) ? 0 : 1)),
  // Stylus (Nitro, arbitrator/prover/src/programs/meter.rs) prices a target at about 5 additions; one unit per label
  // keeps the code of a table, which grows with its labels, paid for by those who jump through it.
  brTablePerLabel: 1,
  // Declared locals are set to zero on entry, one store each; Wasmtime #14042 and wasmi #2038 are about leaving it out.
  entryPerLocal: 1,
  // 64 bytes per unit, as wasmi prices memory: a page of 64 KiB that has to be zeroed.
  memoryGrowPerPage: 1024,
  memoryGrowPerHeldPage: 0,
  // The Internet Computer's weight for bulk memory (rs/embedders instrumentation: a constant and 1 per byte).
  bulkMemoryPerByte: 1,
};

/**
 * flat-v1 with a price for what a grown memory costs the host afterwards: it cannot shrink, so that its instance is dropped
 * when the call ends, whatever was added.
 *
 * @example
 * const { id, instructions } = flatV2;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // flat-v2 1 1
 */
export const flatV2: CostTable = {
  ...flatV1,
  id: 'flat-v2',
  source:
    'flat-v1, and 6144 for each page that a grown memory holds, so that growth takes at most about 10 ns per gas: 16 to 34 us ' +
    'a page on Node 20.20 when it is dropped, and some 20 to 70 for each further memory.grow; npm run bench:guest-memory',
  memoryGrowPerHeldPage: 6144,
};

/** What every block of a Stylus contract pays for the check of its ink. */
const STYLUS_BLOCK_HEADER = 2450;

const stylusInk: Readonly<Record<Mnemonic, number>> = {
  ...each(1, 'unreachable', 'return', 'nop', 'i32.const', 'i64.const', 'block', 'loop', 'else', 'end'),
  drop: 9,
  ...each(765, 'br', 'br_if', 'if'),
  br_table: 2400 - 325, // the source counts the labels without the default
  select: 1250,
  call: 3800,
  call_indirect: 13_610,
  ...each(75, 'local.get', 'local.tee'),
  'local.set': 210,
  'global.get': 225,
  'global.set': 575,
  ...each(670, ...on('i32', family.narrowLoads)),
  ...each(680, ...on('i64', family.wideLoads)),
  ...each(825, ...on('i32', family.narrowStores)),
  ...each(950, ...on('i64', family.wideStores)),
  'memory.size': 3000,
  'memory.grow': 8050,
  ...each(950, 'memory.copy', 'memory.fill'),
  ...each(170, ...on('i32', family.comparisons)),
  ...each(225, ...on('i64', family.comparisons)),
  ...each(210, 'i32.clz', 'i32.ctz', 'i64.clz', 'i64.ctz'),
  'i32.popcnt': 2650,
  'i64.popcnt': 6000,
  ...each(160, 'i32.mul', 'i64.mul'),
  ...each(1120, ...on('i32', family.divisions)),
  ...each(1270, ...on('i64', family.divisions)),
  ...each(70, ...on('i32', family.arithmetic)),
  ...each(100, ...on('i64', family.arithmetic), ...family.conversions),
};

/**
 * Arbitrum Stylus in ink (1 EVM gas is 10,000 ink at the initial price). A block pays for its header where it ends, on
 * the instruction that ends it; `unreachable` ends none there. Left out: 650 ink per argument of call_indirect, the ink
 * of the host call before memory.grow, and the part of a page's price that doubles every few pages.
 *
 * @example
 * const { id, instructions } = stylusInkV1;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // stylus-ink-v1 100 1270
 */
export const stylusInkV1: CostTable = {
  id: 'stylus-ink-v1',
  source:
    'github.com/OffchainLabs/nitro, crates/prover/src/programs/meter.rs (pricing_v1), config.rs (header, bulk), ' +
    'dynamic.rs and memory.rs, read at commits 03e9a01, 05a8012, 22d9f29 and 20b838a',
  instructions: byRule(({ mnemonic, isBlockEnd }) => {
    return stylusInk[mnemonic] + (isBlockEnd && mnemonic !== 'unreachable' ? STYLUS_BLOCK_HEADER : 0);
  }),
  brTablePerLabel: 325,
  entryPerLocal: 0,
  // 1000 gas a page at the initial ink price are 10,000,000 ink, and the first two pages are free; this is the largest
  // number a table may hold, about a tenth of it.
  memoryGrowPerPage: 1 << 20,
  memoryGrowPerHeldPage: 0,
  bulkMemoryPerByte: 100,
};

/** Units of a 64th of wasmi's fuel, so that 64 bytes per fuel and 8 locals per fuel are whole numbers. */
const FUEL = 64;

/**
 * pallet-contracts prices an instruction at one number, a sixth of what a benchmarked 64-bit load and store with its
 * operands takes, and lets wasmi count: one fuel per instruction, one more for each function, loop and arm of an `if`.
 * In wasmi 0.31 `else` is a jump and markers are nothing. An iteration of a loop pays its fuel here on entry only.
 *
 * @example
 * const { id, instructions } = palletContracts;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // pallet-contracts 64 64
 */
export const palletContracts: CostTable = {
  id: 'pallet-contracts',
  source:
    'github.com/paritytech/polkadot-sdk, substrate/frame/contracts: src/schedule.rs (InstructionWeights), Cargo.toml ' +
    '(wasmi 0.31), read at 0eff69f and 003c243; github.com/wasmi-labs/wasmi, crates/wasmi/src/engine: config.rs ' +
    '(FuelCosts) and func_builder/translator.rs, read at 01492a7',
  instructions: byRule(({ mnemonic }) => {
    if (['block', 'end', 'nop'].includes(mnemonic)) return 0;
    return ['if', 'call', 'call_indirect'].includes(mnemonic) ? 2 * FUEL : FUEL;
  }),
  brTablePerLabel: 0,
  entryPerLocal: FUEL / 8,
  // The pallet refuses bulk memory; both numbers are wasmi's 64 bytes per fuel.
  memoryGrowPerPage: 65_536,
  memoryGrowPerHeldPage: 0,
  bulkMemoryPerByte: 1,
};

/**
 * NEAR, in units of its regular operation, which is 822,756 gas: so all numbers are exact. The 64 bytes that every frame
 * is priced at, 8 operations, are on the calls; parameters and operands are left out, locals count 8 bytes each.
 *
 * @example
 * const { id, instructions } = nearRegularOp;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // near-regular-op 1 1
 */
export const nearRegularOp: CostTable = {
  id: 'near-regular-op',
  source:
    'github.com/near/nearcore, core/parameters/res/runtime_configs/parameters.snap at 00fc950: wasm_regular_op_cost and ' +
    'wasm_linear_op_unit_cost 822,756, wasm_linear_op_base_cost 26,328,192; runtime/near-vm-runner/src/prepare ' +
    '(prepare_v3.rs): which operations are free, linear or regular',
  instructions: byRule(({ mnemonic }) => {
    if (['block', 'end', 'else'].includes(mnemonic)) return 0;
    if (['memory.grow', 'memory.copy', 'memory.fill'].includes(mnemonic)) return 32;
    return ['call', 'call_indirect'].includes(mnemonic) ? 9 : 1;
  }),
  brTablePerLabel: 0,
  entryPerLocal: 1,
  memoryGrowPerPage: 1,
  memoryGrowPerHeldPage: 0,
  bulkMemoryPerByte: 1,
};

const COSMWASM_OPERATION = 115;

/**
 * CosmWasm, in its gas: 115 an operation, and 14 times that for one at which gas is counted, which is how much the check
 * in front of it takes. Calls of host functions are calls as well.
 *
 * @example
 * const { id, instructions } = cosmwasmV2;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // cosmwasm-v2 115 115
 */
export const cosmwasmV2: CostTable = {
  id: 'cosmwasm-v2',
  source:
    'github.com/CosmWasm/cosmwasm, packages/vm/src/wasm_backend/engine.rs (cost) and metering.rs (is_accounting), read at ' +
    '01c3c4e and 16eabd6',
  instructions: byRule(({ mnemonic, isBlockEnd }) =>
    isBlockEnd && mnemonic !== 'unreachable' ? 14 * COSMWASM_OPERATION : COSMWASM_OPERATION,
  ),
  brTablePerLabel: 0,
  entryPerLocal: 0,
  memoryGrowPerPage: 0,
  memoryGrowPerHeldPage: 0,
  // Bulk memory is refused there: the price of a byte copied by a loop's one operation.
  bulkMemoryPerByte: COSMWASM_OPERATION,
};

/**
 * Fitted to measured time under V8's optimising compiler; a unit is a cheap ALU operation. How, and how well:
 * docs/schedules.md.
 *
 * @example
 * const { id, instructions } = calibratedV1;
 * console.log(id, instructions['i64.add'], instructions['i64.div_u']); // calibrated-v1 1 24
 */
export const calibratedV1: CostTable = {
  id: 'calibrated-v1',
  source:
    'trimeter calibrate --mixes 1200 --seed 2, 2026-11-21, Node 24.21.0 (V8 13.6), AMD EPYC, x64 Linux: ' +
    '1281 programs, R2 0.998 (0.964 of logarithms), a unit is 0.0631 ns; bench/calibrate/calibrated-v1.json',
  instructions: weightsByClass({
    marker: 0,
    'local-read': 0,
    constant: 0,
    'local-write': 1,
    add: 1,
    multiply: 3,
    divide32: 20,
    divide64: 24,
    count: 1,
    select: 2,
    load: 2,
    store: 2,
    global: 1,
    branch: 1,
    'branch-table': 6,
    return: 1,
    call: 4,
    'call-indirect': 29,
    'memory-size': 1,
    'memory-grow': 3203,
    bulk: 73,
  }),
  brTablePerLabel: 1,
  entryPerLocal: 1,
  memoryGrowPerPage: 438_037,
  memoryGrowPerHeldPage: 0,
  bulkMemoryPerByte: 1,
};

/**
 * All; the first is the default.
 *
 * @example
 * console.log(costTables.map(({ id }) => id).slice(0, 2)); // [ 'flat-v2', 'flat-v1' ]
 */
export const costTables: readonly CostTable[] = [
  flatV2,
  flatV1,
  calibratedV1,
  stylusInkV1,
  palletContracts,
  nearRegularOp,
  cosmwasmV2,
];
