import { type HostCode, noHostCode } from '../../metering/host/host-code.ts';
import { own } from '../../metering/own.ts';
import { linkThunks } from '../kernel/link-thunks.ts';
import type { Schedule } from '../schedule.ts';
import type { GuestAbi } from './guest-abi.ts';

/** What is linked into guests of an ABI that run on the kernel: nothing if the ABI has no thunks. */
export function hostCodeOf(abi: GuestAbi, schedule: Schedule, isMetered: boolean): HostCode {
  const thunks = own(abi, 'thunks');
  if (thunks === undefined) return noHostCode;
  const { hostFunctions, call } = abi;
  return linkThunks({ thunks, hostFunctions, call }, schedule, isMetered);
}
