import type { ContractCase } from '../../contracts/contract-case.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import type { Outcome } from '../../engine/outcome.ts';

/** A contract without code, for machines that run none. */
export const fakeCase: ContractCase = {
  id: 'fake',
  summary: 'Nothing.',
  path: '.',
  abi: [{ type: 'function', name: 'work', inputs: [], outputs: [], stateMutability: 'nonpayable' }],
  constructorArgs: [],
  companions: [],
  workloads: [
    {
      id: 'work',
      size: 'typical',
      operation: 'piece of work',
      operationsPerCall: 2,
      setup: [{ method: 'work', args: [] }],
      calls: [
        { method: 'work', args: [] },
        { method: 'work', args: [] },
      ],
    },
  ],
  examples: [],
  wasm: new Uint8Array(),
  evmInitcode: new Uint8Array(),
  wasmPorts: {},
  nativeSource: '',
};

export interface FakeMachineOptions {
  /** Of every call. */
  readonly outcome?: Partial<Outcome>;
  readonly stateDigest?: string;
  /** What a batch returns instead, from the given run on. */
  readonly failsFromRun?: number;
  readonly isMetered?: boolean;
  /** Whether it can prepare anything. */
  readonly hasCode?: boolean;
}

/** A machine that says what it is told to say. */
export function fakeMachine(name: string, options: FakeMachineOptions = {}): Backend {
  const { stateDigest = 'd1', failsFromRun = Number.POSITIVE_INFINITY, isMetered = true, hasCode = true } = options;
  const outcome = {
    status: 'success',
    output: Uint8Array.of(1),
    events: [],
    gasUsed: 30n,
    ...options.outcome,
  } as Outcome;
  const noop = createNoopBackend();
  return {
    name,
    description: `${name} for tests`,
    isMetered,
    prepare: async (code) => {
      if (!hasCode) throw new EngineError('no-code', `${code.name} has no code for ${name}`);
      return noop.prepare(code);
    },
    createWorld: async () => {
      const world: World = await noop.createWorld();
      world.callMany = async (messages) => messages.map(() => outcome);
      world.stateDigest = async () => stateDigest;
      world.loadBatch = async (messages) => {
        let runs = 0;
        const run = async () => {
          const tally = new BatchTally();
          const seen =
            ++runs >= failsFromRun ? ({ status: 'revert', output: Uint8Array.of(9), gasUsed: 0n } as const) : outcome;
          for (const _ of messages) tally.add(seen);
          return tally.summary();
        };
        return { callCount: messages.length, run };
      };
      return world;
    },
  };
}
