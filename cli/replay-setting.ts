import { formatRuntime, thisRuntime } from '../bench/report/runtime.ts';
import type { ReplaySetting } from '../engine/agreement/replay-origin.ts';
import { packageManifest } from './package-manifest.ts';

/** What runs here, under a schedule. */
export function replaySetting(schedule: string): ReplaySetting {
  return { schedule, trimeter: packageManifest().version, engine: formatRuntime(thisRuntime()) };
}
