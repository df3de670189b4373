import { linkHostFunction } from '../../engine/abi/host-link.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import type { ContractCalls, Frame } from '../../engine/frame.ts';
import { GuestTrap } from '../../engine/guest-exit.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { PlainState } from '../../engine/state/plain-state.ts';

/** The host functions over a page of memory, without a guest. Every call is charged for, as a guest's would be. */
export interface SealHost {
  readonly frame: Frame;
  readonly memory: Uint8Array;
  call(name: string, ...args: (number | bigint)[]): number | bigint | undefined;
  gasUsed(): bigint;
  readU32(pointer: number): number;
  writeU32(pointer: number, value: number): void;
}

export interface SealHostOptions {
  readonly caller?: Uint8Array;
  readonly self?: Uint8Array;
  readonly value?: bigint;
  readonly input?: Uint8Array;
  readonly isStatic?: boolean;
  readonly gas?: bigint;
  readonly block?: BlockContext;
}

/** For tests that never leave the frame. */
const noCalls: ContractCalls = {
  call: unexpected,
  callPrepared: unexpected,
  create: unexpected,
  codeAt: unexpected,
  setCode: unexpected,
  codeHashAt: () => undefined,
  isReentrant: unexpected,
};

function unexpected(): never {
  throw new Error('not expected in this test');
}

export function sealHost(options: SealHostOptions = {}): SealHost {
  const { caller = new Uint8Array(20), self = new Uint8Array(20).fill(0xcc), value = 0n } = options;
  const { input = new Uint8Array(0), isStatic = false, gas = 1_000_000_000n, block = defaultBlock } = options;
  const memory = new Uint8Array(65_536);
  const view = new DataView(memory.buffer);
  const state = new PlainState();
  let left = gas;
  const frame: Frame = {
    transaction: { block, origin: caller, gasPrice: block.baseFee },
    message: { caller, self, value, input, isStatic, depth: 0 },
    schedule: defaultSchedule,
    state,
    account: state.account(self),
    moduleHash: 'ab'.repeat(32),
    calls: noCalls,
    memory: { wrote: undefined, view: () => memory },
    gas: {
      charge: (amount) => {
        if (BigInt(amount) > left) throw new GuestTrap(TrapCode.OutOfGas);
        left -= BigInt(amount);
      },
      left: () => left,
      spend: unexpected,
      stackWordsLeft: () => 0,
    },
    output: new Uint8Array(0),
    returnData: new Uint8Array(0),
    storageCache: new Map(),
    loadedWords: new Map(),
  };
  return {
    frame,
    memory,
    call: (name, ...args) => {
      const row = sealAbi.hostFunctions.find((candidate) => `${candidate.module}.${candidate.name}` === name);
      if (row === undefined || row.params.length !== args.length) throw new Error(`no ${name} of ${args.length}`);
      return linkHostFunction(row, defaultSchedule)(frame, args);
    },
    gasUsed: () => gas - left,
    readU32: (pointer) => view.getUint32(pointer, true),
    writeU32: (pointer, number) => view.setUint32(pointer, number, true),
  };
}
