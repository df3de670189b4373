import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleReport } from '../bench/sample-report.ts';
import { trimeter } from './capture.ts';

type Json = { [name: string]: Json } & Json[] & number;

describe('trimeter report', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-report-'));
  after(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);
  const text = JSON.stringify(sampleReport());
  before(() => writeFileSync(at('run 1.json'), text));

  /** The exit code and errors of showing a report after something has happened to it. */
  async function shown(damage: (report: Json) => void) {
    const report = JSON.parse(text);
    damage(report);
    writeFileSync(at('damaged.json'), JSON.stringify(report));
    return trimeter('report', at('damaged.json'), '--html', at('damaged.html'));
  }

  it('writes the page with a link to the data, the comment, and the claims', async () => {
    const page = await trimeter('report', at('run 1.json'), '--html', at('page.html'), '--markdown', '-');
    assert.equal(page.exitCode, 0, page.errors);
    assert.match(page.output, /^### Trimeter benchmark\n/);
    assert.match(readFileSync(at('page.html'), 'utf8'), /<a href="run%201\.json">/);
    mkdirSync(at('pages'));
    await trimeter('report', at('run 1.json'), '--html', at('pages/page.html'), '--markdown', at('comment.md'));
    assert.match(readFileSync(at('pages/page.html'), 'utf8'), /<a href="\.\.\/run%201\.json">/);
    assert.equal(readFileSync(at('comment.md'), 'utf8'), page.output);
    const { output } = await trimeter('report', at('run 1.json'), '--json');
    const { claims } = JSON.parse(output);
    const found = claims.find(({ id }: { id: string }) => id === 'deterministic');
    assert.equal(found.verdict, 'not refuted');
    assert.ok(found.criterion.length > 0 && found.sentence.length > 0);
  });

  it('prints a table if nothing else is asked for, without obeying what is in it', async () => {
    const report = JSON.parse(text);
    report.environment.cpu = '\u001b[31mfast\u202e';
    writeFileSync(at('coloured.json'), JSON.stringify(report));
    const { output } = await trimeter('report', at('coloured.json'));
    assert.match(output, /^Time of one operation\n/);
    assert.ok(output.includes('\\x1b[31mfast\\u{202e}'));
    assert.match(output, /^not refuted +Deterministic execution is guaranteed\./m);
  });

  /** A result of that date in a file of that name. */
  function writeRun(name: string, date: string, change: (report: Json) => void = () => {}) {
    const report = JSON.parse(text);
    report.environment.date = date;
    change(report);
    writeFileSync(at(name), JSON.stringify(report));
    return at(name);
  }

  it('shows the history of several results, from the oldest to the newest: as text, as a page and as JSON', async () => {
    const newest = writeRun('c.json', '2026-03-01T00:00:00.000Z', (report) => {
      set(report['environment'], 'trimeter', '9.8.7');
      set(slot(report), 'gasPerOperation', 22_068);
    });
    const oldest = writeRun('a.json', '2026-01-01T00:00:00.000Z', (report) => report['cases']?.shift());
    const middle = writeRun('b.json', '2026-02-01T00:00:00.000Z');
    const shownText = await trimeter('report', newest, oldest, middle);
    assert.equal(shownText.exitCode, 0, shownText.errors);
    assert.match(shownText.output, /^auth-gate, bn254, erc20 and 3 more on wasm, .*, over 3 runs\n/);
    assert.match(shownText.output, /^run 1: 2026-01-01 00:00 UTC, Node v24\.21\.0, full protocol$/m);
    assert.match(shownText.output, /^run 3: 2026-03-01 00:00 UTC, trimeter 9\.8\.7, Node v24\.21\.0, full protocol$/m);
    assert.match(
      shownText.output,
      /^auth-gate +decide +- +0\.64 \[0\.63, 0\.64\] - +0\.64 \[0\.63, 0\.64\] - +1\.00 \[.*\] +no measurable difference$/m,
    );
    assert.match(shownText.output, /^auth-gate +decide +- +44136 +22068 +-50\.0 %$/m);
    assert.match(shownText.output, /^erc20 +transfer +7884 +7884 +7884 +same$/m);
    assert.match(shownText.output, /^Gas differs between them in 1 of 9 places\.$/m);
    const page = await trimeter('report', newest, oldest, middle, '--html', at('history.html'), '--json');
    assert.equal(page.exitCode, 0, page.errors);
    assert.match(readFileSync(at('history.html'), 'utf8'), /<h1>auth-gate, .*, over 3 runs<\/h1>/);
    const { runs, gas } = JSON.parse(page.output);
    assert.deepEqual(
      runs.map(({ date }: { date: string }) => date.slice(0, 10)),
      ['2026-01-01', '2026-02-01', '2026-03-01'],
    );
    assert.deepEqual(gas.find(({ id }: { id: string }) => id === 'auth-gate').points, [null, 44_136, 22_068]);
  });

  it('turns down a history that would go over a result, into one comment, or from a damaged file', async () => {
    const [a, b] = [writeRun('a.json', '2026-01-01T00:00:00.000Z'), writeRun('b.json', '2026-02-01T00:00:00.000Z')];
    const over = await trimeter('report', a, b, '--html', b);
    assert.match(over.errors, /--html and result 2 each need a place of their own/);
    const comment = await trimeter('report', a, b, '--markdown', '-');
    assert.match(comment.errors, /--markdown takes one result, got 2/);
    const damaged = await trimeter(
      'report',
      a,
      writeRun('d.json', 'x', (report) => set(report, 'cases', 1)),
    );
    assert.match(damaged.errors, /d\.json.* is damaged at cases/);
    for (const { exitCode, output } of [over, comment, damaged]) assert.deepEqual([exitCode, output], [2, '']);
  });

  const slot = (report: Json) => report['cases']?.[0]?.['slots']?.['wasm'] as Json;
  const set = (object: Json | undefined, name: string, value: unknown) => {
    assert.ok(object !== undefined);
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
  };
  const damages: readonly (readonly [what: string, damage: (report: Json) => void, where: RegExp])[] = [
    ['no cases', (report) => set(report, 'cases', undefined), /damaged at cases$/m],
    ['a case that is none', (report) => set(report['cases'], '0', null), /damaged at cases\[0\]$/m],
    ['a name that is an object', (report) => set(report['cases']?.[0], 'id', { toString: 1 }), /cases\[0\]\.id/],
    ['a time of zero', (report) => set(slot(report), 'nsPerOperation', 0), /slots\.wasm\.nsPerOperation/],
    ['a time too large to draw', (report) => set(slot(report), 'nsPerOperation', 1e300), /nsPerOperation/],
    ['gas that is text', (report) => set(slot(report), 'gasPerOperation', '1'), /gasPerOperation/],
    ['a negative sample', (report) => set(slot(report)['samplesNs']?.[0], '3', -1), /samplesNs\[0\]\[3\]/],
    ['a process without samples', (report) => set(slot(report)['samplesNs'], '2', []), /samplesNs\[2\]/],
    ['too few blocks for an interval', (report) => set(slot(report), 'blocksNs', [1, 2, 3]), /blocksNs/],
    [
      'an interval beside its estimate',
      (report) => set(report['suite'], 'wasm/native', { point: 1, low: 2, high: 3 }),
      /suite\.wasm\/native/,
    ],
    [
      'an unknown verdict',
      (report) => set(report['cases']?.[0]?.['comparisons']?.['wasm/native'], 'verdict', '<b>'),
      /comparisons\.wasm\/native\.verdict/,
    ],
    [
      'a comparison with a machine that did not run',
      (report) =>
        set(report['cases']?.[0]?.['comparisons'], 'wasm/abacus', sampleReport().cases[0]?.comparisons['wasm/native']),
      /comparisons\.wasm\/abacus/,
    ],
    [
      'a machine named as what every object has',
      (report) => set(report['cases']?.[0]?.['slots'], 'constructor', slot(report)),
      /slots\.constructor/,
    ],
    ['a description that is none', (report) => set(report['environment']?.['backends'], 'wasm', 7), /backends\.wasm/],
    ['a plan without a seed', (report) => set(report['plan'], 'seed', undefined), /plan\.seed/],
    ['phases that are no list', (report) => set(report, 'phases', {}), /damaged at phases/],
    [
      'a curve of one point',
      (report) => set(report['boundary']?.[0], 'points', [{ crossings: 1, nsPerCall: 1 }]),
      /boundary\[0\]\.points/,
    ],
    ['a start without times', (report) => set(report, 'preinitialised', [{ id: 'x' }]), /preinitialised\[0\]\.plainNs/],
    [
      'another version',
      (report) => set(report, 'version', { toString: 1 }),
      /has version \{"toString":1\}, known is 2/,
    ],
  ];
  for (const [what, damage, where] of damages) {
    it(`turns down ${what}`, async () => {
      const { exitCode, errors, output } = await shown(damage);
      assert.match(errors, where);
      assert.match(errors, /^trimeter: [^\n]+\n$/);
      assert.equal(exitCode, 2);
      assert.equal(output, '');
      assert.equal(existsSync(at('damaged.html')), false);
    });
  }

  it('turns down an own key __proto__', async () => {
    writeFileSync(at('proto.json'), text.replace('"slots":{', '"slots":{"__proto__":{},'));
    const { errors, exitCode } = await trimeter('report', at('proto.json'));
    assert.match(errors, /slots\.__proto__/);
    assert.equal(exitCode, 2);
  });

  it('accepts what a later minor version may add, and comparisons without a verdict', async () => {
    const { exitCode, errors } = await shown((report) => {
      set(report, 'later', { anything: true });
      set(report['cases']?.[0]?.['comparisons']?.['wasm/native'], 'verdict', null);
    });
    assert.equal(exitCode, 0, errors);
  });

  it('needs a place for each result, and a file', async () => {
    const same = await trimeter('report', at('run 1.json'), '--html', at('x'), '--markdown', `${directory}/./x`);
    assert.match(same.errors, /each need a place of their own/);
    const twice = await trimeter('report', at('run 1.json'), '--json', '-', '--markdown', '-');
    assert.match(twice.errors, /each need a place of their own/);
    const over = await trimeter('report', at('run 1.json'), '--html', at('run 1.json'));
    assert.match(over.errors, /--html and the result each need a place of their own/);
    assert.equal(readFileSync(at('run 1.json'), 'utf8'), text);
    const none = await trimeter('report');
    assert.match(none.errors, /report takes a result of trimeter bench, or several/);
    const folder = await trimeter('report', at('run 1.json'), '--html', at('none/x.html'));
    assert.match(folder.errors, /its directory does not exist/);
    for (const { exitCode } of [same, twice, over, none, folder]) assert.equal(exitCode, 2);
  });
});
