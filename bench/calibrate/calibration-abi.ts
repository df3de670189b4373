import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import type { FrameContext } from '../../engine/frame.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import type { GuestModule, Machine } from '../../engine/machine.ts';
import { defaultSchedule } from '../../engine/schedules.ts';

/** Prepares a micro-program: it imports nothing and exports `run: (turns: i32) -> i32`. */
export function prepareMicroProgram(machine: Machine, bytes: Uint8Array): (turns: number) => void {
  let turns = 0;
  const abi: GuestAbi = {
    name: 'calibration',
    memory: { kind: 'exported', name: 'memory' },
    call: { name: 'run', params: ['i32'], results: ['i32'], isRequired: true },
    deploy: { name: 'deploy', params: [], results: [], isRequired: false },
    hostFunctions: [],
    entryArguments: () => [turns],
    readReturn: () => ({ status: 'success', output: new Uint8Array(0) }),
  };
  const module: GuestModule = machine.prepare(bytes, abi, defaultSchedule);
  const budget = { gas: MAX_GAS, stackWords: defaultSchedule.limits.stackWords };
  return (count) => {
    turns = count;
    module.run('call', budget, { message: { input: new Uint8Array(0) } } as FrameContext);
  };
}
