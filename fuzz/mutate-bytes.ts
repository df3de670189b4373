import type { Random } from './random.ts';

/** Where numbers change their kind: of a byte, of LEB128, of 32 bits. */
const bytesOfNote = [0, 1, 0x3f, 0x40, 0x60, 0x7f, 0x80, 0x8f, 0xff];
const longNumbers = [
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x08],
  [0xff, 0xff, 0xff, 0xff, 0x1f],
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
];

/** A few changes: bytes of note, numbers as long as they get, parts doubled, dropped, moved, cut off. */
export function mutateBytes(bytes: Uint8Array, random: Random, most = 6): Uint8Array {
  let changed = [...bytes];
  for (let left = random.between(1, most); left > 0; left -= 1) changed = changedOnce(changed, random);
  return Uint8Array.from(changed);
}

function changedOnce(bytes: readonly number[], random: Random): number[] {
  if (bytes.length === 0) return [random.below(256)];
  const at = random.below(bytes.length);
  const length = random.between(1, random.chance(80) ? 8 : 200);
  const part = bytes.slice(at, at + length);
  const without = [...bytes.slice(0, at), ...bytes.slice(at + length)];
  return random.pickWeighted<() => number[]>([
    [4, () => bytes.with(at, random.pick(bytesOfNote))],
    [4, () => bytes.with(at, (bytes[at] as number) ^ (1 << random.below(8)))],
    [3, () => bytes.with(at, ((bytes[at] as number) + random.pick([1, 255])) & 0xff)],
    [2, () => [...bytes.slice(0, at), ...random.pick(longNumbers), ...bytes.slice(at + 1)]],
    [2, () => [...bytes.slice(0, at), ...part, ...part, ...bytes.slice(at + length)]],
    [2, () => without],
    [1, () => without.toSpliced(random.below(without.length + 1), 0, ...part)],
    [1, () => bytes.slice(0, at)],
    [1, () => [...bytes.slice(0, at), random.below(256), ...bytes.slice(at)]],
  ])();
}
