import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { wat } from './wat.ts';

export const ALICE: Uint8Array = new Uint8Array(20).fill(0xa1);
export const BOB: Uint8Array = new Uint8Array(20).fill(0xb0);
export const AMPLE_GAS = 1_000_000_000n;

/** Every machine that runs WebAssembly guests with gas, on either kind of state: their outcomes must be equal to the unit. */
export const meteredMachines: Readonly<Record<string, () => Backend>> = {
  wasm: () => createWasmBackend(),
  'wasm, plain': () => createWasmBackend({ usesKernel: false }),
  'wasm-fresh': () => createWasmBackend({ reusesInstances: false }),
  reference: () => createReferenceBackend(),
  'reference, kernel state': () =>
    guestBackend(referenceMachine(), defaultSchedule, (schedule) => new KernelState(schedule)),
};

/** A world with one Stylus guest written in text deployed by Alice. */
export interface GuestWorld {
  readonly world: World;
  readonly address: Uint8Array;
  readonly deployment: Outcome;
  call(input?: Uint8Array, options?: { gasLimit?: bigint; value?: bigint; caller?: Uint8Array }): Promise<Outcome>;
}

export async function guestWorld(
  backend: Backend,
  source: string,
  constructorInput: Uint8Array = new Uint8Array(0),
): Promise<GuestWorld> {
  const program = await backend.prepare({ name: 'guest', wasm: { bytes: await wat(source), abi: stylusAbi } });
  const world = await backend.createWorld();
  const deployment = await world.deploy(program, {
    deployer: ALICE,
    value: 0n,
    input: constructorInput,
    gasLimit: AMPLE_GAS,
  });
  const address = deployedAddress(deployment);
  return {
    world,
    address,
    deployment: deployment.outcome,
    call: (input = new Uint8Array(0), { gasLimit = AMPLE_GAS, value = 0n, caller = ALICE } = {}) =>
      world.call({ caller, to: address, value, input, gasLimit }),
  };
}

/** One test body, run on every metered machine. */
export function forEachMachine(title: string, body: (backend: Backend) => Promise<void>): void {
  for (const [name, create] of Object.entries(meteredMachines)) {
    it(`${title} (${name})`, () => body(create()));
  }
}
