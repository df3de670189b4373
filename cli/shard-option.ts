import type { Shard } from '../harness/gate/gate-run.ts';
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
  throw new UsageError(`--shard takes i/n, the i-th of n parts and n at most ${MAX_SHARDS}; got ${JSON.stringify(text)}`);
}
