import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CampaignState, emptyState } from './campaign.ts';

/** Of the file's shape, and of what a seed makes: another one's cases would not be these. */
const FORMAT = 'trimeter-fuzz-1';

/** A state file that is none, or that is of another seed. */
export class StateRejected extends Error {
  override readonly name = 'StateRejected';
}

/** What was done so far; nothing where there is no file. @throws StateRejected */
export function readState(path: string, seed: number): CampaignState {
  if (!existsSync(path)) return emptyState(seed);
  let read: { readonly format?: unknown; readonly seed?: unknown; readonly targets?: unknown };
  try {
    read = JSON.parse(readFileSync(path, 'utf8')) as typeof read;
  } catch (error) {
    throw new StateRejected(`${path} is not JSON (${(error as Error).message})`);
  }
  if (read?.format !== FORMAT || typeof read.targets !== 'object' || read.targets === null) {
    throw new StateRejected(`${path} is not the state of a fuzz run of this version (${FORMAT})`);
  }
  if (read.seed !== seed) throw new StateRejected(`${path} is of seed ${read.seed}, not ${seed}`);
  return { seed, targets: read.targets as CampaignState['targets'] };
}

/** As a whole or not at all: a run may be ended at any time. */
export function writeState(path: string, state: CampaignState): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify({ format: FORMAT, ...state }, undefined, 2)}\n`);
  renameSync(`${path}.new`, path);
}
