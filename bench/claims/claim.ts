import type { ProtocolReport } from '../result/protocol-report.ts';
import type { Estimate } from '../stats/signed-rank.ts';

/**
 * `holds`: shown wherever it was looked for. `not refuted`: no counterexample came up, for a claim that no run can show. `partly`: shown in some places only. `does not hold`: shown nowhere, and refuted
 * somewhere. `undecided`: neither shown nor refuted, because the intervals are too wide or the run was too noisy.
 */
export type ClaimVerdict = 'holds' | 'not refuted' | 'partly' | 'does not hold' | 'undecided' | 'not measured';

export interface MeasuredValue {
  /** What was measured, and on what. */
  readonly what: string;
  readonly unit: 'ratio' | 'nanoseconds' | 'share' | 'count';
  /** With its interval, or a number that has none (a median of cold times, a count). */
  readonly value: Estimate | number;
}

export interface Judgement {
  readonly verdict: ClaimVerdict;
  /** What to remember first. Empty if nothing was measured. */
  readonly measured: readonly MeasuredValue[];
  /** The workloads (`case/workload`) or contracts that it rests on. */
  readonly restsOn: readonly string[];
  /** One plain sentence, or two. */
  readonly sentence: string;
}

/** How a claim is judged. */
export interface Judge {
  /** When it counts as shown: thresholds included, in words. */
  readonly criterion: string;
  judge(report: ProtocolReport): Judgement;
}

export interface Source {
  readonly title: string;
  readonly url: string;
}

/** Something that is said in public about WebAssembly, and how this benchmark answers it. */
export interface Claim {
  readonly id: string;
  readonly text: string;
  /** Where it is said. Empty where no source was found. */
  readonly sources: readonly Source[];
  readonly how: Judge;
}

/** Why a run in one process measures no start. */
export const NOTHING_COLD = 'In one process nothing starts cold.';

/** A judgement that there is none. */
export function notMeasured(sentence: string): Judgement {
  return { verdict: 'not measured', measured: [], restsOn: [], sentence };
}
