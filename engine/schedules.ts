import { flatV1 } from '../metering/cost-tables.ts';
import { defaultLimits } from '../metering/limits.ts';
import { sealHostCosts } from './abi/seal/host-costs.ts';
import { stylusHostCosts } from './abi/stylus/host-costs.ts';
import type { Schedule } from './schedule.ts';

/** One unit per instruction; host functions priced by their measured time in those units. */
export const flatV1Schedule: Schedule = {
  id: 'flat-v1',
  costs: flatV1,
  hostCosts: { ...stylusHostCosts, ...sealHostCosts },
  limits: defaultLimits,
  callDepth: 64,
  payloadBytes: 128 << 10,
  events: 256,
};
