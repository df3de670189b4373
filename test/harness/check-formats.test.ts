import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type CheckReport, type CheckRun, check, checkJson, checkMarkdown, loadSubject } from '../../harness/index.ts';
import { counterBackend, counterSubject } from '../agreement/counter-machine.ts';

const about = { seed: 7, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };

async function disagreement(id = 'counter'): Promise<CheckReport> {
  const machines = [counterBackend('evm'), counterBackend('wasm', 'wrong output')];
  const calls = fc.constant([{ method: 'add', args: ['9'] }]);
  return { ...(await check(counterSubject, machines, { calls, callBudget: 3 })), id };
}

describe('what a check came to', () => {
  it('is a comment with who agreed, on what, and who was not there', async () => {
    const reports = [await check(await loadSubject('noop'), ['wasm', 'reference'], { callBudget: 20 })];
    const missing = [{ name: 'native', reason: 'there is no compiler' }];
    const run: CheckRun = { ...about, missing, notCompared: ['odd'], reports, replayFiles: new Map() };
    const [{ calls, sequences }] = reports as [CheckReport];
    assert.equal(
      checkMarkdown(run),
      `### Trimeter check

**wasm, reference agree on ${calls} calls of 1 contract.**

Without native: there is no compiler

odd runs on one machine only and was not compared.

| contract | random calls | sequences | machines | |
| --- | --: | --: | --- | --- |
| noop | ${calls} | ${sequences} | wasm, reference | agree |

Seed 7, schedule flat-v2.
`,
    );
    assert.deepEqual(
      [checkJson(run).agreed, checkJson(run).calls, checkJson(run).missing, checkJson(run).notCompared],
      [true, calls, missing, ['odd']],
    );
  });

  it('shows the calls that lead to a disagreement, and where they can be run again', async () => {
    const run: CheckRun = {
      ...about,
      reports: [await disagreement()],
      replayFiles: new Map([['counter', 'counter-7.replay.json']]),
    };
    const text = checkMarkdown(run);
    assert.match(text, /^\*\*Machines disagree on 1 of 1 contract\.\*\*$/m);
    assert.match(text, /^\*\*counter: after call 1, evm and wasm differ in output\*\*$/m);
    assert.match(text, /^1\. add\("9"\) by alice$/m);
    assert.match(text, /^Replay file: counter-7\.replay\.json$/m);
    const json = checkJson(run);
    assert.equal(json.agreed, false);
    assert.equal(json.disagreements, 1);
    assert.equal((json.cases[0] as { replayFile: string }).replayFile, 'counter-7.replay.json');
  });

  it('says so where nothing was compared', async () => {
    const reports = [await check(await loadSubject('noop'), ['wasm'], { callBudget: 5 })];
    const run: CheckRun = { ...about, reports, replayFiles: new Map() };
    assert.match(checkMarkdown(run), /^\*\*Nothing was compared\.\*\*$/m);
    assert.equal(checkJson(run).agreed, null);
    assert.equal(checkJson({ ...run, reports: [] }).agreed, null);
  });

  it('makes no markup of what comes from outside', async () => {
    const id = '<img src=x onerror=1> [a](http://b) `c` | @everyone\n# d';
    const text = checkMarkdown({ ...about, reports: [await disagreement(id)], replayFiles: new Map([[id, id]]) });
    assert.doesNotMatch(text, /<img|(?<!\\)\]\(http|@everyone|^# d/m);
    for (const row of text.split('\n').filter((line) => line.startsWith('| ') && line.includes('disagree'))) {
      assert.equal(row.split(/(?<!\\)\|/).length, 7, row);
    }
  });
});
