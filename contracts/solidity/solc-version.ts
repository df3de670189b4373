import { gte, intersects, maxSatisfying, rcompare, satisfies, validRange } from 'semver';
import { InputRejected } from '../input-rejected.ts';

/** The first with standard JSON, which is what we speak. */
const oldestSolc = '0.4.11';

/** What a file, or a configuration, asks of the compiler. */
export interface VersionWish {
  readonly where: string;
  /** Versions as npm writes them: `^0.8.20`, `>=0.7.0 <0.9.0`. */
  readonly range: string;
}

/** @throws InputRejected for a range that is none, and for two that exclude each other. */
export function checkWishes(wishes: readonly VersionWish[]): void {
  for (const { where, range } of wishes) {
    if (validRange(range) === null) {
      throw new InputRejected(where, `expected versions of Solidity such as ^0.8.20, got ${JSON.stringify(range)}`);
    }
  }
  const distinct = withoutRepeats(wishes);
  for (const [i, one] of distinct.entries()) {
    const other = distinct.slice(0, i).find(({ range }) => !intersects(range, one.range));
    if (other !== undefined) throw noneSuitsAll([other, one]);
  }
}

/** The newest that all agree on. */
export function newestSatisfying(versions: readonly string[], wishes: readonly VersionWish[]): string | undefined {
  return versions.filter((version) => gte(version, oldestSolc) && satisfiesAll(version, wishes)).sort(rcompare)[0];
}

export function satisfiesAll(version: string, wishes: readonly VersionWish[]): boolean {
  return wishes.every(({ range }) => satisfies(version, range));
}

/**
 * Why no version is there for what is asked: who asks for what cannot be had, or whose wishes exclude each other.
 *
 * @param versions all that there are
 */
export function noSuchVersion(versions: readonly string[], wishes: readonly VersionWish[]): InputRejected {
  const impossible = wishes.find(({ range }) => newestSatisfying(versions, [{ where: '', range }]) === undefined);
  if (impossible !== undefined) {
    return new InputRejected(
      impossible.where,
      `asks for solc ${impossible.range}, of which npm has none: there are ${oldestSolc} to ${maxSatisfying(versions as string[], '*')}`,
    );
  }
  return noneSuitsAll(withoutRepeats(wishes).slice(0, 4));
}

function noneSuitsAll(wishes: readonly VersionWish[]): InputRejected {
  const asked = wishes.map(({ where, range }) => `${where} asks for ${range}`);
  return new InputRejected('solc', `no version suits all: ${asked.join(', ')}`);
}

function withoutRepeats(wishes: readonly VersionWish[]): readonly VersionWish[] {
  return wishes.filter(({ range }, i) => wishes.findIndex((other) => other.range === range) === i);
}
