import { own } from '../../metering/own.ts';
import { EngineError } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { Schedule } from '../schedule.ts';
import type { GuestAbi } from './guest-abi.ts';
import type { HostFunction } from './host-function.ts';

/** A host function with its price, ready to be called for whatever frame is running. */
export type LinkedFunction = (frame: Frame, args: readonly (number | bigint)[]) => number | bigint | undefined;

/** What a module of that ABI imports. @throws EngineError `bad-argument` if the schedule has no price for it. */
export function linkImport(module: string, name: string, abi: GuestAbi, schedule: Schedule): LinkedFunction {
  const row = abi.hostFunctions.find((candidate) => candidate.module === module && candidate.name === name);
  if (row !== undefined) return linkHostFunction(row, schedule);
  throw new EngineError('internal', `import ${module}.${name} passed the allow-list without a row`);
}

/**
 * Puts the schedule's price in front of a definition.
 * @throws EngineError `bad-argument` if the schedule has no row for it.
 */
export function linkHostFunction(row: HostFunction, schedule: Schedule): LinkedFunction {
  const cost = own(schedule.hostCosts, `${row.module}.${row.name}`);
  if (cost === undefined) {
    throw new EngineError('bad-argument', `schedule ${schedule.id} has no price for ${row.module}.${row.name}`);
  }
  const { base, perByte } = cost;
  return (frame, args) => {
    frame.gas.charge(base + perByte * row.pricedBytes(frame, args));
    return row.run(frame, args);
  };
}
