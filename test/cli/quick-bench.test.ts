import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trimeter } from './capture.ts';

describe('bench --quick', function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-quick-'));
  const at = (name: string) => join(directory, name);
  const text = (name: string) => readFileSync(at(name), 'utf8');
  const quick = ['bench', 'noop', '--quick', '--on', 'wasm,wasm-unmetered', '--blocks', '6'];
  let printed: string;

  before(async () => {
    const files = ['--json', at('run.json'), '--html', at('run.html'), '--markdown', at('run.md')];
    const { exitCode, output, errors } = await trimeter(...quick, ...files);
    assert.deepEqual([exitCode, errors], [0, '']);
    printed = output;
  });
  after(() => rmSync(directory, { recursive: true }));

  it('writes the documents of the full run, and says in each that it has no verdicts', () => {
    assert.match(text('run.html'), /A quick run is one process, which gives no verdicts/);
    assert.match(text('run.html'), /<a href="run\.json">/);
    assert.match(text('run.md'), /^\*\*A quick run is one process, which gives no verdicts/m);
    assert.equal(JSON.parse(text('run.json')).plan.blockCount, 6);
  });

  it('is shown again by report as it was printed', async () => {
    const again = await trimeter('report', at('run.json'));
    assert.deepEqual([again.exitCode, again.output], [0, printed]);
    const { output } = await trimeter('report', at('run.json'), '--markdown', '-');
    assert.equal(output, text('run.md'));
  });

  it('is compared with an earlier quick run', async () => {
    const { exitCode, output } = await trimeter(...quick, '--compare', at('run.json'), '--json', at('new.json'));
    const [change] = JSON.parse(text('new.json')).changes;
    assert.equal(change.machines, 'wasm/wasm-unmetered');
    assert.match(output, /^Against the earlier run$/m);
    assert.match(output, /only a change of more than a factor of 1\.5 counts/);
    // What it says depends on what else this computer does.
    assert.equal(exitCode, { slower: 1, unstable: 2 }[change.verdict as string] ?? 0);
  });

  it('is not compared with a full run unless that is allowed', async () => {
    const full = JSON.parse(text('run.json'));
    delete full.plan.inOneProcess;
    for (const { comparisons } of full.cases)
      for (const key of Object.keys(comparisons)) comparisons[key].verdict = 'faster';
    writeFileSync(at('full.json'), JSON.stringify(full));
    const { exitCode, errors } = await trimeter(...quick, '--compare', at('full.json'));
    assert.equal(exitCode, 2);
    assert.match(errors, /was made otherwise: protocol was full and is quick/);
  });
});
