import type { CheckReport } from '../check.ts';
import type { Shard } from '../gate/gate-run.ts';
import type { MissingMachine } from '../machines/register.ts';

/** Checks of some contracts with one seed, and how they were made: what every format of a result is written from. */
export interface CheckRun {
  /** Which part of the contracts these are, where they were dealt out. */
  readonly shard?: CheckShard;
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

export interface CheckShard extends Shard {
  /** Ids of all contracts, those of other parts too, in the order in which they are shown. */
  readonly of: readonly string[];
}
