import { packageManifest } from '../package-manifest.ts';
import { formatRuntime, thisRuntime } from '../results/runtime.ts';
import type { ReplaySetting } from './replay-origin.ts';

/** What runs here, under a schedule. */
export function replaySetting(schedule: string): ReplaySetting {
  return { schedule, trimeter: packageManifest().version, engine: formatRuntime(thisRuntime()) };
}
