import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CampaignFinding, emptyState, runCampaign } from '../../fuzz/campaign/campaign.ts';
import { readFixtures, writeFixture } from '../../fuzz/campaign/fixtures.ts';
import { seeWrong } from '../../fuzz/campaign/minimise.ts';
import { readState, StateRejected, writeState } from '../../fuzz/campaign/state-file.ts';
import { withoutParts } from '../../fuzz/shrink.ts';
import { Discarded, Finding, type FuzzTarget } from '../../fuzz/target.ts';
import { allTargets } from '../../fuzz/targets/all-targets.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/fuzz', import.meta.url));

/** Cases of each that tests have time for; other targets of modules have a test of their own. */
const shortBudget: Readonly<Record<string, number>> = {
  'modules:small': 25,
  'host-calls': 6,
  decoder: 400,
  'abi-decoders': 200,
  'json-readers': 1_500,
};

function limited(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

/** Lists of digits, of which those with a 7 in them are wrong. */
const sevens: FuzzTarget<{ readonly digits: readonly number[] }> = {
  name: 'sevens',
  title: 'for tests',
  share: 1,
  make: async (random) => {
    if (random.chance(20)) throw new Discarded('nothing');
    return { digits: Array.from({ length: random.below(6) }, () => random.below(10)) };
  },
  run: async ({ digits }) => {
    if (digits.includes(7)) throw new Finding('difference', `seven in ${digits.join()}`);
    return { digits: digits.length };
  },
  smaller: function* ({ digits }) {
    for (const rest of withoutParts(digits)) yield { digits: rest };
  },
};

describe('the fuzz targets', function () {
  this.timeout(120_000);

  for (const target of allTargets()) {
    const cases = shortBudget[target.name];
    if (cases === undefined) continue;
    it(`find nothing in a short run: ${target.name}`, async () => {
      const state = emptyState(7);
      const findings: CampaignFinding[] = [];
      const onFinding = (finding: CampaignFinding): void => void findings.push(finding);
      await runCampaign({ targets: [target], state, now: () => 0, goesOn: limited(cases), onFinding });
      assert.deepEqual(findings, []);
      const found = state.targets[target.name];
      assert.ok((found?.cases ?? 0) > cases / 2, `cases were run: ${JSON.stringify(found)}`);
      assert.ok(Object.keys(found?.counts ?? {}).length > 1, 'of several kinds');
    });
  }

  it('find nothing any more in what they once found', async () => {
    const targets = new Map(allTargets().map((target) => [target.name, target]));
    const fixtures = readFixtures(FIXTURES);
    assert.ok(fixtures.length > 0, 'there are fixtures');
    for (const { name, fixture } of fixtures) {
      const target = targets.get(fixture.target);
      // Without binaryen there is a target less, whose modules the others can run.
      const runner = target ?? targets.get('modules:small');
      assert.ok(runner, name);
      assert.equal(await seeWrong(runner, fixture.input), undefined, name);
    }
  });
});

describe('a fuzz campaign', () => {
  const sevensIn = async (state = emptyState(1), cases = 60): Promise<readonly CampaignFinding[]> => {
    const findings: CampaignFinding[] = [];
    const onFinding = (finding: CampaignFinding): void => void findings.push(finding);
    await runCampaign({ targets: [sevens], state, now: () => 0, goesOn: limited(cases), onFinding });
    return findings;
  };

  it('makes what it finds as small as it goes, and counts what it did', async () => {
    const state = emptyState(1);
    const findings = await sevensIn(state);
    assert.ok(findings.length > 3, 'sevens were made');
    for (const { input, kind } of findings) assert.deepEqual([kind, input], ['difference', { digits: [7] }]);
    const { cases, discarded, counts, nextCase, findings: found } = state.targets['sevens'] ?? assert.fail();
    assert.equal(nextCase, 60);
    assert.equal(cases + (discarded['nothing'] ?? 0) + found, 60);
    assert.equal(found, findings.length);
    assert.ok((counts['digits'] ?? 0) > 0);
  });

  it('goes on from a file as if it had not stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-fuzz-state-'));
    try {
      const path = join(folder, 'deep', 'state.json');
      const whole = await sevensIn();
      const first = emptyState(1);
      const found = [...(await sevensIn(first, 25))];
      writeState(path, first);
      found.push(...(await sevensIn(readState(path, 1), 35)));
      assert.deepEqual(found, whole);
      assert.deepEqual(readdirSync(join(folder, 'deep')), ['state.json']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes no state of another seed, and no other file for a state', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-fuzz-state-'));
    try {
      const path = join(folder, 'state.json');
      assert.deepEqual(readState(path, 5), emptyState(5));
      writeState(path, emptyState(5));
      assert.throws(() => readState(path, 6), StateRejected);
      for (const text of ['', '{}', 'null', '{"format":"trimeter-fuzz-1","seed":5,"targets":null}']) {
        writeFileSync(path, text);
        assert.throws(() => readState(path, 5), StateRejected, text);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes a fixture that the tests can run again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-fuzz-fixture-'));
    try {
      const [finding] = await sevensIn();
      writeFixture(folder, 1, finding ?? assert.fail('nothing was found'));
      const [written] = readFixtures(folder);
      assert.equal(written?.name, `sevens-1-${finding?.case}.json`);
      const seen = await seeWrong(sevens, written?.fixture.input as { digits: number[] });
      assert.deepEqual(seen, { kind: 'difference', message: 'seven in 7' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('gives each target its share of the time', async () => {
    const state = emptyState(1);
    let time = 0;
    const slow: FuzzTarget = {
      ...sevens,
      name: 'slow',
      share: 3,
      make: async () => ({ digits: [] }),
      run: async () => {
        time += 5;
        return {};
      },
    } as FuzzTarget;
    const quick: FuzzTarget = {
      ...slow,
      name: 'quick',
      share: 1,
      run: async () => {
        time += 1;
        return {};
      },
    } as FuzzTarget;
    await runCampaign({ targets: [slow, quick], state, now: () => time, goesOn: () => time < 400 });
    const share = (state.targets['slow']?.seconds ?? 0) / time;
    assert.ok(share > 0.7 && share < 0.8, `${share}`);
  });
});
