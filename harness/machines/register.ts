import type { PortLanguage } from '../../contracts/port-language.ts';
import type { Backend, ContractCode } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import type { Schedule } from '../../engine/schedule.ts';
import type { Tracer } from '../../engine/trace/tracer.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import type { EngineVariant } from '../../processes/node-command.ts';
import { engineVariants } from './engine-variants.ts';
import { howToInstall, missingPackage } from './missing-package.ts';
import { createProcessBackend } from './process-backend.ts';

/** One machine, as all of the house knows it. */
interface MachineRow {
  /** What it runs: that part of a contract has to be there. `nothing` answers without running, for calibration. */
  readonly form: 'wasm' | 'evm' | 'native' | 'nothing';
  /** The language whose ports it runs, in place of the contract's own module. */
  readonly port?: PortLanguage;
  /** Machines that count gas in the same unit must agree on it to the last one. */
  readonly gasUnit?: 'wasm' | 'evm';
  /** Most gas that it gives a call. Absent: whatever it is told. */
  readonly mostGas?: bigint;
  /** What a tracer hears of: frames, storage and host calls, and where `instructions` is said these too. Absent: nothing. */
  readonly traces?: 'calls' | 'instructions';
  /** Whether nothing confines what it runs, so that contracts of others run on it only where it is named. */
  readonly isUnconfined?: boolean;
  readonly report?: ReportWords;
  /** For a machine in a process of its own: what runs it there, and which machine it is. */
  readonly variant?: MachineVariant;
  /** Loads the machine's package or compiler, which may be missing. */
  readonly open: (schedule: Schedule, tracer?: Tracer) => Promise<Backend>;
}

/** What reports say of a machine that others are compared with. */
export interface ReportWords {
  /** Over a column of ratios. Default: `x of <name>`. */
  readonly heading?: string;
  /** The result of a comparison with it. Default: in the words for any machine. */
  readonly sentence?: (ratio: string, subject: string) => string;
  /** What a reader has to know of it. */
  readonly notes?: readonly string[];
}

/** A machine as another engine runs it, or this one with other flags. */
export interface MachineVariant {
  readonly machine: string;
  readonly engine: EngineVariant;
}

/** The machine whose code every other engine can run. */
const VARIED = 'wasm';

/** A check of many contracts on many machines keeps each of them waiting for the others. */
const IDLE_MS = 60_000;

function variantRow(name: string, engine: EngineVariant): MachineRow {
  const variant = { machine: VARIED, engine };
  // Pipes to a thread keep this process alive, and it starts sooner than a process does.
  const kept = engine.isThread ? {} : { idleMs: IDLE_MS };
  const open = (schedule: Schedule) => createProcessBackend({ ...variant, ...kept, name, schedule });
  return { form: 'wasm', gasUnit: 'wasm', variant, open };
}

const evmInJavaScript =
  'The EVM here is @ethereumjs, an interpreter in JavaScript; EVMs in Rust or C++ are 100 to 2000 times faster.';

const rows: Readonly<Record<string, MachineRow>> = {
  wasm: {
    form: 'wasm',
    gasUnit: 'wasm',
    traces: 'calls',
    open: async (schedule, tracer) => createWasmBackend({ schedule, tracer }),
  },
  'wasm-unmetered': {
    form: 'wasm',
    traces: 'calls',
    report: {
      sentence: (ratio) => `With gas metering wasm keeps ${ratio} of its speed`,
      notes: ['wasm-unmetered is the same module without gas charges.'],
    },
    open: async (schedule, tracer) => createWasmBackend({ schedule, tracer, isMetered: false }),
  },
  'wasm-fresh': {
    form: 'wasm',
    gasUnit: 'wasm',
    traces: 'calls',
    report: { notes: ['wasm-fresh makes a new instance for every call; wasm restores a used one.'] },
    open: async (schedule, tracer) => createWasmBackend({ schedule, tracer, reusesInstances: false }),
  },
  'wasm-plain': {
    form: 'wasm',
    gasUnit: 'wasm',
    traces: 'calls',
    open: async (schedule, tracer) => createWasmBackend({ schedule, tracer, usesKernel: false }),
  },
  'wasm-assemblyscript': {
    form: 'wasm',
    port: 'assemblyscript',
    traces: 'calls',
    open: async (schedule, tracer) => portedBackend(createWasmBackend({ schedule, tracer }), 'assemblyscript'),
  },
  'wasm-rust': {
    form: 'wasm',
    port: 'rust',
    traces: 'calls',
    open: async (schedule, tracer) => portedBackend(createWasmBackend({ schedule, tracer }), 'rust'),
  },
  reference: {
    form: 'wasm',
    gasUnit: 'wasm',
    traces: 'instructions',
    open: async (schedule, tracer) => createReferenceBackend({ schedule, tracer }),
  },
  evm: {
    form: 'evm',
    gasUnit: 'evm',
    traces: 'instructions',
    report: {
      heading: 'x faster than evm',
      sentence: (ratio, subject) => `${subject} is ${ratio} times faster than the EVM in JavaScript`,
      notes: [
        evmInJavaScript,
        'evm has state in constant time and keccak-256 in WebAssembly: what is timed is the interpreter.',
      ],
    },
    open: async (_, tracer) => (await import('../../evm-baseline/evm-backend.ts')).createEvmBackend({ tracer }),
  },
  'evm-default': {
    form: 'evm',
    gasUnit: 'evm',
    traces: 'instructions',
    report: {
      heading: 'x faster than evm-default',
      sentence: (ratio, subject) => `${subject} is ${ratio} times faster than the EVM in JavaScript as it comes`,
      notes: [evmInJavaScript, 'evm-default is the same interpreter as its own package sets it up, on Merkle tries.'],
    },
    open: async (_, tracer) => (await import('../../evm-baseline/evm-backend.ts')).createDefaultEvmBackend({ tracer }),
  },
  revm: {
    form: 'evm',
    gasUnit: 'evm',
    // evm-baseline/revm/transaction.ts, which is loaded only where revm is asked for.
    mostGas: 30_000_000n,
    report: {
      heading: 'x faster than revm',
      sentence: (ratio, subject) => `${subject} is ${ratio} times faster than revm in EDR's provider`,
      notes: [
        "revm runs in EDR's provider: of that, 20 to 45 µs are for a call that does nothing, and 30 µs for a slot that changes.",
      ],
    },
    open: async () => (await import('../../evm-baseline/revm/revm-backend.ts')).createRevmBackend(),
  },
  native: {
    form: 'native',
    isUnconfined: true,
    report: {
      heading: 'x of native',
      sentence: (ratio, subject) => `${subject} runs at ${ratio} of native speed`,
    },
    open: async (limits) => (await import('../../native-ref/native-backend.ts')).createNativeBackend({ limits }),
  },
  ...Object.fromEntries(
    Object.entries(engineVariants).map(([variant, engine]) => {
      const name = `${VARIED}@${variant}`;
      return [name, variantRow(name, engine)];
    }),
  ),
  noop: { form: 'nothing', open: async () => createNoopBackend() },
};

const register: ReadonlyMap<string, MachineRow> = new Map(Object.entries(rows));

/**
 * All there are. The first of a list is the one that others are compared with.
 *
 * @example
 * console.log(machineNames.slice(0, 3)); // [ 'wasm', 'wasm-unmetered', 'wasm-fresh' ]
 */
export const machineNames: readonly string[] = [...register.keys()];

/** Those whose results mean something. */
export const comparedMachines: readonly string[] = machineNames.filter(
  (name) => register.get(name)?.form !== 'nothing',
);

/**
 * Those that run a contract's own WebAssembly and count its gas alike: the engines of the matrix.
 *
 * @example
 * console.log(matrixMachines.filter((name) => !name.includes('@'))); // [ 'wasm', 'wasm-fresh', 'wasm-plain', 'reference' ]
 */
export const matrixMachines: readonly string[] = machineNames.filter((name) => register.get(name)?.gasUnit === 'wasm');

/** Those that a contract is run on where nobody says which. */
export const defaultMachines: readonly string[] = ['wasm', 'reference', 'native', 'evm'];

/** Where there is but one form of a contract: those that run it, of which the later ones may be missing. */
const machinesOfOneForm: Readonly<Record<string, DefaultMachines>> = {
  wasm: { names: ['wasm', 'reference', 'wasm@liftoff', 'wasm@turbofan'], optional: [], isOneForm: true },
  evm: { names: ['evm', 'evm-default', 'revm'], optional: ['evm-default', 'revm'], isOneForm: true },
};

/** Those that contracts are run on where nobody says which. */
export interface DefaultMachines {
  readonly names: readonly string[];
  /** Of them, those that the others do without where they are not installed. */
  readonly optional: readonly string[];
  /** Whether there is one form alone, so that only machines of one kind can be compared. */
  readonly isOneForm: boolean;
}

/** @param parts Of one contract. */
export function defaultMachinesFor(parts: readonly ContractCode[]): DefaultMachines {
  const possible = machinesFor(parts);
  const names = defaultMachines.filter((name) => possible.includes(name));
  const forms = new Set(names.map((name) => register.get(name)?.form));
  const [form] = forms;
  const alone = forms.size === 1 && form !== undefined ? machinesOfOneForm[form] : undefined;
  return alone ?? { names, optional: [], isOneForm: false };
}

const tracedMachines = machineNames.filter((name) => register.get(name)?.traces !== undefined);

/** Those that can say what a call comes to on its way: they run WebAssembly and count its gas. */
export const recordableMachines: readonly string[] = machineNames.filter(
  (name) => register.get(name)?.form === 'wasm' && name !== 'wasm-unmetered',
);

/** Those of them that run a contract's own module, so that each can be held against the reference, step by step. */
export const localisableMachines: readonly string[] = recordableMachines.filter(
  (name) => register.get(name)?.port === undefined,
);

/** Undefined for a machine that runs in this process. */
export function variantOf(machine: string): MachineVariant | undefined {
  return register.get(machine)?.variant;
}

/** Most gas that a machine gives a call; undefined where it is whatever it is told. */
export function mostGasOf(machine: string): bigint | undefined {
  return register.get(machine)?.mostGas;
}

/** Undefined for a machine that counts no gas, or in a unit of its own. */
export function gasUnitOf(machine: string): string | undefined {
  return register.get(machine)?.gasUnit;
}

export function isUnconfined(machine: string): boolean {
  return register.get(machine)?.isUnconfined === true;
}

export function reportWordsOf(machine: string): ReportWords {
  return register.get(machine)?.report ?? {};
}

/** Undefined for a machine that cannot be traced. */
export function tracesOf(machine: string): MachineRow['traces'] {
  return register.get(machine)?.traces;
}

/**
 * Names of the machines that can run a contract: they have a form of each of its parts.
 *
 * @example
 * const { code, companions = [] } = await loadSubject('fibonacci');
 * console.log(machinesFor([...companions, code]).includes('evm')); // true
 */
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
  const opened = await Promise.allSettled(names.map((name) => openMachine(name, schedule)));
  const available: Backend[] = [];
  const unavailable: MissingMachine[] = [];
  for (const [at, result] of opened.entries()) {
    if (result.status === 'fulfilled') available.push(result.value);
    else unavailable.push({ name: names[at] as string, reason: reasonOf(result.reason) });
  }
  return { available, unavailable };
}

/** @throws the error, for one that says anything else than that a machine is missing. */
function reasonOf(error: unknown): string {
  if (error instanceof EngineError && error.code === 'backend-unavailable') return error.message;
  throw error;
}

/**
 * A machine by its name, with its package or compiler loaded.
 *
 * @param tracer For a machine that can be traced.
 * @throws EngineError `backend-unavailable`, which says how to install what is missing, and `bad-argument` for a name that is
 * in no row, or whose machine cannot be traced.
 *
 * @example
 * const machine = await openMachine('reference', flatV2Schedule);
 * console.log(machine.name); // reference
 */
export async function openMachine(name: string, schedule: Schedule, tracer?: Tracer): Promise<Backend> {
  const row = register.get(name);
  if (row === undefined) {
    throw new EngineError('bad-argument', `there is no machine ${name}; there are ${machineNames.join(', ')}`);
  }
  if (tracer !== undefined && row.traces === undefined) {
    throw new EngineError('bad-argument', `${name} cannot be traced; ${tracedMachines.join(', ')} can`);
  }
  try {
    return await row.open(schedule, tracer);
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    throw new EngineError('backend-unavailable', howToInstall(missing), { cause: error });
  }
}
