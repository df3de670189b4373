import { own } from '../../metering/own.ts';
import { EngineError } from '../errors.ts';
import type { Frame } from '../frame.ts';
import type { Schedule } from '../schedule.ts';
import type { HostFunction } from './host-function.ts';

/** A host function with its price, ready to be called for whatever frame is running. */
export type LinkedFunction = (frame: Frame, args: readonly (number | bigint)[]) => number | bigint | undefined;

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
