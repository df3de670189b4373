import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CampaignFinding } from './campaign.ts';

/** An input that something was wrong with, as it is kept. */
export interface FuzzFixture {
  readonly target: string;
  readonly foundBy: { readonly seed: number; readonly case: number };
  /** What was wrong with it when it was found. */
  readonly finding: string;
  readonly input: unknown;
}

/** Returns the path of the new file. */
export function writeFixture(folder: string, seed: number, finding: CampaignFinding): string {
  const { target, case: number, kind, message, input } = finding;
  const [firstLine] = message.split('\n', 1);
  const fixture: FuzzFixture = {
    target,
    foundBy: { seed, case: number },
    finding: `${kind}: ${firstLine}`,
    input,
  };
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${target.replace(/\W+/g, '-')}-${seed}-${number}.json`);
  writeFileSync(path, `${JSON.stringify(fixture, undefined, 2)}\n`);
  return path;
}

/** All in a folder, in the order of their names; none where there is no folder. */
export function readFixtures(folder: string): readonly { readonly name: string; readonly fixture: FuzzFixture }[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, fixture: JSON.parse(readFileSync(join(folder, name), 'utf8')) as FuzzFixture }));
}
