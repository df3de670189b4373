import type { PortLanguage } from '../../contracts/port-language.ts';
import type { Backend, ContractCode } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { howToInstall, missingPackage } from './missing-package.ts';

/** One machine, as all of the house knows it. */
interface MachineRow {
  /** What it runs: that part of a contract has to be there. `nothing` answers without running, for calibration. */
  readonly form: 'wasm' | 'evm' | 'native' | 'nothing';
  /** The language whose ports it runs, in place of the contract's own module. */
  readonly port?: PortLanguage;
  /** Machines of one family count gas in the same unit, and so must agree on it to the last unit. */
  readonly gasFamily?: 'wasm' | 'evm';
  /** Loads the machine's package or compiler, which may be missing. */
  readonly open: (schedule: Schedule) => Promise<Backend>;
}

const rows: Readonly<Record<string, MachineRow>> = {
  wasm: { form: 'wasm', gasFamily: 'wasm', open: async (schedule) => createWasmBackend({ schedule }) },
  'wasm-unmetered': { form: 'wasm', open: async (schedule) => createWasmBackend({ schedule, isMetered: false }) },
  'wasm-fresh': {
    form: 'wasm',
    gasFamily: 'wasm',
    open: async (schedule) => createWasmBackend({ schedule, reusesInstances: false }),
  },
  'wasm-plain': {
    form: 'wasm',
    gasFamily: 'wasm',
    open: async (schedule) => createWasmBackend({ schedule, usesKernel: false }),
  },
  'wasm-assemblyscript': {
    form: 'wasm',
    port: 'assemblyscript',
    open: async (schedule) => portedBackend(createWasmBackend({ schedule }), 'assemblyscript'),
  },
  'wasm-rust': {
    form: 'wasm',
    port: 'rust',
    open: async (schedule) => portedBackend(createWasmBackend({ schedule }), 'rust'),
  },
  reference: { form: 'wasm', gasFamily: 'wasm', open: async (schedule) => createReferenceBackend({ schedule }) },
  evm: {
    form: 'evm',
    gasFamily: 'evm',
    open: async () => (await import('../../evm-baseline/evm-backend.ts')).createEvmBackend(),
  },
  'evm-default': {
    form: 'evm',
    gasFamily: 'evm',
    open: async () => (await import('../../evm-baseline/evm-backend.ts')).createDefaultEvmBackend(),
  },
  revm: {
    form: 'evm',
    gasFamily: 'evm',
    open: async () => (await import('../../evm-baseline/revm/revm-backend.ts')).createRevmBackend(),
  },
  native: {
    form: 'native',
    open: async (limits) => (await import('../../native-ref/native-backend.ts')).createNativeBackend({ limits }),
  },
  noop: { form: 'nothing', open: async () => createNoopBackend() },
};

const register: ReadonlyMap<string, MachineRow> = new Map(Object.entries(rows));

/** All there are. The first of a list is the one that others are compared with. */
export const machineNames: readonly string[] = [...register.keys()];

/** Those whose results mean something. */
export const comparedMachines: readonly string[] = machineNames.filter(
  (name) => register.get(name)?.form !== 'nothing',
);

/** Undefined for a machine that counts no gas, or in a unit of its own. */
export function gasFamilyOf(machine: string): string | undefined {
  return register.get(machine)?.gasFamily;
}

/** Names of the machines that can run a contract: they have a form of each of its parts. */
export function machinesFor(parts: readonly ContractCode[]): readonly string[] {
  return comparedMachines.filter((name) => {
    const { form, port } = register.get(name) as MachineRow;
    return parts.every((part) => {
      if (port !== undefined) return part.wasm?.ports?.[port] !== undefined;
      return form === 'nothing' || part[form] !== undefined;
    });
  });
}

export interface MissingMachine {
  readonly name: string;
  readonly reason: string;
}

export interface OpenedMachines {
  readonly available: readonly Backend[];
  readonly unavailable: readonly MissingMachine[];
}

/** Makes what can be made here, and says why the rest cannot. */
export async function openMachines(names: readonly string[], schedule: Schedule): Promise<OpenedMachines> {
  const available: Backend[] = [];
  const unavailable: MissingMachine[] = [];
  for (const name of names) {
    try {
      available.push(await openMachine(name, schedule));
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'backend-unavailable')) throw error;
      unavailable.push({ name, reason: error.message });
    }
  }
  return { available, unavailable };
}

/**
 * @throws EngineError `backend-unavailable`, which says how to install what is missing, and `bad-argument` for a name that is
 * in no row.
 */
export async function openMachine(name: string, schedule: Schedule): Promise<Backend> {
  const row = register.get(name);
  if (row === undefined) {
    throw new EngineError('bad-argument', `there is no machine ${name}; there are ${machineNames.join(', ')}`);
  }
  try {
    return await row.open(schedule);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new EngineError('backend-unavailable', howToInstall(missing), { cause: error });
  }
}
