import type { GuestAbi } from '../abi/guest-abi.ts';
import type { HostFunction } from '../abi/host-function.ts';
import { EMPTY } from '../bytes.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import type { GuestModule, Machine } from '../machine.ts';
import type { Schedule } from '../schedule.ts';
import type { Recorder } from './recorder.ts';

/**
 * A module as a machine runs it while it is recorded: blocks are told by the machine itself, frames and host calls from around it.
 *
 * @param machine Observed by the recorder.
 */
export function recordedModule(
  machine: Machine,
  { bytes, abi }: Pick<GuestModule, 'bytes' | 'abi'>,
  schedule: Schedule,
  recorder: Recorder,
): GuestModule {
  return recorded(machine.prepare(bytes, recordedAbi(abi, recorder), schedule), recorder);
}

function recordedAbi({ thunks: _, ...abi }: GuestAbi, recorder: Recorder): GuestAbi {
  return { ...abi, hostFunctions: abi.hostFunctions.map((row) => recordedFunction(row, recorder)) };
}

function recordedFunction(row: HostFunction, recorder: Recorder): HostFunction {
  const name = `${row.module}.${row.name}`;
  return {
    ...row,
    run: (frame, args) => {
      const { gas, memory } = frame;
      const view = { memory: () => memory.view() };
      recorder.hostCall(name, args, gas.left(), view);
      const result = row.run(frame, args);
      recorder.hostResult(name, result, gas.left(), view);
      return result;
    },
  };
}

function recorded(inner: GuestModule, recorder: Recorder): GuestModule {
  const { abi, moduleHash, bytes, exact } = inner;
  const run: GuestModule['run'] = (entry, budget, context) => {
    const mark = recorder.mark();
    recorder.begin(context.message, entry, moduleHash, budget.gas);
    try {
      const ran = inner.run(entry, budget, context);
      const { status, output } = ran.guestReturn;
      recorder.end(status, 0, output, budget.gas - ran.gasLeft);
      return ran;
    } catch (error) {
      if (error instanceof GuestTrap) recorder.end('trap', error.code, EMPTY, budget.gas);
      else if (error instanceof InexactTrap) recorder.forgetSince(mark);
      throw error;
    }
  };
  return {
    abi,
    moduleHash,
    bytes,
    exact: exact && (() => recorded(exact(), recorder)),
    inWorld: undefined,
    hasEntry: (entry) => inner.hasEntry(entry),
    run,
  };
}
