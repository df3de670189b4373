import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { GuestModule, Machine } from '../../engine/machine.ts';
import type { Event } from '../../engine/outcome.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import type { Checkpoint } from '../../engine/state/world-state.ts';
import { type CompiledModule, ModuleCache, type ModuleRequest } from '../../engine/wasm/module-cache.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import type { Mnemonic } from '../../metering/format/opcodes.ts';
import { opcodes } from '../../metering/format/opcodes.ts';
import { sha256Hex } from '../../metering/format/sha256.ts';

/** Machines of this name are held to the same gas as the reference. */
const NAME = 'wasm';

type Prepare = Machine['prepare'];

/** A machine whose modules are prepared otherwise, recorded or not. */
function preparing(machine: Machine, otherwise: (prepare: Prepare) => Prepare): Machine {
  const { observed } = machine;
  return {
    ...machine,
    prepare: otherwise((bytes, abi, schedule) => machine.prepare(bytes, abi, schedule)),
    observed: observed && ((observer) => preparing(observed(observer), otherwise)),
  };
}

function faulty(otherwise: (prepare: Prepare) => Prepare): Backend {
  const machine = wasmMachine(NAME, { strategy: 'default', reusesInstances: true });
  return guestBackend(preparing(machine, otherwise), defaultSchedule);
}

/** Counts by a schedule that is not the one it says. */
function counting(change: (schedule: Schedule) => Schedule): Backend {
  return faulty((prepare) => (bytes, abi, schedule) => prepare(bytes, abi, change(schedule)));
}

export function wrongWeight(mnemonic: Mnemonic): Backend {
  return counting(({ costs, ...schedule }) => {
    const instructions = { ...costs.instructions, [mnemonic]: costs.instructions[mnemonic] + 1 };
    return { ...schedule, costs: { ...costs, instructions } };
  });
}

/** Runs one instruction in place of another of the same type, as an engine with a fault in it would. */
export function wrongInstruction(wanted: Mnemonic, run: Mnemonic): Backend {
  const codeOf = (name: Mnemonic): number => opcodes.find(({ mnemonic }) => mnemonic === name)?.code ?? 0;
  return faulty((prepare) => (bytes, abi, schedule) => {
    const changed = new Uint8Array(bytes);
    for (const { instructions } of decodeModule(bytes, defaultLimits).functions) {
      for (const { opcode, offset } of instructions) if (opcode === codeOf(wanted)) changed[offset] = codeOf(run);
    }
    return sayingToBe(prepare(changed, abi, schedule), prepare(bytes, abi, schedule));
  });
}

/** One module that gives itself out for another. */
function sayingToBe(inner: GuestModule, { bytes, moduleHash }: GuestModule): GuestModule {
  const { abi, exact } = inner;
  return {
    abi,
    bytes,
    moduleHash,
    exact: exact && (() => sayingToBe(exact(), { ...inner, bytes, moduleHash })),
    inWorld: undefined,
    hasEntry: (entry) => inner.hasEntry(entry),
    run: (entry, budget, context) => inner.run(entry, budget, context),
  };
}

/** Hands a host function its first two arguments the wrong way round. */
export function swappedArguments(name: string): Backend {
  const swap = (abi: GuestAbi): GuestAbi => ({
    ...abi,
    hostFunctions: abi.hostFunctions.map((row) =>
      row.name === name
        ? { ...row, run: (frame, [a, b, ...args]) => row.run(frame, [b as number, a as number, ...args]) }
        : row,
    ),
  });
  return faulty((prepare) => (bytes, abi, schedule) => prepare(bytes, swap(abi), schedule));
}

/** Does not take back what a call inside another has done, or, with `all`, any call. */
export function skippedRollback(which: 'inner' | 'all'): Backend {
  class Forgetful extends PlainState {
    #outermost: Checkpoint | undefined;

    override checkpoint(): Checkpoint {
      const checkpoint = super.checkpoint();
      this.#outermost ??= checkpoint;
      return checkpoint;
    }

    override revert(to: Checkpoint): void {
      const isBetweenCalls = this.#outermost === undefined;
      if (isBetweenCalls || (which === 'inner' && to === this.#outermost)) super.revert(to);
    }

    override endTransaction(): readonly Event[] {
      this.#outermost = undefined;
      return super.endTransaction();
    }
  }
  const machine = wasmMachine(NAME, { strategy: 'global', reusesInstances: true });
  return guestBackend(machine, defaultSchedule, () => new Forgetful());
}

/** Keeps modules without asking under which schedule they were instrumented. */
class StaleCache extends ModuleCache {
  readonly #first = new Map<string, Schedule>();

  override compile(request: ModuleRequest): CompiledModule {
    const { bytes, strategy, observes, schedule } = request;
    const key = `${sha256Hex(bytes)} ${strategy} ${observes}`;
    const first = this.#first.get(key) ?? schedule;
    this.#first.set(key, first);
    return super.compile({ ...request, schedule: first });
  }
}

/** Two machines that share such a cache: the second has what the first has left there. */
export function staleCacheKey(before: Schedule): { readonly before: Backend; readonly after: Backend } {
  const modules = new StaleCache(4 << 20);
  const create = (schedule: Schedule): Backend =>
    guestBackend(wasmMachine(NAME, { strategy: 'default', reusesInstances: true, modules }), schedule);
  return { before: create(before), after: create(defaultSchedule) };
}

/** Lets calls nest by one word more than they may. */
export function wrongStackLimit(by: number): Backend {
  const { limits } = defaultSchedule;
  const schedule = { ...defaultSchedule, limits: { ...limits, stackWords: limits.stackWords + by } };
  return guestBackend(wasmMachine(NAME, { strategy: 'default', reusesInstances: true }), schedule);
}
