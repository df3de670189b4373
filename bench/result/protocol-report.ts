import type { WorkloadSize } from '../../contracts/contract-case.ts';
import type { StartUp } from '../engines/start-up.ts';
import { duplicateName, duplicateOf, type PlannedSlot } from '../protocol/agree-on-jobs.ts';
import { type Block, wasDisturbed } from '../protocol/block.ts';
import { blockTimesNs, pairedTimesNs } from '../protocol/block-times.ts';
import type { ProtocolPlan } from '../protocol/protocol-plan.ts';
import type { ProtocolRecord, WorkloadRecord } from '../protocol/run-protocol.ts';
import type { PhaseResult, SlotResult } from '../protocol/slot-job.ts';
import type { Steadiness } from '../protocol/steadiness.ts';
import { holmAdjusted } from '../stats/holm.ts';
import { median } from '../stats/median.ts';
import { exponentiate, logRatios, suiteRatio } from '../stats/ratio.ts';
import { type Estimate, signedRankEstimate, signedRankPValue } from '../stats/signed-rank.ts';
import { ERROR_RATE, isTooWide, noiseFloor, type Verdict, verdictOf } from '../stats/verdict.ts';
import { type BoundaryCurve, boundaryCurves } from './boundary.ts';
import { breakEvenCalls } from './break-even.ts';
import type { Environment } from './environment.ts';

export interface ColdTimes {
  readonly prepare: number;
  readonly deploy: number;
  readonly setup: number;
  readonly call: number;
}

/** One machine on one workload. */
export interface SlotReport {
  /** Median over the blocks. */
  readonly nsPerOperation: number;
  /** In the unit of the schedule; null on a machine that does not meter. */
  readonly gasPerOperation: number | null;
  /** Medians over the processes: what comes before the first call, and the first call itself. Null in one process. */
  readonly coldNs: ColdTimes | null;
  readonly steadiness: Readonly<Record<Steadiness, number>>;
  /** Processes that did not have their processor to themselves, and were kept for want of better ones. */
  readonly disturbedCount: number;
  /**
   * By block: nanoseconds per operation. Entries of the same block pair up across machines; one that ran in fewer blocks
   * has those of the first.
   */
  readonly blocksNs: readonly number[];
  /** By block: nanoseconds per operation of each sample, in order. None is left out. */
  readonly samplesNs: readonly (readonly number[])[];
}

export interface Comparison {
  /** Throughput of the subject relative to the other machine, with its 95 % interval. */
  readonly ratio: Estimate;
  /** Adjusted over all workloads with the same two machines; null for an anchor, and in one process. */
  readonly pValue: number | null;
  /**
   * Null for an anchor and in one process: the interval says how large the ratio is, and no more is concluded; `unstable` there if it
   * spans more than a factor of 2.
   */
  readonly verdict: Verdict | null;
  /** Calls after which the subject, slower to start, is ahead; 0 if it starts ahead, null if it never is. Absent in one process. */
  readonly breakEvenCalls?: number | null;
}

/** Two copies of one machine against each other. */
export interface SelfComparison {
  readonly machine: string;
  readonly ratio: Estimate;
  /** Ratios between 1/floor and floor are what a machine differs from itself by. */
  readonly floor: number;
  /** Whether the copies differ by more than chance, over all workloads: then something is wrong with the measurement. */
  readonly isBiased: boolean;
}

export interface ProtocolCase {
  readonly id: string;
  readonly workload: string;
  readonly size: WorkloadSize;
  readonly operation: string;
  readonly operationsPerCall: number;
  /** The first difference between machines; then nothing was timed. Null if none was found. */
  readonly difference: string | null;
  /** Null if one machine ran alone, so that nothing was compared. Absent in results of versions that did not write it. */
  readonly agreed?: boolean | null;
  /** The first call that fails, in words; then nothing was timed. Absent if none does, or failing is what is timed. */
  readonly failure?: string;
  readonly blockCount: number;
  readonly isExtended: boolean;
  /** Null where nothing was timed. */
  readonly self: SelfComparison | null;
  /** By machine, of those that ran on it. */
  readonly slots: Readonly<Record<string, SlotReport>>;
  /** By `subject/other`, of machines that ran on it. */
  readonly comparisons: Readonly<Record<string, Comparison>>;
}

/** Medians over processes that had done nothing before. */
export interface PhaseReport extends PhaseResult {
  readonly id: string;
  readonly machine: string;
}

export function isTimed({ difference, failure }: ProtocolCase): boolean {
  return difference === null && failure === undefined;
}

/** Whether all was measured in one process, which gives no verdicts. */
export function isOfOneProcess({ plan }: { readonly plan: Pick<ProtocolPlan, 'inOneProcess'> }): boolean {
  return plan.inOneProcess === true;
}

/** The result of a run, full or quick. docs/benchmarking.md describes it; `version` rises when a field changes its meaning. */
export interface ProtocolReport {
  readonly format: 'trimeter-bench-protocol';
  readonly version: 2;
  readonly environment: Environment;
  readonly plan: ProtocolPlan;
  /** Of the gas schedule. Absent in results of versions that did not write it. */
  readonly scheduleId?: string;
  readonly durationMs: number;
  readonly rerunCount: number;
  /** If true, disturbed blocks had to be kept, and every verdict is `unstable`. */
  readonly isTooNoisy: boolean;
  readonly cases: readonly ProtocolCase[];
  readonly phases: readonly PhaseReport[];
  readonly boundary: readonly BoundaryCurve[];
  /** By `subject/other`: geometric mean of the ratios over the workloads. About this suite, not about all contracts. */
  readonly suite: Readonly<Record<string, SuiteReport>>;
  /** Only where it was measured. */
  readonly preinitialised?: readonly StartUp[];
}

export interface SuiteReport extends Estimate {
  /** Those that both machines ran on. */
  readonly workloadCount: number;
}

/** Of the processes of a machine, this share has to have settled. */
const MIN_STEADY_SHARE = 0.9;

/**
 * What a run came to: medians, ratios with intervals and verdicts. `trimeter bench --json` writes it.
 *
 * @param machines Names, the subject first.
 *
 * @example
 * const environment = describeEnvironment(machines, new Date());
 * const report = protocolReport(record, plan, environment, ['wasm', 'reference']);
 * console.log(Object.keys(report.cases[0]?.comparisons ?? {})); // [ 'wasm/reference' ]
 */
export function protocolReport(
  record: ProtocolRecord,
  plan: ProtocolPlan,
  environment: Environment,
  machines: readonly string[],
): ProtocolReport {
  const [subject = '', ...others] = machines;
  const twice = duplicateOf(machines);
  const timed = record.workloads.filter(({ difference, failure }) => difference === undefined && failure === undefined);
  const selfLogs = timed.map((workload) => logsOf(workload, duplicateName(twice), twice));
  const selfPs = holmAdjusted(selfLogs.map(signedRankPValue));
  const inOneProcess = plan.inOneProcess === true;
  const families = others.map((other) => familyOf(timed, subject, other, !inOneProcess));
  const cases = record.workloads.map((workload): ProtocolCase => {
    const at = timed.indexOf(workload);
    const slots = slotReports(workload, inOneProcess);
    const logs = selfLogs[at];
    const self = logs === undefined ? undefined : selfComparison(twice, logs, selfPs[at] as number);
    const compare = ({ key, other, found }: Family): readonly (readonly [string, Comparison])[] => {
      const pair = found.get(workload);
      const [own, theirs] = [slots[subject], slots[other]];
      if (pair === undefined || own === undefined || theirs === undefined) return [];
      const logRatio = signedRankEstimate(pair.logs);
      const { pValue } = pair;
      const isSound = !record.isTooNoisy && self?.isBiased === false && isSettled(own) && isSettled(theirs);
      const noiseFloor = Math.log(self?.floor ?? 1);
      const ratio = exponentiate(logRatio);
      const withoutVerdict = inOneProcess && isTooWide(ratio) ? 'unstable' : null;
      const comparison = {
        ratio,
        pValue,
        verdict: pValue === null ? withoutVerdict : verdictOf({ logRatio, pValue, noiseFloor, isSound }),
        ...breakEven(own, theirs, workload.workload.operationsPerCall),
      };
      return [[key, comparison]];
    };
    return {
      id: workload.contract.id,
      workload: workload.workload.id,
      size: workload.workload.size,
      operation: workload.workload.operation,
      operationsPerCall: workload.workload.operationsPerCall,
      difference: workload.difference ?? null,
      agreed: agreedOn(workload, machines),
      ...(workload.failure !== undefined && { failure: workload.failure }),
      blockCount: workload.blocks.length,
      isExtended: workload.isExtended,
      self: self ?? null,
      slots,
      comparisons: Object.fromEntries(families.flatMap(compare)),
    };
  });
  return {
    format: 'trimeter-bench-protocol',
    version: 2,
    environment,
    plan,
    durationMs: record.durationMs,
    rerunCount: record.rerunCount,
    isTooNoisy: record.isTooNoisy,
    cases,
    phases: record.phaseRuns.map(({ caseId, machine, results }) => ({
      id: caseId,
      machine,
      instrumentNs: median(results.map(({ instrumentNs }) => instrumentNs)),
      compileNs: median(results.map(({ compileNs }) => compileNs)),
      instantiateNs: median(results.map(({ instantiateNs }) => instantiateNs)),
    })),
    boundary: boundaryCurves(cases, machines),
    suite: Object.fromEntries(families.flatMap(suiteRow)),
  };
}

/** The copy of a machine that it is held against for noise is no other machine. */
function agreedOn({ difference, failure, slots }: WorkloadRecord, machines: readonly string[]): boolean | null {
  if (difference !== undefined) return false;
  const ran = failure === undefined ? machines.filter((name) => slots.some((slot) => slot.name === name)) : machines;
  return ran.length < 2 ? null : true;
}

/** The subject and one other machine on all workloads that both ran on: what is judged together. */
interface Family {
  readonly key: string;
  readonly other: string;
  /** Log ratios by block, and a p-value adjusted over all of them; null for an anchor. */
  readonly found: ReadonlyMap<WorkloadRecord, { readonly logs: readonly number[]; readonly pValue: number | null }>;
}

function familyOf(timed: readonly WorkloadRecord[], subject: string, other: string, hasVerdicts: boolean): Family {
  const ran = timed.filter((workload) => ranOn(workload, other));
  const isAnchor = ran.some(({ slots }) => slots.some(({ name, isAnchor }) => name === other && isAnchor));
  const logs = ran.map((workload) => logsOf(workload, subject, other));
  const pValues = isAnchor || !hasVerdicts ? [] : holmAdjusted(logs.map(signedRankPValue));
  const found = ran.map((workload, at) => {
    return [workload, { logs: logs[at] as readonly number[], pValue: pValues[at] ?? null }] as const;
  });
  return { key: `${subject}/${other}`, other, found: new Map(found) };
}

function ranOn({ slots, blocks }: WorkloadRecord, machine: string): boolean {
  const slot = slots.findIndex(({ name }) => name === machine);
  return slot !== -1 && blocks.some(({ results }) => results[slot] !== undefined);
}

/** Per block in which both ran. */
function logsOf({ slots, blocks }: WorkloadRecord, a: string, b: string): readonly number[] {
  const slotOf = (machine: string) => slots.findIndex(({ name }) => name === machine);
  return logRatios(...pairedTimesNs(slots, blocks, slotOf(a), slotOf(b)));
}

/** Blocks of an extension are left out, so that all workloads count the same. */
function suiteRow({ key, found }: Family): readonly (readonly [string, SuiteReport])[] {
  const all = [...found.values()].map(({ logs }) => logs);
  if (all.length === 0) return [];
  const blockCount = Math.min(...all.map(({ length }) => length));
  return [[key, { ...suiteRatio(all.map((logs) => logs.slice(0, blockCount))), workloadCount: all.length }]];
}

function selfComparison(machine: string, logs: readonly number[], pValue: number): SelfComparison {
  const estimate = signedRankEstimate(logs);
  return {
    machine,
    ratio: exponentiate(estimate),
    floor: Math.exp(noiseFloor(estimate)),
    isBiased: pValue <= ERROR_RATE,
  };
}

/** Blocks with anchors first, so that what an anchor has pairs up with the first of the others. */
function slotReports(workload: WorkloadRecord, inOneProcess: boolean): Record<string, SlotReport> {
  const { slots, blocks } = workload;
  const ordered = [...blocks.filter(({ hasAnchors }) => hasAnchors), ...blocks.filter(({ hasAnchors }) => !hasAnchors)];
  return Object.fromEntries(
    slots.flatMap((slot, at) =>
      ranOn(workload, slot.name) ? [[slot.name, slotReport(slot, at, slots, ordered, inOneProcess)] as const] : [],
    ),
  );
}

function slotReport(
  { operationsPerBatch, gasPerOperation }: PlannedSlot,
  at: number,
  slots: readonly PlannedSlot[],
  blocks: readonly Block[],
  inOneProcess: boolean,
): SlotReport {
  const results = blocks.map((block) => block.results[at]).filter((result) => result !== undefined);
  const blocksNs = blockTimesNs(slots, blocks, at);
  const steadiness = { flat: 0, 'warm-up': 0, slowdown: 0, 'not steady': 0 };
  for (const result of results) if (result.steadiness !== undefined) steadiness[result.steadiness]++;
  return {
    nsPerOperation: median(blocksNs),
    gasPerOperation: gasPerOperation ?? null,
    coldNs: inOneProcess ? null : coldTimes(results),
    steadiness,
    disturbedCount: results.filter(wasDisturbed).length,
    blocksNs,
    samplesNs: results.map(({ samplesNs }) => samplesNs.map((ns) => ns / operationsPerBatch)),
  };
}

function coldTimes(results: readonly SlotResult[]): ColdTimes {
  return {
    prepare: median(results.map(({ opening }) => opening.prepareNs)),
    deploy: median(results.map(({ opening }) => opening.deployNs)),
    setup: median(results.map(({ opening }) => opening.setupNs)),
    call: median(results.map(({ firstCallNs }) => firstCallNs)),
  };
}

function breakEven(own: SlotReport, theirs: SlotReport, operationsPerCall: number): Pick<Comparison, 'breakEvenCalls'> {
  if (own.coldNs === null || theirs.coldNs === null) return {};
  const cold = { ...own, coldNs: own.coldNs };
  return { breakEvenCalls: breakEvenCalls(cold, { ...theirs, coldNs: theirs.coldNs }, operationsPerCall) };
}

function isSettled({ steadiness, blocksNs }: SlotReport): boolean {
  return steadiness['not steady'] <= (1 - MIN_STEADY_SHARE) * blocksNs.length;
}
