import type { CheckReport } from '../check.ts';
import type { Shard } from '../gate/gate-run.ts';
import type { MissingMachine } from '../machines/register.ts';

/** A machine that took part, or would have if one of the contracts were for it. */
export interface CheckedMachine {
  readonly name: string;
  readonly description: string;
  /** `Node v24.1.0 (V8 13.6.233.8)`, as the process that it runs in says itself. Absent where nobody asked. */
  readonly runtime?: string;
}

/** Checks of some contracts with one seed, and how they were made: what every format of a result is written from. */
export interface CheckRun {
  /** Which part of the contracts these are, where they were dealt out. */
  readonly shard?: CheckShard;
  readonly seed: number;
  /** Its id. */
  readonly schedule: string;
  readonly repeats: boolean;
  readonly backends: readonly CheckedMachine[];
  readonly missing: readonly MissingMachine[];
  /** Whether people are shown a row for every machine. Default false. */
  readonly showsVariants?: boolean;
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
