import { deepFreeze } from '../metering/deep-freeze.ts';
import { defaultLimits } from '../metering/format/limits.ts';
import type { CostTable } from '../metering/gas/cost-table.ts';
import {
  calibratedV1,
  cosmwasmV2,
  flatV1,
  flatV2,
  nearRegularOp,
  palletContracts,
  stylusInkV1,
} from '../metering/gas/cost-tables.ts';
import { sealHostCosts } from './abi/seal/host-costs.ts';
import { stylusHostCosts } from './abi/stylus/host-costs.ts';
import { eventsPerCall, payloadBytes } from './payload-limits.ts';
import { precompileCosts } from './precompiles/costs.ts';
import type { HostCost, Schedule } from './schedule.ts';

type HostCosts = Readonly<Record<string, HostCost>>;

const flatHostCosts: HostCosts = { ...stylusHostCosts, ...sealHostCosts };

/**
 * The EVM's number, in units of flat-v1 like the prices of host functions: enough to emit an event. Not more than a call
 * costs under any schedule, so that no gas comes of nothing.
 */
const CALL_STIPEND = 2300;

/**
 * Limits are ours under every schedule, so that a module that runs under one runs under all.
 *
 * @param unit One unit of flat-v1 in units of this schedule, for what is not measured.
 */
function schedule(costs: CostTable, hostCosts: HostCosts, unit: number): Schedule {
  return deepFreeze({
    id: costs.id,
    costs,
    hostCosts,
    precompileCosts: unit === 1 ? precompileCosts : scaledPrecompileCosts(costs.id, unit),
    limits: defaultLimits,
    callDepth: 64,
    callStipend: CALL_STIPEND * unit,
    payloadBytes,
    events: eventsPerCall,
  });
}

function scaledPrecompileCosts(id: string, unit: number): Schedule['precompileCosts'] {
  const rows = Object.entries(precompileCosts).map(([name, { unitsPerGas, source }]) => {
    return [name, { unitsPerGas: unitsPerGas * unit, source: `flat-v1 times ${unit}, as a unit of ${id}: ${source}` }];
  });
  return Object.fromEntries(rows);
}

function scaledHostCosts(by: number, why: string): HostCosts {
  const rows = Object.entries(flatHostCosts).map(([name, { base, perByte, source }]) => {
    return [name, { base: base * by, perByte: perByte * by, source: `flat-v1 times ${by}, ${why}: ${source}` }];
  });
  return Object.fromEntries(rows);
}

/** flat-v1's prices in a table's unit, as many as its addition has. Prices of the table's own chain are for other work. */
function scaledSchedule(costs: CostTable): Schedule {
  const unit = costs.instructions['i32.add'];
  return schedule(costs, scaledHostCosts(unit, `the weight of i32.add in ${costs.id}`), unit);
}

/** A row of a measurement: base, and per byte where the function has that. */
type MeasuredCost = readonly [base: number, perByte?: number];

/**
 * By `trimeter calibrate`, in the run that `calibratedV1.source` names. A write to the cache and its flush together took no
 * longer than the write, so that a flush has the price of a crossing and little for each word.
 */
const measuredHostCosts: Readonly<Record<string, MeasuredCost>> = {
  'vm_hooks.block_number': [322],
  'vm_hooks.msg_sender': [1415],
  'vm_hooks.msg_value': [2133],
  'vm_hooks.storage_load_bytes32': [5448],
  'vm_hooks.storage_cache_bytes32': [9204],
  'vm_hooks.storage_flush_cache': [1415, 500],
  'vm_hooks.transient_load_bytes32': [6363],
  'vm_hooks.transient_store_bytes32': [12_765],
  'vm_hooks.account_balance': [5345],
  'vm_hooks.math_mul_mod': [26_494],
  'vm_hooks.emit_log': [3726, 2],
  'vm_hooks.native_keccak256': [6871, 42],
};

/** Median of measured over flat-v1's price, for the functions that were not measured. */
const UNITS_PER_FLAT_UNIT = 22;

const calibratedHostCosts: HostCosts = {
  ...scaledHostCosts(UNITS_PER_FLAT_UNIT, 'as measured of other host functions'),
  ...Object.fromEntries(
    Object.entries(measuredHostCosts).map(([name, [base, perByte = 0]]) => {
      return [name, { base, perByte, source: calibratedV1.source }];
    }),
  ),
};

/**
 * One unit per instruction; host functions priced by their measured time in those units.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: flatV1Schedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(flatV1Schedule.id, gasUsed); // flat-v1 656n
 */
export const flatV1Schedule: Schedule = schedule(flatV1, flatHostCosts, 1);

/**
 * flat-v1 in which growing a memory costs what dropping it takes. The default.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: flatV2Schedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(flatV2Schedule.id, gasUsed); // flat-v2 656n
 */
export const flatV2Schedule: Schedule = schedule(flatV2, flatHostCosts, 1);

/**
 * Weights fitted to measured time under V8's optimising compiler (docs/schedules.md).
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: calibratedV1Schedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(calibratedV1Schedule.id, gasUsed); // calibrated-v1 11128n
 */
export const calibratedV1Schedule: Schedule = schedule(calibratedV1, calibratedHostCosts, UNITS_PER_FLAT_UNIT);

/**
 * Arbitrum Stylus, in ink; host functions as in flat-v1, times the weight of an addition.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: stylusInkV1Schedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(stylusInkV1Schedule.id, gasUsed); // stylus-ink-v1 114779n
 */
export const stylusInkV1Schedule: Schedule = scaledSchedule(stylusInkV1);

/**
 * Substrate's pallet-contracts, in its weights; host functions as in flat-v1, times the weight of an addition.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: palletContractsSchedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(palletContractsSchedule.id, gasUsed); // pallet-contracts 41256n
 */
export const palletContractsSchedule: Schedule = scaledSchedule(palletContracts);

/**
 * NEAR, in units of its regular operation; host functions as in flat-v1, times the weight of an addition.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: nearRegularOpSchedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(nearRegularOpSchedule.id, gasUsed); // near-regular-op 688n
 */
export const nearRegularOpSchedule: Schedule = scaledSchedule(nearRegularOp);

/**
 * CosmWasm 2, in its gas; host functions as in flat-v1, times the weight of an addition.
 *
 * @example
 * const contract = await openContract(subject, 'wasm', { schedule: cosmwasmV2Schedule });
 * const { gasUsed } = await contract.call('totalSupply');
 * console.log(cosmwasmV2Schedule.id, gasUsed); // cosmwasm-v2 94415n
 */
export const cosmwasmV2Schedule: Schedule = scaledSchedule(cosmwasmV2);

/**
 * All there are; the first is the default.
 *
 * @example
 * const ids = schedules.map(({ id }) => id);
 * console.log(ids[0], ids.length); // flat-v2 7
 */
export const schedules: readonly [Schedule, ...Schedule[]] = deepFreeze([
  flatV2Schedule,
  flatV1Schedule,
  calibratedV1Schedule,
  stylusInkV1Schedule,
  palletContractsSchedule,
  nearRegularOpSchedule,
  cosmwasmV2Schedule,
]);

/** What everything counts by that is told of no other. */
export const defaultSchedule: Schedule = schedules[0];
