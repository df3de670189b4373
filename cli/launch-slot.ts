import { measureInWasmtime } from '../bench/engines/wasmtime.ts';
import type { Launcher } from '../bench/protocol/block.ts';
import type { PhaseResult, SlotResult } from '../bench/protocol/slot-job.ts';
import { variantOf } from '../harness/machines/register.ts';
import { askOnce } from '../processes/asked-child.ts';
import { type EngineVariant, nodeCommand } from '../processes/node-command.ts';
import { WASMTIME } from './bench-machines.ts';

/** Every job in a new process: of this Node, started with this process's flags, or what the machine's variant says. */
export const processLauncher: Launcher = {
  slot: async (job, paddingBytes) => {
    if (job.machine === WASMTIME) return measureInWasmtime(job, paddingBytes);
    const { machine, engine } = variantOf(job.machine) ?? { machine: job.machine };
    return (await launch({ ...job, machine }, paddingBytes, engine)) as SlotResult;
  },
  phases: async (job) => (await launch(job, 0)) as PhaseResult,
};

async function launch(job: object, paddingBytes: number, engine?: EngineVariant): Promise<unknown> {
  const command = nodeCommand('a measuring process', new URL('./measure.ts', import.meta.url), engine);
  return askOnce({ ...command, env: { TRIMETER_PADDING: 'x'.repeat(paddingBytes) } }, job);
}
