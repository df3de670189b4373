import type { OpeningTimes } from '../session.ts';
import type { SessionPlan } from '../session-plan.ts';
import type { SlotPlan } from './protocol-plan.ts';
import type { Steadiness } from './steadiness.ts';

/** What one fresh process is to measure: one machine on one workload. Plain data. */
export interface SlotJob {
  readonly kind: 'slot';
  /** Name of the machine. */
  readonly machine: string;
  readonly scheduleId: string;
  readonly session: SessionPlan;
  /** The batch is the workload's calls so often. */
  readonly repeats: number;
  /** What every batch has to come to. */
  readonly expectedChecksum: number;
  /** In the unit of the schedule; undefined on a machine that does not meter. */
  readonly expectedGas: bigint | undefined;
  /** Of the state after one batch. */
  readonly expectedStateDigest: string;
  readonly plan: SlotPlan;
}

export interface SlotResult {
  readonly opening: OpeningTimes;
  /** The workload's first call in this process. */
  readonly firstCallNs: number;
  /** One entry per sample: mean time of a batch. */
  readonly samplesNs: readonly number[];
  /** Undefined where the plan does not ask. */
  readonly steadiness: Steadiness | undefined;
  /** While the samples were taken. */
  readonly wallNs: number;
  /** Processor time of the main thread meanwhile; undefined where the platform does not tell. */
  readonly mainThreadNs: number | undefined;
}

/** Takes the way from bytes to instance apart, on a WebAssembly machine, in a process that has done nothing before. */
export interface PhaseJob {
  readonly kind: 'phases';
  readonly scheduleId: string;
  readonly isMetered: boolean;
  readonly wasm: Uint8Array;
}

export interface PhaseResult {
  readonly instrumentNs: number;
  /** V8 compiles functions when they are first called: this is what it does before. */
  readonly compileNs: number;
  readonly instantiateNs: number;
}
