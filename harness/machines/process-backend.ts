import { checkCount, checkOptions } from '../../engine/argument-checks.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import type { UnguardedBackend } from '../../engine/unguarded-backend.ts';
import { guardBackend } from '../../engine/world-guard.ts';
import { defaultDeadlineMs, mostDeadlineMs } from '../../processes/asked-child.ts';
import { type HostFacts, hostFacts } from '../../processes/host-facts.ts';
import { type EngineVariant, nodeCommand } from '../../processes/node-command.ts';
import { formatRuntime, thisRuntime } from '../../processes/runtime.ts';
import { WorldHost } from '../../processes/world-host.ts';
import { sentProgram } from '../../processes/world-process.ts';

export interface ProcessBackendOptions {
  /** Name in the register. */
  readonly machine: string;
  /** Default `machine`. */
  readonly name?: string;
  readonly schedule?: Schedule;
  /** What runs the process; default this Node with this process's flags. */
  readonly engine?: EngineVariant;
  /** How long one request may take. Default ten minutes. */
  readonly deadlineMs?: number;
  /** How long the process stays without a world: starting one takes longer than most of what worlds are made for. Default 1000. */
  readonly idleMs?: number;
}

const defaultIdleMs = 1000;

/**
 * A machine of the register in another process, which may run another engine, or this one with other flags. All its worlds
 * are in one process, which ends some time after the last of them is closed (`idleMs`), and with this process. A batch runs there as a
 * whole.
 *
 * When the process ends on its own, says what is no answer or misses the deadline, its worlds are lost: what was asked of them
 * and all that follows rejects with EngineError `machine-lost`. The next world is in a new process.
 *
 * @throws EngineError `backend-unavailable` if the process does not start, lacks what the machine needs, or shows that it is
 * not what `engine` says, `bad-argument` for a
 * machine that is in no row.
 *
 * @example
 * const other = await createProcessBackend({ machine: 'wasm' });
 * const world = await other.createWorld();
 * console.log(other.name, await world.balanceOf(bob)); // wasm 0n
 * await world.close();
 */
export async function createProcessBackend(options: ProcessBackendOptions): Promise<Backend> {
  checkOptions(options, ['machine', 'name', 'schedule', 'engine', 'deadlineMs', 'idleMs']);
  const { machine, name = machine, schedule = defaultSchedule, engine, deadlineMs = defaultDeadlineMs } = options;
  const { idleMs = defaultIdleMs } = options;
  checkCount('options.deadlineMs', deadlineMs, 1, mostDeadlineMs);
  checkCount('options.idleMs', idleMs, 1, mostDeadlineMs);
  const program = new URL('./worlds-program.ts', import.meta.url);
  const command = engine?.isThread
    ? { what: `the thread of ${name}`, thread: program }
    : nodeCommand(`the process of ${name}`, program, engine);
  const host = new WorldHost({ command, machine: { name: machine, schedule }, deadlineMs, idleMs });
  const { description, isMetered, host: there } = await host.describe();
  if (engine?.expects?.(there, hostFacts(false)) === false) throw isNotSo(name, engine, there);
  const backend: UnguardedBackend = {
    name,
    description: engine === undefined ? description : `${description}; ${engine.description}, ${there.runtime}`,
    isMetered,
    prepare: async (code) => {
      const program = await sentProgram(name, code);
      await host.prepare(program);
      return program;
    },
    createWorld: (block) => host.createWorld(block),
  };
  const guarded = guardBackend(backend, { isSynchronous: false, isOrdered: true });
  hosts.set(guarded, there);
  return guarded;
}

const hosts = new WeakMap<Backend, HostFacts>();

/** What runs a machine, as its process says itself; for one in this process, what runs us. */
export function runtimeUnder(backend: Backend): string {
  return hosts.get(backend)?.runtime ?? formatRuntime(thisRuntime());
}

function isNotSo(name: string, { description }: EngineVariant, there: HostFacts): EngineError {
  const { runtime, flags, tiers, hasNativeWasm, stackFrames } = there;
  const seen = [
    runtime,
    flags.join(' '),
    `tiers ${tiers.join(' and ')}`,
    `${hasNativeWasm ? 'native' : 'scripted'} WebAssembly`,
    `${stackFrames} frames`,
  ];
  return new EngineError(
    'backend-unavailable',
    `${name} is to be ${description}, and what started is ${seen.join(', ')}`,
  );
}
