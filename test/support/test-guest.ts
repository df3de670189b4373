import { createHash } from 'node:crypto';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { hostFunction, lengthAt } from '../../engine/abi/host-function.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import type { Frame, FrameContext } from '../../engine/frame.ts';
import { GuestExit, GuestTrap, InexactTrap } from '../../engine/guest-exit.ts';
import type { GuestModule, GuestRun, Machine } from '../../engine/machine.ts';
import { TrapCode, trapName } from '../../engine/outcome.ts';
import type { HostCost, Schedule } from '../../engine/schedule.ts';
import { type MadeUpOptions, madeUpSchedule } from '../../fuzz/modules/made-up-schedule.ts';
import type { ValueType } from '../../metering/format/module.ts';
import type { ModuleInterface } from '../../metering/format/module-interface.ts';

/** The type of a test module's `run`. Random modules have the default. */
interface RunType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

const DEFAULT_TYPE: RunType = { params: ['i32', 'i32'], results: ['i32'] };

/** What can be seen of one run of a test module: all of it must be the same on every machine. */
export interface Sighting {
  /** `returned <result>`, `exited`, or the name of the trap. */
  readonly end: string;
  /** undefined after a trap, which uses all gas. */
  readonly gasLeft: bigint | undefined;
  /** Every host call: its name, arguments, and what was left when it ran, its own price already paid. */
  readonly hostCalls: readonly string[];
  /** SHA-256 of the memory when `run` returned; undefined if it did not. */
  readonly memory: string | undefined;
}

export interface RunOptions {
  readonly type?: RunType;
  readonly args?: readonly (number | bigint)[];
  readonly gas?: bigint;
  readonly stackWords?: number;
  readonly schedule?: Schedule;
}

/** Every opcode weighs one unit unless `weights` says otherwise. */
export function testSchedule(options: Omit<MadeUpOptions, 'hostCosts'>): Schedule {
  const price = (base: number, perByte = 0): HostCost => ({ base, perByte, source: 'made up' });
  return madeUpSchedule({
    ...options,
    hostCosts: {
      'test.observe': price(100),
      'test.bytes': price(10, 7),
      'test.exit': price(0),
      'test.echo32': price(0),
      'test.echo64': price(0),
      'test.trap': price(0),
      'test.break': price(0),
    },
  });
}

const unitSchedule: Schedule = testSchedule({});

interface Recorder {
  result: number | bigint | undefined;
  memory: string | undefined;
  readonly args: readonly (number | bigint)[];
  readonly hostCalls: string[];
}

function testAbi(recorder: () => Recorder, { params, results }: RunType): GuestAbi {
  const record = (frame: Frame, name: string, value: unknown): void => {
    recorder().hostCalls.push(`${name} ${value} gas ${frame.gas.left()} stack ${frame.gas.stackWordsLeft()}`);
  };
  const module = 'test';
  return {
    name: 'test',
    memory: { kind: 'exported', name: 'memory' },
    call: { name: 'run', params, results, isRequired: true },
    deploy: { name: 'deploy', params: [], results: [], isRequired: false },
    hostFunctions: [
      hostFunction({ module, name: 'observe', params: ['i32'], result: undefined }, (frame, value) =>
        record(frame, 'observe', value),
      ),
      hostFunction(
        { module, name: 'bytes', params: ['i32'], result: undefined, pricedBytes: lengthAt(0) },
        (frame, value) => record(frame, 'bytes', value),
      ),
      // Hosts may hand over unsigned integers.
      hostFunction({ module, name: 'echo32', params: ['i32'], result: 'i32' }, (frame, value) => {
        record(frame, 'echo32', value);
        return value >>> 0;
      }),
      hostFunction({ module, name: 'echo64', params: ['i64'], result: 'i64' }, (frame, value) => {
        record(frame, 'echo64', value);
        return BigInt.asUintN(64, value);
      }),
      hostFunction({ module, name: 'exit', params: [], result: 'i32' }, () => {
        throw new GuestExit({ status: 'revert', output: new Uint8Array([1]) });
      }),
      hostFunction({ module, name: 'trap', params: [], result: 'i32' }, () => {
        throw new GuestTrap(TrapCode.HostArgumentInvalid);
      }),
      hostFunction({ module, name: 'break', params: [], result: undefined }, () => {
        throw new Error('a bug of the host');
      }),
    ],
    entryArguments: () => recorder().args,
    readReturn: ({ memory }, result) => {
      const record = recorder();
      record.result = result;
      record.memory = hashOf(memory.view());
      return { status: 'success', output: new Uint8Array(0) };
    },
  };
}

/** Of the modules that `prepareGuest` takes, if their `run` has the default type. */
export const testGuestInterface: ModuleInterface = moduleInterfaceOf(
  testAbi(() => {
    throw new RangeError('nothing runs');
  }, DEFAULT_TYPE),
);

/** Prepares a module once, to be run many times. */
export function prepareGuest(
  machine: Machine,
  bytes: Uint8Array,
  { type = DEFAULT_TYPE, schedule = unitSchedule }: Pick<RunOptions, 'type' | 'schedule'> = {},
): (options?: Omit<RunOptions, 'type' | 'schedule'>) => Sighting {
  let recorder: Recorder;
  const module = machine.prepare(
    bytes,
    testAbi(() => recorder, type),
    schedule,
  );
  const zeros = type.params.map((param) => (param === 'i64' ? 0n : 0));
  return ({ args = zeros, gas = 1n << 40n, stackWords = 32_768 } = {}) => {
    const fresh = (): Recorder => ({ result: undefined, memory: undefined, args, hostCalls: [] });
    const see = (end: string, gasLeft: bigint | undefined): Sighting => {
      const { hostCalls, memory } = recorder;
      return { end, gasLeft, hostCalls, memory };
    };
    try {
      const runOn = (machineModule: GuestModule): GuestRun => {
        recorder = fresh();
        return machineModule.run('call', { gas, stackWords }, {
          message: { input: new Uint8Array(0) },
        } as FrameContext);
      };
      const { gasLeft, guestReturn } = runAgainIfNeeded(module, runOn);
      return see(guestReturn.status === 'revert' ? 'exited' : `returned ${recorder.result}`, gasLeft);
    } catch (error) {
      if (error instanceof GuestTrap) return see(trapName(error.code), undefined);
      throw error;
    }
  };
}

/** As the executor does; here there is no state to take back. */
function runAgainIfNeeded(module: GuestModule, runOn: (module: GuestModule) => GuestRun): GuestRun {
  try {
    return runOn(module);
  } catch (error) {
    if (!(error instanceof InexactTrap) || module.exact === undefined) throw error;
    return runAgainIfNeeded(module.exact(), runOn);
  }
}

export function runGuest(machine: Machine, bytes: Uint8Array, options: RunOptions = {}): Sighting {
  return prepareGuest(machine, bytes, options)(options);
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
