import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import type { InstrumentOptions } from '../../metering/instrument.ts';
import { bareAbi, prepareBareGuest } from '../bare-guest.ts';

/** What a kernel is instrumented with, all but the strategy. */
export const kernelOptions: Omit<InstrumentOptions, 'strategy'> = {
  costs: defaultSchedule.costs,
  limits: defaultSchedule.limits,
  interface: moduleInterfaceOf(bareAbi('i64')),
};

export interface KernelRun {
  readonly checksum: bigint;
  readonly gasUsed: bigint;
}

/** Runs a kernel on the reference interpreter: what every metered variant must come to. */
export function referenceRun(bytes: Uint8Array, size: number): KernelRun {
  const { result, gasUsed } = prepareBareGuest(referenceMachine(), bytes, 'i64')(size);
  return { checksum: result, gasUsed };
}
