import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { htmlReport } from '../../bench/report/html/page.ts';
import { markdownReport } from '../../bench/report/markdown.ts';
import { protocolTable } from '../../bench/report/protocol-table.ts';
import { compareReports } from '../../bench/result/compare-reports.ts';
import { checkComparable, whyNothingCompared } from '../../cli/compared-run.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { sampleReport } from '../bench/sample-report.ts';
import { trimeter } from './capture.ts';

const older = { ...sampleReport(), scheduleId: 'flat-v1' };
const erc20 = { id: 'erc20', workloads: [{ id: 'transfer' }] } as unknown as ContractCase;
const run = {
  cases: [erc20],
  machines: ['wasm', 'native'],
  scheduleId: 'flat-v1',
  environment: older.environment,
  plan: older.plan,
};

describe('a comparison with an earlier run', () => {
  it('is made where there is something in common and the setting is the same', () => {
    assert.deepEqual(checkComparable('old.json', older, run, false), []);
  });

  const nothing: readonly [string, Partial<typeof run>, Partial<typeof older>, RegExp][] = [
    ['no workload', { cases: [{ ...erc20, id: 'other' }] }, {}, /^old\.json: has none of the workloads of this run/],
    ['no other machine', { machines: ['wasm', 'revm2'] }, {}, /^old\.json: has no verdicts on wasm beside revm2/],
    ['another subject', { machines: ['native', 'wasm'] }, {}, /has no verdicts on native beside wasm/],
    ['one machine', { machines: ['wasm'] }, {}, /has no verdicts on wasm beside another machine/],
    ['an earlier run that was too noisy', {}, { isTooNoisy: true }, /^old\.json: was too noisy for verdicts/],
  ];
  for (const [what, ofRun, ofOlder, message] of nothing) {
    it(`is refused before the run with ${what} in common`, () => {
      assert.throws(() => checkComparable('old.json', { ...older, ...ofOlder }, { ...run, ...ofRun }, true), {
        name: 'InputRejected',
        message,
      });
    });
  }

  const { environment } = older;
  const settings: readonly [string, Partial<typeof run>, RegExp][] = [
    ['Node line', { environment: { ...environment, runtime: 'Node v26.1.0' } }, /runtime was Node v24 and is Node v26/],
    ['V8', { environment: { ...environment, engine: 'V8 15' } }, /engine was V8 13\.6\.233\.17-node\.53 and is V8 15/],
    [
      'processor',
      { environment: { ...environment, cpu: 'Other' } },
      /processor was AMD EPYC, 2 cores and is Other, 2 cores/,
    ],
    ['flags', { environment: { ...environment, flags: '--jitless' } }, /flags was none and is --jitless/],
    ['schedule', { scheduleId: 'calibrated-v1' }, /schedule was flat-v1 and is calibrated-v1/],
    ['protocol', { plan: { ...older.plan, inOneProcess: true } }, /protocol was full and is quick/],
    [
      'version of a machine',
      { environment: { ...environment, backends: { ...environment.backends, native: 'g++ 14' } } },
      /native was g\+\+ 12\.2\.0 .* and is g\+\+ 14/,
    ],
  ];
  for (const [what, ofRun, message] of settings) {
    it(`is refused with another ${what}, unless that is allowed, and then said`, () => {
      const now = { ...run, ...ofRun };
      assert.throws(() => checkComparable('old.json', older, now, false), { name: 'InputRejected', message });
      assert.match(checkComparable('old.json', older, now, true).join('; '), message);
    });
  }

  it('lets the patch of a runtime differ whose engine is the same', () => {
    const now = { ...run, environment: { ...environment, runtime: 'Node v24.99.0' } };
    assert.deepEqual(checkComparable('old.json', older, now, false), []);
  });

  it('says why it concludes nothing', () => {
    const changes = compareReports(older, older);
    assert.equal(whyNothingCompared(older, changes), undefined);
    assert.match(whyNothingCompared({ ...older, isTooNoisy: true }, changes) ?? '', /too much else ran/);
    assert.match(whyNothingCompared(older, []) ?? '', /^nothing was compared/);
    const unstable = changes.map((change) => ({ ...change, verdict: 'unstable' as const }));
    assert.match(whyNothingCompared(older, unstable) ?? '', /every ratio is unstable/);
  });

  it('is refused by the program in one line, with exit code 2', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-compare-'));
    try {
      const path = join(folder, 'old.json');
      writeFileSync(path, JSON.stringify({ ...older, environment: { ...environment, runtime: 'Node v18.20.0' } }));
      const bench = ['bench', 'erc20', '--on', 'wasm,wasm-unmetered', '--anchors', 'none', '--compare', path];
      const result = await trimeter(...bench);
      assert.equal(result.exitCode, 2);
      assert.match(
        result.errors,
        /old\.json: was made otherwise: runtime was Node v18 .*--allow-different compares all the same\n$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not begun by a run without workloads', async () => {
    for (const protocol of [['--quick'], []]) {
      const { exitCode, errors } = await trimeter('bench', 'noop', '--size', 'large', '--on', 'wasm', ...protocol);
      assert.equal(exitCode, 2);
      assert.match(errors, /no contract here has a workload of size large/);
    }
  });
});

describe('a report', () => {
  const machines = ['wasm', 'native', 'evm', 'wasm-unmetered'];

  it('has the warning that nothing can be concluded above all numbers, and no headline', () => {
    const noisy = sampleReport({ isTooNoisy: true });
    const warning = 'Too much else ran on this computer: no verdict can be given.';
    assert.ok(protocolTable(noisy, machines).startsWith(`${warning}\n`));
    const markdown = markdownReport(noisy);
    assert.ok(markdown.includes(warning) && markdown.indexOf(warning) < markdown.indexOf('|'));
    assert.doesNotMatch(markdown, /Geometric means/);
    const html = htmlReport(noisy);
    assert.ok(html.includes(warning) && html.indexOf(warning) < html.indexOf('processes in'));
    assert.doesNotMatch(html, /times the work of/);
    assert.match(htmlReport(sampleReport()), /times the work of/);
  });

  it('gives the noise floor as a factor, which is possible both ways', () => {
    const cases = sampleReport().cases.map((found) => ({
      ...found,
      self: found.self && { ...found.self, floor: 4.899 },
    }));
    const report = sampleReport({ cases });
    for (const text of [protocolTable(report, machines), markdownReport(report), htmlReport(report)]) {
      assert.match(text, /×\/÷ 4\.899/);
      assert.doesNotMatch(text, /±/);
    }
  });

  it('marks a workload whose calls fail, in every form', () => {
    const [first, ...rest] = sampleReport().cases;
    const failing = {
      ...(first as NonNullable<typeof first>),
      failure: 'call 0 reverts',
      self: null,
      slots: {},
      comparisons: {},
    };
    const report = sampleReport({ cases: [failing, ...rest] });
    assert.match(protocolTable(report, machines), /^Calls of 1 workload fail, and nothing was timed there\.$/m);
    assert.match(markdownReport(report), /\| fails \|/);
    assert.match(markdownReport(report), /: call 0 reverts$/m);
    const html = htmlReport(report);
    assert.match(html, /its calls fail/);
    assert.match(html, /: call 0 reverts</);
  });
});
