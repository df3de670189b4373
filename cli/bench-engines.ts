/**
 * `npm run bench:engines -- [contract...]`: wasmtime against V8 on the typical workloads of contracts, and what
 * pre-initialisation saves at the start of a module. `--blocks` sets how often.
 */
import { parseArgs } from 'node:util';
import { installEngines } from '../bench/engines/engine-packages.ts';
import { measureStartUp } from '../bench/engines/start-up.ts';
import { measureInWasmtime, wasmtimeDescription } from '../bench/engines/wasmtime.ts';
import { xorshift32 } from '../bench/plan.ts';
import { agreeOnJobs, type PlannedSlot } from '../bench/protocol/agree-on-jobs.ts';
import { type Block, type Launcher, runBlock } from '../bench/protocol/block.ts';
import { blockTimesNs } from '../bench/protocol/block-times.ts';
import { fullPlan } from '../bench/protocol/protocol-plan.ts';
import { formatEstimate } from '../bench/report/table.ts';
import { textTable } from '../bench/report/text-table.ts';
import { formatNs } from '../bench/report/units.ts';
import { median } from '../bench/stats/median.ts';
import { throughputRatio } from '../bench/stats/ratio.ts';
import type { ContractCase, Workload } from '../contracts/contract-case.ts';
import { selectWorkloads } from '../contracts/select-workloads.ts';
import { EngineError } from '../engine/errors.ts';
import { flatV1Schedule } from '../engine/schedules.ts';
import { createWasmBackend } from '../engine/wasm-backend.ts';
import { processLauncher } from './launch-slot.ts';
import { loadCase } from './load-subject.ts';
import { createProgress } from './progress.ts';
import { processTerminal } from './terminal.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { blocks: { type: 'string', default: '10' } },
});
const blockCount = Number(values.blocks);
const terminal = processTerminal();
const progress = createProgress(terminal);
const next = xorshift32(fullPlan.seed);
const launcher: Launcher = {
  ...processLauncher,
  slot: (job, paddingBytes) =>
    job.backend === 'wasmtime' ? measureInWasmtime(job, paddingBytes) : processLauncher.slot(job, paddingBytes),
};

const missing = installEngines();
if (missing !== undefined) throw new EngineError('backend-unavailable', missing);
const cases = selectWorkloads(await Promise.all(positionals.map(loadCase)), ['typical']);
const pairs = cases.flatMap((contract) => contract.workloads.map((workload) => ({ contract, workload })));
const rows: string[][] = [];
for (const [at, { contract, workload }] of pairs.entries()) {
  const label = `${contract.id}/${workload.id}`;
  progress.step(at, pairs.length, label);
  rows.push([label, ...(await compareEngines(contract, workload))]);
}
progress.clear();
if (rows.length > 0) {
  const right = { isRight: true };
  const columns = [
    { heading: 'workload' },
    { heading: 'V8', ...right },
    { heading: 'wasmtime', ...right },
    { heading: 'wasmtime / V8' },
    { heading: '' },
  ];
  terminal.out(
    `${wasmtimeDescription}\nPer operation; throughput of wasmtime relative to V8, with 95 % intervals.\n\n`,
  );
  terminal.out(`${textTable(columns, rows)}\n`);
}
const { id, plainNs, preinitialisedNs, ratio } = await measureStartUp(blockCount);
const [plain, preinitialised] = [plainNs, preinitialisedNs].map(({ point }) => formatNs(point));
terminal.out(
  `Start of ${id}: ${plain}; pre-initialised ${preinitialised}, that is ${formatEstimate(ratio)} times as fast\n`,
);

/** Cells of a row. */
async function compareEngines(contract: ContractCase, workload: Workload): Promise<readonly string[]> {
  const plan = { ...fullPlan, blockCount };
  const agreed = await agreeOnJobs(contract, workload, [createWasmBackend()], flatV1Schedule.id, plan);
  // One machine alone has none to differ from.
  const here = agreed[0] as PlannedSlot;
  const slots = [here, { ...here, name: 'wasmtime', job: { ...here.job, backend: 'wasmtime' } }];
  const blocks: Block[] = [];
  try {
    for (let block = 0; block < blockCount; block++) blocks.push(await runBlock(slots, launcher, next, () => {}));
  } catch (error) {
    if (error instanceof EngineError && error.code === 'no-code') return ['', '', error.message];
    throw error;
  }
  const [hereNs = [], thereNs = []] = slots.map((_, slot) => blockTimesNs(slots, blocks, slot));
  const disturbed = blocks.filter(({ isDisturbed }) => isDisturbed).length;
  return [
    formatNs(median(hereNs)),
    formatNs(median(thereNs)),
    formatEstimate(throughputRatio(thereNs, hereNs)),
    disturbed === 0 ? '' : `${disturbed} of ${blockCount} blocks disturbed`,
  ];
}
