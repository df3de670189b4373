import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import type { FrameContext } from '../engine/frame.ts';
import { MAX_GAS } from '../engine/gas.ts';
import type { Machine } from '../engine/machine.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import type { ValueType } from '../metering/format/module.ts';

/** Of modules that import nothing and export `run: (i32) -> result` and `memory`. */
export function bareAbi(result: ValueType): GuestAbi {
  return {
    name: 'bare',
    memory: { kind: 'exported', name: 'memory' },
    call: { name: 'run', params: ['i32'], results: [result], isRequired: true },
    deploy: { name: 'deploy', params: [], results: [], isRequired: false },
    hostFunctions: [],
    entryArguments: () => [0],
    readReturn: () => ({ status: 'success', output: new Uint8Array(0) }),
  };
}

export interface BareRun {
  /** With its sign. */
  readonly result: bigint;
  readonly gasUsed: bigint;
}

/** Makes such a module ready, to be run with one argument or another. */
export function prepareBareGuest(
  machine: Machine,
  bytes: Uint8Array,
  resultType: ValueType,
): (argument: number) => BareRun {
  let argument = 0;
  let result = 0n;
  const plain = bareAbi(resultType);
  const abi: GuestAbi = {
    ...plain,
    entryArguments: () => [argument],
    readReturn: (frame, value) => {
      result = BigInt.asIntN(64, BigInt(value ?? 0));
      return plain.readReturn(frame, value);
    },
  };
  const module = machine.prepare(bytes, abi, defaultSchedule);
  const budget = { gas: MAX_GAS, stackWords: defaultSchedule.limits.stackWords };
  return (given) => {
    argument = given;
    const { gasLeft } = module.run('call', budget, { message: { input: new Uint8Array(0) } } as FrameContext);
    return { result, gasUsed: MAX_GAS - gasLeft };
  };
}
