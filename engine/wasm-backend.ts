import { own } from '../metering/own.ts';
import { badArgument, checkObject } from './argument-checks.ts';
import type { Backend } from './backend.ts';
import { guestBackend } from './guest-backend.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import type { Schedule } from './schedule.ts';
import { copySchedule } from './schedule-checks.ts';
import { defaultSchedule } from './schedules.ts';
import { KernelState } from './state/kernel-state.ts';
import { PlainState } from './state/plain-state.ts';
import type { WorldState } from './state/world-state.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

/** What every machine that runs WebAssembly guests can be told. */
export interface GuestBackendOptions {
  /** What gas means, and the limits of guests. Default `flatV2Schedule`. */
  readonly schedule?: Schedule;
}

export interface WasmBackendOptions extends GuestBackendOptions {
  /** False makes the unmetered twin: the same pipeline without charges. Default true. */
  readonly isMetered?: boolean;
  /** False makes a new instance for every call. Default true: an idle instance, restored to its initial state, is used. */
  readonly reusesInstances?: boolean;
  /**
   * False keeps storage, events and all host functions in JavaScript: slower, and the definition of what the kernel and the
   * thunks into it do. Outcomes, gas and digests are the same. Default true.
   */
  readonly usesKernel?: boolean;
}

function stateFactory(usesKernel: boolean): (schedule: Schedule) => WorldState {
  return (schedule) => (usesKernel ? new KernelState(schedule) : new PlainState());
}

/** True unless it is said to be false. */
function flag(options: WasmBackendOptions, name: 'isMetered' | 'reusesInstances' | 'usesKernel'): boolean {
  const value: unknown = own(options, name) ?? true;
  if (typeof value !== 'boolean') throw badArgument(`options.${name}`, 'a boolean', value);
  return value;
}

/** Gas-metered WebAssembly on the JavaScript engine that runs us. @throws EngineError `bad-argument` */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend {
  const schedule = scheduleOf(options, ['isMetered', 'reusesInstances', 'usesKernel']);
  const isMetered = flag(options, 'isMetered');
  const reusesInstances = flag(options, 'reusesInstances');
  const usesKernel = flag(options, 'usesKernel');
  const name = nameOf(isMetered, reusesInstances, usesKernel);
  const machine = wasmMachine(name, { strategy: isMetered ? 'default' : 'none', reusesInstances, usesKernel });
  return guestBackend(machine, schedule, stateFactory(usesKernel));
}

/** After what is different from the ordinary one; what changes more comes first. */
function nameOf(isMetered: boolean, reusesInstances: boolean, usesKernel: boolean): string {
  if (!isMetered) return 'wasm-unmetered';
  if (!usesKernel) return 'wasm-plain';
  return reusesInstances ? 'wasm' : 'wasm-fresh';
}

/**
 * The reference interpreter: slow, obvious, and the judge of results and gas. It is always metered.
 *
 * @throws EngineError `bad-argument`
 */
export function createReferenceBackend(options: GuestBackendOptions = {}): Backend {
  return guestBackend(referenceMachine(), scheduleOf(options, []));
}

/** Checks the names of all options as well: one that is not known would be taken for one that was not given. */
function scheduleOf(options: GuestBackendOptions, otherNames: readonly string[]): Schedule {
  checkObject('options', options);
  const names = ['schedule', ...otherNames];
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw badArgument('options', `an object with nothing but ${names.join(', ')}`, unknown);
  return copySchedule('options.schedule', own(options, 'schedule') ?? defaultSchedule);
}
