import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import type { FrameContext } from '../../engine/frame.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import type { InstrumentOptions } from '../../metering/instrument.ts';

/** The kernels' side of the host: none. */
function kernelAbi(size: number, onResult: (checksum: bigint) => void): GuestAbi {
  return {
    name: 'kernel',
    memory: { kind: 'exported', name: 'memory' },
    call: { name: 'run', params: ['i32'], results: ['i64'], isRequired: true },
    deploy: { name: 'deploy', params: [], results: [], isRequired: false },
    hostFunctions: [],
    entryArguments: () => [size],
    readReturn: (_, result) => {
      onResult(BigInt.asIntN(64, BigInt(result ?? 0n)));
      return { status: 'success', output: new Uint8Array(0) };
    },
  };
}

/** What a kernel is instrumented with, all but the strategy. */
export const kernelOptions: Omit<InstrumentOptions, 'strategy'> = {
  costs: defaultSchedule.costs,
  limits: defaultSchedule.limits,
  interface: moduleInterfaceOf(kernelAbi(0, () => {})),
};

export interface KernelRun {
  readonly checksum: bigint;
  readonly gasUsed: bigint;
}

/** Runs a kernel on the reference interpreter: what every metered variant must come to. */
export function referenceRun(bytes: Uint8Array, size: number): KernelRun {
  let checksum = 0n;
  const abi = kernelAbi(size, (result) => {
    checksum = result;
  });
  const module = referenceMachine().prepare(bytes, abi, defaultSchedule);
  const budget = { gas: MAX_GAS, stackWords: defaultSchedule.limits.stackWords };
  const { gasLeft } = module.run('call', budget, { message: { input: new Uint8Array(0) } } as FrameContext);
  return { checksum, gasUsed: MAX_GAS - gasLeft };
}
