import type { MissingMachine } from '../machines/register.ts';
import type { Lock } from './lock-file.ts';
import type { ChangeLevel } from './tolerance.ts';

/** A number that is held: gas of an entry point under a schedule, or a size of a form. */
export interface CostRow {
  readonly contract: string;
  readonly kind: 'gas' | 'size';
  /** Entry point, or form: `transfer`, `erc20.wasm`. */
  readonly of: string;
  /** Id of a schedule, or name of a size: `flat-v2`, `bytes`. */
  readonly measure: string;
  /** Of several calls those of the one that changed most. */
  readonly was: bigint;
  readonly is: bigint;
  readonly level: ChangeLevel;
  /** As written; why a size fails that is beyond what its chain takes. */
  readonly tolerance: string;
  /** How many calls there are, and how many of them cost something else. Of a size 1. */
  readonly calls: number;
  readonly changed: number;
  /** The call that the numbers are of; absent for a size. */
  readonly at?: CallPlace;
}

export interface CallPlace {
  readonly sequence: string;
  /** 0 is the deployment. */
  readonly step: number;
  readonly call: string;
}

/** A call that came to something else. */
export interface BehaviourChange extends CallPlace {
  readonly contract: string;
  readonly entry: string;
  /** Absent where it is so under all schedules. */
  readonly schedule?: string;
  readonly changes: readonly FieldChange[];
  /** Later calls of the sequence whose state differs too, and nothing else of them. */
  readonly following: number;
}

export interface FieldChange {
  /** `status`, `result`, `events`, or `state` where only the digest tells. */
  readonly field: string;
  readonly was: string;
  readonly is: string;
}

/** What was held of one contract. */
export interface GateContract {
  readonly id: string;
  /** What it was read from, as it was named; absent where it was not read from a file. */
  readonly source: string | undefined;
  readonly verdict: GateVerdict;
  /** Calls, deployments included, that were held against the lock. */
  readonly calls: number;
  /** Forms whose bytes are others than the lock's. */
  readonly changedCode: readonly string[];
  readonly costs: readonly CostRow[];
  readonly behaviour: readonly BehaviourChange[];
  /** What was to be compared and was not, and why. */
  readonly notCompared: readonly string[];
  /** What else a reader should know. */
  readonly notes: readonly string[];
}

/** `green`: all is as it was, or passes. `amber`: within tolerances. `red`: not. `not-compared`: something was not held, and nothing that was is red. */
export type GateVerdict = 'green' | 'amber' | 'red' | 'not-compared';

/** Which part of a run this is. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** What holding contracts against a lock came to: what every format of a result is written from. */
export interface GateRun {
  readonly verdict: GateVerdict;
  /** Path of the lock, as it is shown. */
  readonly lockFile: string;
  /** Of the lock that was held to, in hex; undefined where there was none. */
  readonly lockSha256: string | undefined;
  /** Version of this package, and ids of the schedules. */
  readonly trimeter: string;
  readonly schedules: readonly string[];
  readonly shard: Shard | undefined;
  /** In what the lock was made otherwise, so that differences are not the contracts': another version, another EVM. */
  readonly setting: readonly string[];
  /** Schedules that were allowed to be left out, and why they were. */
  readonly missing: readonly MissingMachine[];
  /** What concerns no contract alone: no lock, a contract in it that was not run. */
  readonly notCompared: readonly string[];
  readonly contracts: readonly GateContract[];
}

/** With what would be written as the lock. */
export interface GateResult extends GateRun {
  readonly lock: Lock;
}

const worstFirst: readonly GateVerdict[] = ['red', 'not-compared', 'amber', 'green'];

/** The worst of them; `not-compared` of none. */
export function worstVerdict(verdicts: readonly GateVerdict[]): GateVerdict {
  return worstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'not-compared';
}
