import type { BatchSummary, Program } from '../engine/backend.ts';
import { concatBytes, EMPTY } from '../engine/bytes.ts';
import type { BlockContext } from '../engine/context.ts';
import { EngineError } from '../engine/errors.ts';
import type { Precompile } from '../engine/precompiles/precompile.ts';
import { MOST_UNMETERED_GAS, runPrecompile } from '../engine/precompiles/run.ts';
import { precompiles } from '../engine/precompiles/table.ts';
import type { Schedule } from '../engine/schedule.ts';
import { type AccountView, digestAccounts } from '../engine/state/digest.ts';
import type { UnguardedWorld } from '../engine/unguarded-backend.ts';
import type { HostAddon, ProgramHandle } from './host-addon.ts';
import { encodeBlock, encodeMessages, WireReader } from './wire.ts';

const NO_ADDRESS: Uint8Array = new Uint8Array(20);

/** What of a schedule bounds a guest that is not metered. */
export type NativeLimits = Pick<Schedule, 'callDepth' | 'payloadBytes' | 'events'>;

export interface NativeProgram extends Program {
  readonly handle: ProgramHandle;
}

/** A world whose state is a C++ object. A snapshot copies the state, so that calls after it cost what they cost before. */
export function nativeWorld(
  addon: HostAddon,
  { callDepth, payloadBytes, events }: NativeLimits,
  firstBlock: BlockContext,
): UnguardedWorld {
  const world = addon.createWorld(callDepth, payloadBytes, events, (number, input) => {
    const result = runPrecompile(precompiles[number - 1] as Precompile, input, MOST_UNMETERED_GAS, payloadBytes);
    if (typeof result === 'number') return Uint8Array.of(result);
    return concatBytes([Uint8Array.of(0), result.output]);
  });
  const accountOf = (address: Uint8Array): AccountView => new WireReader(addon.readState(world, address)).account();
  addon.setBlock(world, encodeBlock(firstBlock));
  return {
    setBlock: async (block) => addon.setBlock(world, encodeBlock(block)),
    setBalance: async (address, wei) => {
      // An address and an amount are the beginning of a message from that address.
      const bytes = encodeMessages([{ caller: NO_ADDRESS, to: address, value: wei, input: EMPTY }]);
      addon.setBalance(world, bytes.subarray(20));
    },
    balanceOf: async (address) => accountOf(address).wei,
    deploy: async (program, { deployer, value, input }) => {
      const message = encodeMessages([{ caller: deployer, to: NO_ADDRESS, value, input }]);
      const result = new WireReader(addon.deploy(world, (program as NativeProgram).handle, message));
      return { address: result.take(20), outcome: result.outcome() };
    },
    call: async (message) => new WireReader(addon.callMany(world, encodeMessages([message]))).outcome(),
    callMany: async (messages) => {
      const results = new WireReader(addon.callMany(world, encodeMessages(messages)));
      return messages.map(() => results.outcome());
    },
    /** The host keeps the messages and runs them all in one crossing. */
    loadBatch: async (messages) => {
      const batch = addon.loadBatch(encodeMessages(messages));
      const run = async (): Promise<BatchSummary> => {
        const counts = new WireReader(addon.runBatch(world, batch));
        return {
          successCount: counts.u32(),
          revertCount: counts.u32(),
          trapCount: counts.u32(),
          gasUsed: 0n,
          checksum: counts.u32(),
        };
      };
      return { callCount: messages.length, run };
    },
    storageOf: async (address) => accountOf(address).storage,
    stateDigest: async () => {
      const bytes = new WireReader(addon.readState(world, EMPTY));
      const accounts: AccountView[] = [];
      while (!bytes.isAtEnd) accounts.push(bytes.account());
      return digestAccounts(accounts);
    },
    snapshot: async () => addon.snapshot(world),
    restore: async (snapshot) => {
      if (snapshot >= 2 ** 32 || !addon.restore(world, snapshot)) {
        throw new EngineError('bad-argument', `there is no snapshot ${snapshot}`);
      }
    },
    close: async () => addon.closeWorld(world),
  };
}
