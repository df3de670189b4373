import { own } from '../metering/own.ts';
import { badArgument, checkOptions } from './argument-checks.ts';
import type { Backend } from './backend.ts';
import { guestBackend } from './guest-backend.ts';
import type { Machine } from './machine.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import type { Schedule } from './schedule.ts';
import { copySchedule } from './schedule-checks.ts';
import { defaultSchedule } from './schedules.ts';
import { KernelState } from './state/kernel-state.ts';
import { PlainState } from './state/plain-state.ts';
import { TraceLog } from './trace/trace-log.ts';
import { tracedMachine } from './trace/traced-machine.ts';
import { TracedState } from './trace/traced-state.ts';
import type { Tracer } from './trace/tracer.ts';
import { tracerOf } from './trace/tracer-option.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

/** What every machine that runs WebAssembly guests can be told. */
export interface GuestBackendOptions {
  /** What gas means, and the limits of guests. Default `flatV2Schedule`. */
  readonly schedule?: Schedule;
  /** Is told what the machine does, which then takes longer: host functions and state are in JavaScript. Default none. */
  readonly tracer?: Tracer | undefined;
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

/** True unless it is said to be false. */
function flag(options: WasmBackendOptions, name: 'isMetered' | 'reusesInstances' | 'usesKernel'): boolean {
  const value: unknown = own(options, name) ?? true;
  if (typeof value !== 'boolean') throw badArgument(`options.${name}`, 'a boolean', value);
  return value;
}

/**
 * Gas-metered WebAssembly on the JavaScript engine that runs us.
 *
 * @throws EngineError `bad-argument`
 *
 * @example
 * const backend = createWasmBackend({ schedule: flatV1Schedule });
 * const program = await backend.prepare({ name: 'erc20', wasm: { bytes: erc20.wasm, abi: stylusAbi } });
 * const world = await backend.createWorld();
 * const { outcome } = await world.deploy(program, { deployer, input });
 * console.log(outcome.status, outcome.gasUsed); // success 7647n
 */
export function createWasmBackend(options: WasmBackendOptions = {}): Backend {
  const schedule = scheduleOf(options, ['isMetered', 'reusesInstances', 'usesKernel']);
  const isMetered = flag(options, 'isMetered');
  const reusesInstances = flag(options, 'reusesInstances');
  const wantsKernel = flag(options, 'usesKernel');
  const tracer = tracerOf(options);
  const usesKernel = wantsKernel && tracer === undefined;
  const name = nameOf(isMetered, reusesInstances, wantsKernel);
  const machine = wasmMachine(name, { strategy: isMetered ? 'default' : 'none', reusesInstances, usesKernel });
  if (tracer !== undefined) return tracedBackend(machine, schedule, new TraceLog(tracer));
  return guestBackend(machine, schedule, () => (usesKernel ? new KernelState(schedule) : new PlainState()));
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
 *
 * @example
 * const reference = createReferenceBackend({ schedule: flatV1Schedule });
 * console.log(reference.name, reference.isMetered); // reference true
 */
export function createReferenceBackend(options: GuestBackendOptions = {}): Backend {
  const schedule = scheduleOf(options, []);
  const tracer = tracerOf(options);
  if (tracer === undefined) return guestBackend(referenceMachine(), schedule);
  const log = new TraceLog(tracer);
  const machine = tracer.wantsInstructions === true ? referenceMachine((event) => log.tell(event)) : referenceMachine();
  return tracedBackend(machine, schedule, log);
}

function tracedBackend(machine: Machine, schedule: Schedule, log: TraceLog): Backend {
  return guestBackend(tracedMachine(machine, log), schedule, () => new TracedState(log));
}

function scheduleOf(options: GuestBackendOptions, otherNames: readonly string[]): Schedule {
  checkOptions(options, ['schedule', 'tracer', ...otherNames]);
  return copySchedule('options.schedule', own(options, 'schedule') ?? defaultSchedule);
}
