import type { GuestAbi } from '../abi/guest-abi.ts';
import type { HostFunction } from '../abi/host-function.ts';
import { EMPTY } from '../bytes.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { GuestModule, Machine } from '../machine.ts';
import { beginningOf, type TraceLog } from './trace-log.ts';
import type { FrameEnd } from './tracer.ts';

/** A machine that tells of its frames and host calls. Host functions are in JavaScript, so that none goes by unseen. */
export function tracedMachine(machine: Machine, log: TraceLog): Machine {
  const abis = new WeakMap<GuestAbi, GuestAbi>();
  return {
    ...machine,
    description: `${machine.description}, traced`,
    observed: undefined,
    prepare: (bytes, abi, schedule) => {
      const traced = abis.get(abi) ?? tracedAbi(abi, log);
      abis.set(abi, traced);
      return tracedModule(machine.prepare(bytes, traced, schedule), log);
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

function tracedModule(inner: GuestModule, log: TraceLog): GuestModule {
  const { abi, moduleHash, bytes, exact } = inner;
  const tellEnd = (depth: number, end: Omit<FrameEnd, 'kind' | 'depth' | 'outputBytes'>): void => {
    const { output } = end;
    log.tell({ kind: 'end', depth, ...end, output: beginningOf(output), outputBytes: output.length });
  };
  const run: GuestModule['run'] = (entry, budget, context) => {
    const { caller, self, value, input, isStatic, depth } = context.message;
    if (depth === 0 && exact !== undefined) log.hold();
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
      const ran = inner.run(entry, budget, context);
      const { status, output } = ran.guestReturn;
      tellEnd(depth, { status, trapCode: undefined, output, gasUsed: budget.gas - ran.gasLeft });
      return ran;
    } catch (error) {
      willRunAgain = error instanceof InexactTrap;
      if (willRunAgain) log.forgetSince(start);
      if (error instanceof GuestTrap) {
        tellEnd(depth, { status: 'trap', trapCode: error.code, output: EMPTY, gasUsed: budget.gas });
      }
      throw error;
    } finally {
      log.depth = outside;
      if (depth === 0 && !willRunAgain) log.release();
    }
  };
  return {
    abi,
    moduleHash,
    bytes,
    exact: exact && (() => tracedModule(exact(), log)),
    inWorld: undefined,
    hasEntry: (entry) => inner.hasEntry(entry),
    run,
  };
}
