import type { GuestAbi } from '../abi/guest-abi.ts';
import type { HostFunction } from '../abi/host-function.ts';
import type { FrameContext } from '../frame.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { Budget, EntryName, GuestModule, GuestRun, Machine } from '../machine.ts';
import { beginningOf, type TraceLog } from './trace-log.ts';
import type { FrameEnd } from './tracer.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

/** A machine that tells of its frames and host calls. Host functions are in JavaScript, so that none goes by unseen. */
export function tracedMachine(machine: Machine, log: TraceLog): Machine {
  const abis = new WeakMap<GuestAbi, GuestAbi>();
  return {
    ...machine,
    description: `${machine.description}, traced`,
    prepare: (bytes, abi, schedule) => {
      const traced = abis.get(abi) ?? tracedAbi(abi, log);
      abis.set(abi, traced);
      return new TracedModule(machine.prepare(bytes, traced, schedule), log);
    },
  };
}

function tracedAbi({ thunks: _, ...abi }: GuestAbi, log: TraceLog): GuestAbi {
  return { ...abi, hostFunctions: abi.hostFunctions.map((row) => tracedFunction(row, log)) };
}

function tracedFunction(row: HostFunction, log: TraceLog): HostFunction {
  const name = `${row.module}.${row.name}`;
  return {
    ...row,
    run: (frame, args) => {
      log.tell({ kind: 'host call', depth: frame.message.depth, name, args: [...args], gasLeft: frame.gas.left() });
      return row.run(frame, args);
    },
  };
}

class TracedModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly moduleHash: string;
  readonly bytes: Uint8Array;
  readonly exact: (() => GuestModule) | undefined;
  readonly inWorld: undefined;
  readonly #inner: GuestModule;
  readonly #log: TraceLog;

  constructor(inner: GuestModule, log: TraceLog) {
    this.abi = inner.abi;
    this.moduleHash = inner.moduleHash;
    this.bytes = inner.bytes;
    const { exact } = inner;
    this.exact = exact && (() => new TracedModule(exact(), log));
    this.#inner = inner;
    this.#log = log;
  }

  hasEntry(entry: EntryName): boolean {
    return this.#inner.hasEntry(entry);
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const log = this.#log;
    const { caller, self, value, input, isStatic, depth } = context.message;
    if (depth === 0 && this.exact !== undefined) log.hold();
    const start = log.mark();
    const outside = log.depth;
    log.depth = depth;
    log.tell({
      kind: 'begin',
      depth,
      entry,
      isStatic,
      caller: new Uint8Array(caller),
      self: new Uint8Array(self),
      value,
      input: beginningOf(input),
      inputBytes: input.length,
      gas: budget.gas,
    });
    let willRunAgain = false;
    try {
      const run = this.#inner.run(entry, budget, context);
      const { status, output } = run.guestReturn;
      this.#end(depth, { status, trapCode: undefined, output, gasUsed: budget.gas - run.gasLeft });
      return run;
    } catch (error) {
      willRunAgain = error instanceof InexactTrap;
      if (willRunAgain) log.forgetSince(start);
      if (error instanceof GuestTrap) {
        this.#end(depth, { status: 'trap', trapCode: error.code, output: EMPTY, gasUsed: budget.gas });
      }
      throw error;
    } finally {
      log.depth = outside;
      if (depth === 0 && !willRunAgain) log.release();
    }
  }

  #end(depth: number, end: Omit<FrameEnd, 'kind' | 'depth' | 'outputBytes'>): void {
    const { output } = end;
    this.#log.tell({ kind: 'end', depth, ...end, output: beginningOf(output), outputBytes: output.length });
  }
}
