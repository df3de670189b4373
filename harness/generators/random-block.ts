import * as fc from 'fast-check';
import type { BlockText } from '../../contracts/contract-case.ts';
import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import type { FoundValues } from './found-values.ts';

/** What people wait for, in seconds and in blocks. */
const SECONDS: readonly number[] = [1, 12, 60, 3600, 86_400, 604_800, 31_536_000];
const BLOCKS: readonly number[] = [1, 2, 10, 100, 7200, 65_536];
/** Farther than anything waits for, and not too far for any machine, however often it is added. */
const MOST_SECONDS = 1n << 36n;
const MOST_BLOCKS = 1n << 28n;

/** The next block, some later one, and one just before, at or after what looks like a time in the code or the storage. */
export function randomBlock({ integers }: FoundValues): fc.Arbitrary<BlockText> {
  const near = (values: readonly bigint[]) => values.flatMap((value) => [value, value - 1n, value + 1n]).map(String);
  const durations = near(integers.filter((value) => value < MOST_BLOCKS)).map((text) => `+${text}`);
  const times = near(integers.filter((value) => value > defaultBlock.timestamp && value < MOST_SECONDS));
  const numbers = near(integers.filter((value) => value < MOST_BLOCKS));
  const time = oneOf(
    SECONDS.map((seconds) => `+${seconds}`),
    times,
    durations,
  );
  const number = oneOf(
    BLOCKS.map((blocks) => `+${blocks}`),
    numbers,
  );
  return fc.oneof(
    { withCrossShrink: true },
    fc.constant({ time: '+12', number: '+1' }),
    time.map((text) => ({ time: text })),
    number.map((text) => ({ number: text })),
    fc.record({ time, number }),
  );
}

/** Without what would go back, as no chain does, from a block that is that far; undefined where nothing is left. */
export function onwards(
  { timestamp, number: height }: BlockContext,
  { time, number }: BlockText,
): BlockText | undefined {
  const isOn = (text: string | undefined, from: bigint): text is string =>
    text !== undefined && (text.startsWith('+') || BigInt(text) >= from);
  const block = { ...(isOn(time, timestamp) && { time }), ...(isOn(number, height) && { number }) };
  return Object.keys(block).length === 0 ? undefined : block;
}

/** From any list as often as from another. */
function oneOf(...lists: readonly (readonly string[])[]): fc.Arbitrary<string> {
  return fc.oneof(...lists.filter((list) => list.length > 0).map((list) => fc.constantFrom(...list)));
}
