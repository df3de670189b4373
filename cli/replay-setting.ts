import type { ReplaySetting } from '../engine/agreement/replay-origin.ts';
import { packageManifest } from './package-manifest.ts';

/** What runs here, under a schedule. */
export function replaySetting(schedule: string): ReplaySetting {
  return { schedule, trimeter: packageManifest().version, engine: `${runtime()}, V8 ${process.versions.v8}` };
}

/** Bun and Deno pass for a Node. */
function runtime(): string {
  const { bun, deno, node } = process.versions as {
    readonly bun?: string;
    readonly deno?: string;
    readonly node: string;
  };
  if (bun !== undefined) return `Bun ${bun}`;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
