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
    assert.match(none.errors, /report takes one result of trimeter bench/);
    const folder = await trimeter('report', at('run 1.json'), '--html', at('none/x.html'));
    assert.match(folder.errors, /its directory does not exist/);
    for (const { exitCode } of [same, twice, over, none, folder]) assert.equal(exitCode, 2);
  });
});
