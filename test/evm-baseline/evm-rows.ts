import type { Backend, World } from '../../engine/backend.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { createDefaultEvmBackend, createEvmBackend, createRevmBackend } from '../../evm-baseline/index.ts';
import { backendIfAny } from '../support/optional-backend.ts';

export const alice: Uint8Array = fromHex('0x00000000000000000000000000000000000a11ce');
export const EMPTY: Uint8Array = new Uint8Array(0);
export const gasLimit = 1_000_000n;

/** The rows of EVMs that can be had here, `evm` first. */
export async function evmBackends(): Promise<readonly Backend[]> {
  const backends = [createEvmBackend, createDefaultEvmBackend, createRevmBackend].map(backendIfAny);
  return (await Promise.all(backends)).filter((backend) => backend !== undefined);
}

export function shown(outcome: Outcome): object {
  if (outcome.status === 'trap') return outcome;
  const output = toHex(outcome.output);
  if (outcome.status === 'revert') return { ...outcome, output };
  const events = outcome.events.map(({ address, topics, data }) => [toHex(address), topics.map(toHex), toHex(data)]);
  return { ...outcome, output, events };
}

/** What a row did: an outcome or the code of a host failure, and all that can be read afterwards. */
export interface Seen {
  readonly row: string;
  readonly outcome: object | string;
  readonly address: string;
  readonly storage: readonly string[];
  readonly digest: string;
}

/** Some of a contract's life, done alike on one world for each row. */
export class EvmRow {
  readonly backend: Backend;
  readonly block: BlockContext;
  #world: World | undefined;

  constructor(backend: Backend, block: BlockContext = defaultBlock) {
    this.backend = backend;
    this.block = block;
  }

  async world(): Promise<World> {
    this.#world ??= await this.backend.createWorld(this.block);
    return this.#world;
  }

  async deploy(
    initcode: Uint8Array,
    more: { readonly value?: bigint; readonly gasLimit?: bigint } = {},
  ): Promise<Seen> {
    const world = await this.world();
    const program = await this.backend.prepare({ name: 'x', evm: { initcode } });
    const message = { deployer: alice, value: 0n, input: EMPTY, gasLimit, ...more };
    return this.#see(async () => world.deploy(program, message));
  }

  async call(
    to: Uint8Array,
    input: Uint8Array = EMPTY,
    more: { readonly value?: bigint; readonly gasLimit?: bigint } = {},
  ): Promise<Seen> {
    const world = await this.world();
    const message = { caller: alice, to, value: 0n, input, gasLimit, ...more };
    return this.#see(async () => ({ address: to, outcome: await world.call(message) }));
  }

  async close(): Promise<void> {
    await this.#world?.close();
  }

  async #see(
    work: () => Promise<{ readonly address: Uint8Array | undefined; readonly outcome: Outcome }>,
  ): Promise<Seen> {
    const world = await this.world();
    const row = this.backend.name;
    try {
      const { address, outcome } = await work();
      const entries = address === undefined ? [] : await world.storageOf(address);
      const storage = entries.map(({ key, value }) => toHex(key) + toHex(value));
      const digest = await world.stateDigest();
      return { row, outcome: shown(outcome), address: address === undefined ? '' : toHex(address), storage, digest };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { row, outcome: error.code, address: '', storage: [], digest: '' };
    }
  }
}
