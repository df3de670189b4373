import type { InkArgument } from '../../contracts/ink/argument.ts';
import type { InkBundle } from '../../contracts/ink/bundle.ts';
import { createInkCodec, type InkCodec, type InkEvent, type InkOutput } from '../../contracts/ink/ink-codec.ts';
import { accountIdOf } from '../../engine/abi/seal/account-id.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Event, Outcome } from '../../engine/outcome.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { printOutcome } from '../support/outcome.ts';

export const ALICE: Uint8Array = new Uint8Array(20).fill(0xa1);
export const BOB: Uint8Array = new Uint8Array(20).fill(0xb0);
export const AMPLE_GAS = 1_000_000_000n;

/** Every machine that runs ink! contracts with gas. */
export function inkMachines(): readonly Backend[] {
  return [createWasmBackend(), createWasmBackend({ usesKernel: false }), createReferenceBackend()];
}

/** The account id of an address, as an argument. */
export function id(address: Uint8Array): string {
  return toHex(accountIdOf(address));
}

/** One answer, decoded, with everything that two machines must agree on. */
export interface Answer {
  readonly outcome: Outcome;
  readonly output: InkOutput | undefined;
  readonly events: readonly (InkEvent | undefined)[];
}

export interface CallOptions {
  readonly caller?: Uint8Array;
  readonly value?: bigint;
  readonly gasLimit?: bigint;
}

/** A deployed ink! contract that is called by message name. */
export interface InkContract {
  readonly world: World;
  readonly address: Uint8Array;
  readonly deployment: Answer;
  call(message: string, args?: readonly InkArgument[], options?: CallOptions): Promise<Answer>;
}

export async function deployInk(
  backend: Backend,
  contract: InkBundle,
  constructorName: string,
  args: readonly InkArgument[],
): Promise<InkContract> {
  const codec = createInkCodec(contract);
  const program = await backend.prepare({ name: contract.name, wasm: { bytes: contract.wasm, abi: sealAbi } });
  const world = await backend.createWorld();
  await world.setBalance(ALICE, 1000n);
  const input = codec.encodeConstructor(constructorName, args);
  const deployment = await world.deploy(program, { deployer: ALICE, value: 0n, input, gasLimit: AMPLE_GAS });
  const address = deployedAddress(deployment);
  return {
    world,
    address,
    deployment: answer(codec, deployment.outcome, (output) => codec.decodeConstructorOutput(constructorName, output)),
    call: async (message, messageArgs = [], { caller = ALICE, value = 0n, gasLimit = AMPLE_GAS } = {}) => {
      const callInput = codec.encodeMessage(message, messageArgs);
      const called = await world.call({ caller, to: address, value, input: callInput, gasLimit });
      return answer(codec, called, (output) => codec.decodeOutput(message, output));
    },
  };
}

function answer(codec: InkCodec, outcome: Outcome, decode: (output: Uint8Array) => InkOutput): Answer {
  const events: readonly Event[] = outcome.status === 'success' ? outcome.events : [];
  return {
    outcome,
    output: outcome.status === 'trap' ? undefined : decode(outcome.output),
    events: events.map((event) => codec.decodeEvent(event)),
  };
}

/** Outcomes with gas, then the digest of the state: what has to be equal to the byte on every machine. */
export async function observe(contract: InkContract, answers: readonly Answer[]): Promise<readonly unknown[]> {
  const outcomes = [contract.deployment, ...answers].map(({ outcome }) => printOutcome(outcome));
  return [...outcomes, await contract.world.stateDigest()];
}
