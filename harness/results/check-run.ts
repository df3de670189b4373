import type { CheckReport } from '../check.ts';
import type { MissingMachine } from '../machines/register.ts';

/** Checks of some contracts with one seed, and how they were made: what every format of a result is written from. */
export interface CheckRun {
  readonly seed: number;
  /** Its id. */
  readonly schedule: string;
  readonly repeats: boolean;
  readonly backends: readonly { readonly name: string; readonly description: string }[];
  readonly missing: readonly MissingMachine[];
  /** Ids of contracts that only one of the machines runs. */
  readonly notCompared: readonly string[];
  readonly reports: readonly CheckReport[];
  /** Of disagreements, by the contract's id. */
  readonly replayFiles: ReadonlyMap<string, string>;
}
