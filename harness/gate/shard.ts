import { InputRejected } from '../../contracts/input-rejected.ts';
import type { Shard } from './gate-run.ts';

/** Whether a unit of work belongs to a part: units are dealt out in the order given. @param units All there are. */
export function isInShard(units: readonly string[], unit: string, shard: Shard | undefined): boolean {
  if (shard === undefined) return true;
  const at = units.indexOf(unit);
  return at !== -1 && at % shard.count === shard.index - 1;
}

/** The parts in their order. @throws InputRejected unless each part of one whole is there once. */
export function checkShards<T extends { readonly shard?: Shard | undefined }>(parts: readonly T[]): readonly T[] {
  const shards = parts.map(({ shard }) => shard);
  if (shards.length === 0) throw new InputRejected('parts', 'there are none');
  const [first] = shards;
  if (first === undefined || shards.includes(undefined)) {
    throw new InputRejected('parts', 'a result of a whole run is among them, which is no part: it has no shard');
  }
  const other = shards.find((shard) => shard?.count !== first.count);
  if (other !== undefined)
    throw new InputRejected('parts', `there is a part of ${first.count} and one of ${other.count}`);
  const counts = Array.from(
    { length: first.count },
    (_, at) => shards.filter((shard) => shard?.index === at + 1).length,
  );
  const missing = counts.flatMap((count, at) => (count === 0 ? [at + 1] : []));
  const twice = counts.findIndex((count) => count > 1);
  if (missing.length > 0) throw new InputRejected('parts', `of ${first.count} there is no part ${missing.join(', ')}`);
  if (twice !== -1) throw new InputRejected('parts', `part ${twice + 1} of ${first.count} is there twice`);
  return parts.toSorted((a, b) => (a.shard?.index ?? 0) - (b.shard?.index ?? 0));
}
