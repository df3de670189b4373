import { own } from '../metering/own.ts';
import {
  badArgument,
  checkCount,
  checkObject,
  checkWei,
  copyAddress,
  copyBlock,
  copyBytes,
  copyCallMessage,
  copyCallMessages,
  copyDeployMessage,
  MessageCopier,
} from './argument-checks.ts';
import type { Backend, ContractCode, DeployResult, Program, World } from './backend.ts';
import { type BlockContext, type CallMessage, defaultBlock } from './context.ts';
import { EngineError } from './errors.ts';
import { inOrder } from './in-order.ts';
import { markOrdered } from './keeps-order.ts';
import { hasStackRoom, hostFailure, isStackOverflow } from './native-stack.ts';
import type { Outcome } from './outcome.ts';
import { copyRecordOptions } from './record-options.ts';
import type { UnguardedBackend, UnguardedWorld } from './unguarded-backend.ts';

export interface GuardOptions {
  /** Whether a call is done, and its message forgotten, when `World.call` returns its promise. Else calls wait for each other. */
  readonly isSynchronous: boolean;
  /** Whether a world keeps the order of what it is asked by itself, without being kept from hearing of it. Default false. */
  readonly isOrdered?: boolean;
}

/**
 * The one border between whoever uses the library and a machine. Behind it arguments are of the right type, in range, within
 * the limits that all machines share, and nobody else's; programs are this backend's own; the world is open; and there
 * is native stack enough to end what is begun. Bad usage rejects with EngineError before the machine hears of it.
 */
export function guardBackend(machine: UnguardedBackend, { isSynchronous, isOrdered = false }: GuardOptions): Backend {
  const prepared = new WeakSet<Program>();
  return Object.freeze({
    name: machine.name,
    description: machine.description,
    isMetered: machine.isMetered,
    prepare: (code: ContractCode) =>
      begun('preparing a program', copyCode, code, async (copy) => {
        const program = await machine.prepare(copy);
        prepared.add(program);
        return program;
      }),
    createWorld: (block: BlockContext = defaultBlock) =>
      begun('making a world', copyBlock, block, async (copy) => {
        const world = await machine.createWorld(copy);
        return isSynchronous
          ? guardedWorld(world, machine.name, prepared, new MessageCopier())
          : guardedWorld(isOrdered ? world : inOrder(world), machine.name, prepared, undefined);
      }),
  });
}

/** Own properties only, all of them there. Ports are for `portedBackend`, which picks one and forgets the rest. */
function copyCode(code: ContractCode): ContractCode {
  checkObject('code', code);
  const { name } = code;
  if (typeof name !== 'string') throw badArgument('code.name', 'a string', name);
  return {
    name,
    wasm: copyPart('code.wasm', own(code, 'wasm'), ({ bytes, abi }) => {
      if (typeof abi !== 'object' || abi === null || !Array.isArray(abi.hostFunctions)) {
        throw badArgument('code.wasm.abi', 'a GuestAbi, such as stylusAbi', abi);
      }
      return { bytes: copyBytes('code.wasm.bytes', bytes), abi };
    }),
    evm: copyPart('code.evm', own(code, 'evm'), ({ initcode }) => ({
      initcode: copyBytes('code.evm.initcode', initcode),
    })),
    native: copyPart('code.native', own(code, 'native'), ({ sourceFile }) => {
      if (typeof sourceFile !== 'string') throw badArgument('code.native.sourceFile', 'a path', sourceFile);
      return { sourceFile };
    }),
  };
}

function copyPart<T>(what: string, part: T | undefined, copy: (part: T) => T): T | undefined {
  if (part === undefined) return undefined;
  checkObject(what, part);
  return copy(part);
}

function refuseWithoutRoom(): void {
  if (!hasStackRoom()) throw withoutRoom();
}

function withoutRoom(): EngineError {
  return new EngineError('host-stack', 'too little native stack is left to begin anything');
}

/** What other people's packages return may be theirs still, or one array for everybody. Ours see to it themselves. */
function ownOutcome(outcome: Outcome): Outcome {
  if (outcome.status === 'trap') return outcome;
  const output = new Uint8Array(outcome.output);
  if (outcome.status === 'revert') return { ...outcome, output };
  const events = outcome.events.map(({ address, topics, data }) => ({
    address: new Uint8Array(address),
    topics: topics.map((topic) => new Uint8Array(topic)),
    data: new Uint8Array(data),
  }));
  return { ...outcome, output, events };
}

const settled = Promise.resolve();

/** Rejects from a stack of its own: at the end of another one there is no room to make an error, or to hand it on. */
function rejected(error: unknown): Promise<never> {
  return settled.then(() => {
    // The check for room could not even be called.
    throw isStackOverflow(error) ? withoutRoom() : hostFailure(error, 'before anything was begun');
  });
}

/** Copies an argument at once, and then does the work with all the stack that there is. */
function begun<A, T>(what: string, copy: (given: A) => A, given: A, work: (copied: A) => Promise<T>): Promise<T> {
  try {
    refuseWithoutRoom();
    const copied = copy(given);
    return settled
      .then(() => work(copied))
      .catch((error: unknown) => {
        throw hostFailure(error, what);
      });
  } catch (error) {
    return rejected(error);
  }
}

/**
 * Methods are not `async`, so that what they return is the machine's own promise; each is one promise, rejected or not. The
 * check for room comes first: with that done, nothing that follows here can run out of stack.
 *
 * @param copier Where calls are done when `call` returns: see `GuardOptions`.
 */
function guardedWorld(
  world: UnguardedWorld,
  name: string,
  prepared: WeakSet<Program>,
  copier: MessageCopier | undefined,
): World {
  const { record, takeRecording } = world;
  let isClosed = false;
  /** While the copier's message is in use. */
  let isCalling = false;

  const refuse = (): void => {
    refuseWithoutRoom();
    if (isClosed) throw new EngineError('bad-argument', 'the world is closed');
  };
  const enter = <T>(work: () => Promise<T>): Promise<T> => {
    try {
      refuse();
      return work();
    } catch (error) {
      return rejected(error);
    }
  };
  const callWith = (reused: MessageCopier, message: CallMessage): Promise<Outcome> => {
    isCalling = true;
    try {
      return world.call(reused.copy(message));
    } finally {
      isCalling = false;
    }
  };

  const guarded: World = {
    setBlock: (block) => enter(() => world.setBlock(copyBlock(block))),
    setBalance: (address, wei) =>
      enter(() => {
        checkWei('balance', wei);
        return world.setBalance(copyAddress('address', address), wei);
      }),
    balanceOf: (address) => enter(() => world.balanceOf(copyAddress('address', address))),
    deploy: (program, message) =>
      enter(() => {
        checkObject('program', program);
        if (!prepared.has(program)) {
          const what = `a program of another backend (${String(program.backend)})`;
          throw new EngineError('wrong-backend', `${what} cannot run in a world of this one (${name})`);
        }
        return world
          .deploy(program, copyDeployMessage(message))
          .then(({ address, outcome, hasCode = true }): DeployResult => {
            const own = copier === undefined ? ownOutcome(outcome) : outcome;
            return own.status === 'success' ? { address, outcome: own, hasCode } : { address: undefined, outcome: own };
          });
      }),
    call: (message) => {
      try {
        refuse();
        if (copier === undefined) return world.call(copyCallMessage(message)).then(ownOutcome);
        // Made by a host function, or a getter: refused or not, what runs keeps its own message.
        if (isCalling) return world.call(copyCallMessage(message));
        return callWith(copier, message);
      } catch (error) {
        return rejected(error);
      }
    },
    callMany: (messages) =>
      enter(() => {
        const outcomes = world.callMany(copyCallMessages(messages));
        return copier !== undefined ? outcomes : outcomes.then((all) => all.map(ownOutcome));
      }),
    loadBatch: (messages) =>
      enter(async () => {
        const batch = await world.loadBatch(copyCallMessages(messages));
        return { callCount: batch.callCount, run: () => enter(() => batch.run()) };
      }),
    storageOf: (address) =>
      enter(async () => {
        const entries = await world.storageOf(copyAddress('address', address));
        return entries.map(({ key, value }) => ({ key: new Uint8Array(key), value: new Uint8Array(value) }));
      }),
    stateDigest: () => enter(() => world.stateDigest()),
    snapshot: () => enter(() => world.snapshot()),
    restore: (snapshot) =>
      enter(() => {
        checkCount('snapshot', snapshot, 0, Number.MAX_SAFE_INTEGER);
        return world.restore(snapshot);
      }),
    record: record && ((options) => enter(() => record(copyRecordOptions(options)))),
    takeRecording: takeRecording && (() => enter(() => takeRecording())),
    /** Again and again is no mistake. */
    close: () => {
      if (isClosed) return Promise.resolve();
      return enter(() => {
        isClosed = true;
        return world.close();
      });
    },
  };
  markOrdered(guarded);
  return guarded;
}
