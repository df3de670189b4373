import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import { isAgreed } from '../agree.ts';
import { shuffled, xorshift32 } from '../order.ts';
import { logRatios } from '../stats/ratio.ts';
import { signedRankEstimate } from '../stats/signed-rank.ts';
import { agreeOnJobs, type PlannedSlot } from './agree-on-jobs.ts';
import type { BenchMachine } from './bench-machine.ts';
import { type Block, type Launcher, runBlock } from './block.ts';
import { pairedTimesNs } from './block-times.ts';
import type { ProtocolPlan } from './protocol-plan.ts';
import type { PhaseJob, PhaseResult } from './slot-job.ts';

export interface ProtocolOptions {
  readonly cases: readonly ContractCase[];
  /** The first is the subject. */
  readonly machines: readonly BenchMachine[];
  readonly scheduleId: string;
  readonly plan: ProtocolPlan;
  readonly launcher: Launcher;
  /** Milliseconds from any fixed point. */
  readonly nowMs: () => number;
  /** Called after each process and each workload agreed on. `total` grows if blocks are added. */
  readonly onStep?: (done: number, total: number, label: string) => void;
  /** Called with each workload as soon as all its blocks are there, where all runs in one process. */
  readonly onWorkload?: (found: WorkloadRecord) => void;
}

/** One workload, with all that was measured. */
export interface WorkloadRecord {
  readonly contract: ContractCase;
  readonly workload: Workload;
  /** Undefined if the machines agreed. Otherwise the first difference, and nothing was timed. */
  readonly difference: string | undefined;
  /** Undefined if all calls succeed, or are meant to fail. Otherwise the first that fails, and nothing was timed. */
  readonly failure: string | undefined;
  /** Empty where nothing is timed. */
  readonly slots: readonly PlannedSlot[];
  readonly blocks: readonly Block[];
  /** Whether it got twice the blocks. */
  readonly isExtended: boolean;
}

/** The phases of one contract on one WebAssembly machine, each result from a process of its own. */
export interface PhaseRun {
  readonly caseId: string;
  readonly machine: string;
  readonly job: PhaseJob;
  readonly results: PhaseResult[];
}

export interface ProtocolRecord {
  readonly workloads: readonly WorkloadRecord[];
  readonly phaseRuns: readonly PhaseRun[];
  /** Blocks that were run again because they were disturbed. */
  readonly rerunCount: number;
  /** Whether disturbed blocks had to be kept, because the plan allows no more reruns. Then nothing may be concluded. */
  readonly isTooNoisy: boolean;
  readonly durationMs: number;
}

type Mutable = WorkloadRecord & { readonly blocks: Block[]; isExtended: boolean };

/**
 * The protocol (docs/benchmarking.md): agreement first; then rounds, in each of which every workload has one block,
 * in random order (in one process instead all blocks of a workload before those of the next one); then the disturbed blocks again; then, where the first ratio is not known well enough, as many blocks
 * again, once. Nothing depends on which machine is ahead.
 *
 * @throws InputRejected if a set-up fails, EngineError `internal` if a process does not come to what was agreed.
 *
 * @example
 * const nowMs = () => performance.now();
 * const setting = { scheduleId: 'flat-v2', plan, launcher, nowMs };
 * const { workloads } = await runProtocol({ cases, machines, ...setting });
 * console.log(workloads.map(({ workload, difference }) => [workload.id, difference])); // [ [ 'transfer', undefined ] ]
 */
export async function runProtocol(options: ProtocolOptions): Promise<ProtocolRecord> {
  const { cases, machines, scheduleId, plan, launcher, nowMs } = options;
  const startMs = nowMs();
  const next = xorshift32(plan.seed);
  const records: Mutable[] = [];
  const phaseRuns = plan.phaseCount === 0 ? [] : planPhases(cases, machines, scheduleId);
  const workloadCount = cases.reduce((count, { workloads }) => count + workloads.length, 0);
  const steps = stepCounter(workloadCount, options.onStep);

  for (const contract of cases) {
    for (const workload of contract.workloads) {
      const agreed = await agreeOnJobs(contract, workload, machines, scheduleId, plan);
      const slots = isAgreed(agreed) ? agreed : [];
      const { difference, failure } = isAgreed(agreed) ? { difference: undefined, failure: undefined } : agreed;
      records.push({ contract, workload, difference, failure, slots, blocks: [], isExtended: false });
      steps.expect(plan.blockCount * slotCount(slots, false) + plan.anchorBlockCount * anchorCount(slots));
      steps.done(`agreement on ${contract.id}/${workload.id}`);
    }
  }
  const timed = records.filter(({ difference, failure }) => difference === undefined && failure === undefined);
  steps.expect(phaseRuns.length * plan.phaseCount);

  const disturbed: { readonly record: Mutable; readonly block: Block }[] = [];
  const addBlock = async (record: Mutable, hasAnchors: boolean): Promise<void> => {
    const { contract, workload, slots } = record;
    const onSlot = () => steps.done(`timing ${contract.id}/${workload.id}`);
    const block = await runBlock(slots, hasAnchors, launcher, next, onSlot);
    if (block.isDisturbed) disturbed.push({ record, block });
    else record.blocks.push(block);
  };
  let rerunsLeft = Math.ceil(plan.rerunShare * timed.length * plan.blockCount);
  let rerunCount = 0;
  let isTooNoisy = false;
  const settleDisturbed = async (): Promise<void> => {
    for (let found = disturbed.shift(); found !== undefined; found = disturbed.shift()) {
      if (rerunsLeft === 0) {
        isTooNoisy = true;
        found.record.blocks.push(found.block);
        continue;
      }
      rerunsLeft--;
      rerunCount++;
      const { record, block } = found;
      steps.expect(slotCount(record.slots, block.hasAnchors));
      await addBlock(record, block.hasAnchors);
    }
  };

  const roundsStartMs = nowMs();
  if (plan.inOneProcess) {
    for (const record of timed) {
      for (let block = 0; block < plan.blockCount; block++) await addBlock(record, block < plan.anchorBlockCount);
      options.onWorkload?.(record);
    }
  }
  for (let round = 0; round < plan.blockCount && !plan.inOneProcess; round++) {
    const hasAnchors = round < plan.anchorBlockCount;
    for (const at of shuffled(timed.length, next)) await addBlock(timed[at] as Mutable, hasAnchors);
    if (round >= plan.phaseCount) continue;
    for (const at of shuffled(phaseRuns.length, next)) {
      const { caseId, job, results } = phaseRuns[at] as PhaseRun;
      results.push(await launcher.phases(job));
      steps.done(`compiling ${caseId}`);
    }
  }
  const workloadMs = (nowMs() - roundsStartMs) / Math.max(1, timed.length);
  await settleDisturbed();

  for (const record of timed) {
    const remainingMs = plan.budgetMs - (nowMs() - startMs);
    if (isTooNoisy || workloadMs > remainingMs || halfWidth(record) <= plan.halfWidthGoal) continue;
    record.isExtended = true;
    steps.expect(plan.blockCount * slotCount(record.slots, false));
    for (let block = 0; block < plan.blockCount; block++) await addBlock(record, false);
  }
  await settleDisturbed();
  return { workloads: records, phaseRuns, rerunCount, isTooNoisy, durationMs: nowMs() - startMs };
}

/** Processes of one block. */
function slotCount(slots: readonly PlannedSlot[], hasAnchors: boolean): number {
  return hasAnchors ? slots.length : slots.length - anchorCount(slots);
}

function anchorCount(slots: readonly PlannedSlot[]): number {
  return slots.filter(({ isAnchor }) => isAnchor).length;
}

/** Work done and work known of. */
function stepCounter(expected: number, onStep: ProtocolOptions['onStep']) {
  let [done, total] = [0, expected];
  return {
    expect: (count: number): void => {
      total += count;
    },
    done: (label: string): void => onStep?.(++done, total, label),
  };
}

function planPhases(
  cases: readonly ContractCase[],
  machines: readonly BenchMachine[],
  scheduleId: string,
): readonly PhaseRun[] {
  const taken = machines.filter(({ name }) => ['wasm', 'wasm-unmetered'].includes(name));
  return cases.flatMap(({ id, wasm }) =>
    taken.flatMap(({ name, backend: { isMetered } }): readonly PhaseRun[] => {
      if (wasm === undefined) return [];
      return [{ caseId: id, machine: name, job: { kind: 'phases', scheduleId, isMetered, wasm }, results: [] }];
    }),
  );
}

/** Of the interval of the log ratio of the subject to the first machine it is compared with. */
function halfWidth({ slots, blocks }: Mutable): number {
  if (slotCount(slots, false) < 3) return 0;
  const { low, high } = signedRankEstimate(logRatios(...pairedTimesNs(slots, blocks, 0, 1)));
  return (high - low) / 2;
}
