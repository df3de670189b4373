import { type PortLanguage, portLanguages } from '../../contracts/port-language.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { howToInstall, missingPackage } from './missing-package.ts';

/** Machines whose packages or compilers may be missing load when they are asked for. */
const factories: Readonly<Record<string, (schedule: Schedule) => Promise<Backend>>> = {
  wasm: async (schedule) => createWasmBackend({ schedule }),
  'wasm-unmetered': async (schedule) => createWasmBackend({ schedule, isMetered: false }),
  'wasm-fresh': async (schedule) => createWasmBackend({ schedule, reusesInstances: false }),
  'wasm-plain': async (schedule) => createWasmBackend({ schedule, usesKernel: false }),
  'wasm-assemblyscript': async (schedule) => portedBackend(createWasmBackend({ schedule }), 'assemblyscript'),
  'wasm-rust': async (schedule) => portedBackend(createWasmBackend({ schedule }), 'rust'),
  reference: async (schedule) => createReferenceBackend(schedule),
  evm: async () => (await import('../../evm-baseline/evm-backend.ts')).createEvmBackend(),
  'evm-default': async () => (await import('../../evm-baseline/evm-backend.ts')).createDefaultEvmBackend(),
  revm: async () => (await import('../../evm-baseline/revm/revm-backend.ts')).createRevmBackend(),
  native: async (limits) => (await import('../../native-ref/native-backend.ts')).createNativeBackend({ limits }),
  noop: async () => createNoopBackend(),
};

/** All there are. The first of a list is the one that others are compared with. */
export const backendNames: readonly string[] = Object.keys(factories);

/** Those whose results mean something. */
export const comparedBackends: readonly string[] = backendNames.filter((name) => name !== 'noop');

/** The language of the contracts that a machine runs, if it is for ports. */
export function portLanguageOf(backendName: string): PortLanguage | undefined {
  return portLanguages.find((language) => backendName === `wasm-${language}`);
}

const gasFamilies: readonly { readonly name: string; readonly members: readonly string[] }[] = [
  { name: 'wasm', members: ['wasm', 'wasm-fresh', 'wasm-plain', 'reference'] },
  { name: 'evm', members: ['evm', 'evm-default', 'revm'] },
];

/** Machines that count gas in the same unit, and so must agree on it to the last unit. */
export function gasFamily(backendName: string): string | undefined {
  return gasFamilies.find(({ members }) => members.includes(backendName))?.name;
}

export interface Backends {
  readonly available: readonly Backend[];
  readonly unavailable: readonly { readonly name: string; readonly reason: string }[];
}

/** Makes what can be made here, and says why the rest cannot. */
export async function openBackends(names: readonly string[], schedule: Schedule): Promise<Backends> {
  const available: Backend[] = [];
  const unavailable: { name: string; reason: string }[] = [];
  for (const name of names) {
    try {
      available.push(await openBackend(name, schedule));
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'backend-unavailable')) throw error;
      unavailable.push({ name, reason: error.message });
    }
  }
  return { available, unavailable };
}

/** @throws EngineError `backend-unavailable` */
export async function openBackend(backendName: string, schedule: Schedule): Promise<Backend> {
  const factory = factories[backendName];
  if (factory === undefined) throw new EngineError('bad-argument', `there is no backend ${backendName}`);
  try {
    return await factory(schedule);
  } catch (error) {
    const name = missingPackage(error);
    if (name === undefined) throw error;
    throw new EngineError('backend-unavailable', howToInstall(name), { cause: error });
  }
}
