import type { Shard } from '../harness/gate/gate-run.ts';
import { isInShard } from '../harness/gate/shard.ts';
import { UsageError } from './usage-error.ts';

const MAX_SHARDS = 1000;

/** `--shard`, on commands whose work can be dealt out. */
export const shardOption = { shard: { type: 'string' } } as const;

/** @throws UsageError unless it is `i/n`, the i-th of n parts. */
export function parseShard(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (shard.index <= shard.count && shard.count <= MAX_SHARDS) return shard;
  throw new UsageError(
    `--shard takes i/n, the i-th of n parts and n at most ${MAX_SHARDS}; got ${JSON.stringify(text)}`,
  );
}

/** Its lines in a command's usage, after as many spaces as bring them in line with the others. */
export function shardUsage(width: number): string {
  const first = `${'  --shard <i/n>'.padEnd(width)}the i-th of n parts of the work; trimeter merge`;
  return `${first}\n${' '.repeat(width)}joins their --json results`;
}

/** Those of a part. @param what One is called. @throws UsageError for a part with none of them: it would compare nothing. */
export function shardOf<T>(items: readonly T[], shard: Shard | undefined, what: string): readonly T[] {
  const places = items.map((_, at) => String(at));
  const mine = items.filter((_, at) => isInShard(places, String(at), shard));
  if (shard === undefined || mine.length > 0) return mine;
  throw new UsageError(`--shard ${shard.index}/${shard.count} is empty: there are ${items.length} ${what}s`);
}
