import type { Shard } from './gate-run.ts';

/** Whether a unit of work belongs to a part: units are dealt out in the order given. @param units All there are. */
export function isInShard(units: readonly string[], unit: string, shard: Shard | undefined): boolean {
  if (shard === undefined) return true;
  const at = units.indexOf(unit);
  return at !== -1 && at % shard.count === shard.index - 1;
}
