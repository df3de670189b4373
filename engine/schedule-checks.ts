import { deepFreeze } from '../metering/deep-freeze.ts';
import { defaultLimits } from '../metering/format/limits.ts';
import { opcodes } from '../metering/format/opcodes.ts';
import { dynamicCosts, leastWeight, MAX_WEIGHT } from '../metering/gas/gas-plan.ts';
import { own } from '../metering/own.ts';
import { badArgument, checkCount, checkObject } from './argument-checks.ts';
import { payloadBytes } from './payload-limits.ts';
import { precompileCosts } from './precompiles/costs.ts';
import type { Schedule } from './schedule.ts';

/** What machines have room for; the schedules that exist stay far below. */
const MOST_CALLS_DEEP = 64;
const MOST_EVENTS = 1 << 20;

/** Prices of one thing: far above any that exists, and far from where a 64-bit counter wraps. */
const MOST_PRICE = 2 ** 40;
/** A host function may work on two ranges of 4 GiB: with `MOST_PRICE` that is below 2^53, and so exact in a number. */
const MOST_PRICE_PER_BYTE = 2 ** 18;

/** The one host function that gives a stipend. */
const PAYING_CALL = 'vm_hooks.call_contract';

/**
 * A schedule of the backend's own: data all through, so that copying and freezing it loses nothing, and every number one
 * that all machines count the same with.
 *
 * @throws EngineError `bad-argument` naming the field.
 */
export function copySchedule(what: string, schedule: Schedule): Schedule {
  const copy = copyData(what, schedule);
  checkCosts(`${what}.costs`, own(copy, 'costs'));
  checkHostCosts(`${what}.hostCosts`, own(copy, 'hostCosts'));
  checkPrecompileCosts(`${what}.precompileCosts`, own(copy, 'precompileCosts'));
  checkLimits(`${what}.limits`, own(copy, 'limits'));
  checkCount(`${what}.callStipend`, own(copy, 'callStipend'), 0, MOST_PRICE);
  checkStipend(what, copy);
  checkCount(`${what}.callDepth`, own(copy, 'callDepth'), 0, MOST_CALLS_DEEP);
  checkCount(`${what}.payloadBytes`, own(copy, 'payloadBytes'), 0, payloadBytes);
  checkCount(`${what}.events`, own(copy, 'events'), 0, MOST_EVENTS);
  return deepFreeze(copy);
}

function copyData(what: string, schedule: Schedule): Schedule {
  const expected = 'a Schedule, such as flatV2Schedule';
  if (typeof schedule !== 'object' || schedule === null) throw badArgument(what, expected, schedule);
  let copy: Schedule;
  try {
    copy = structuredClone(schedule);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw badArgument(what, `${expected}, of data alone`, schedule);
  }
  if (typeof own(copy, 'id') !== 'string') throw badArgument(what, expected, schedule);
  return copy;
}

function checkCosts(what: string, costs: unknown): void {
  checkObject(what, costs);
  for (const name of dynamicCosts) checkCount(`${what}.${name}`, row(costs, name), 0, MAX_WEIGHT);
  const instructions = row(costs, 'instructions');
  checkObject(`${what}.instructions`, instructions);
  for (const { code, mnemonic } of opcodes) {
    const weight = row(instructions, mnemonic);
    checkCount(`${what}.instructions['${mnemonic}']`, weight, leastWeight(code), MAX_WEIGHT);
  }
}

function checkHostCosts(what: string, hostCosts: unknown): void {
  checkObject(what, hostCosts);
  for (const [name, cost] of Object.entries(hostCosts as object)) {
    checkObject(`${what}['${name}']`, cost);
    checkCount(`${what}['${name}'].base`, row(cost, 'base'), 0, MOST_PRICE);
    checkCount(`${what}['${name}'].perByte`, row(cost, 'perByte'), 0, MOST_PRICE_PER_BYTE);
  }
}

/**
 * A callee could pay for a call out of a stipend of that size, and its callee for another: gas that nobody has paid. The seal
 * ABI gives no stipend.
 */
function checkStipend(what: string, { callStipend, hostCosts }: Schedule): void {
  const base = own(hostCosts, PAYING_CALL)?.base;
  if (callStipend === 0 || base === undefined || callStipend < base) return;
  const expected = `0 or less than ${what}.hostCosts['${PAYING_CALL}'].base, which is ${base}`;
  throw badArgument(`${what}.callStipend`, expected, callStipend);
}

function checkPrecompileCosts(what: string, costs: unknown): void {
  checkObject(what, costs);
  for (const name of Object.keys(precompileCosts)) {
    const cost = row(costs, name);
    checkObject(`${what}['${name}']`, cost);
    checkCount(`${what}['${name}'].unitsPerGas`, row(cost, 'unitsPerGas'), 1, MOST_PRICE);
  }
}

/** Ours are the largest that machines have been tried with: how deep the native stack goes, what a compiler takes. */
function checkLimits(what: string, limits: unknown): void {
  checkObject(what, limits);
  for (const [name, most] of Object.entries(defaultLimits)) checkCount(`${what}.${name}`, row(limits, name), 0, most);
}

/** Of an object that somebody else has made: nobody knows yet what is in it. */
function row(table: unknown, name: string): unknown {
  return own(table as Record<string, unknown>, name);
}
