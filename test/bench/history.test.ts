import assert from 'node:assert/strict';
import { historyText } from '../../bench/report/history-text.ts';
import { htmlHistory } from '../../bench/report/html/history-page.ts';
import { historyOf } from '../../bench/result/history.ts';
import type { Comparison, ProtocolReport } from '../../bench/result/protocol-report.ts';
import { sampleReport } from './sample-report.ts';

const HOSTILE = `<script>alert(1)</script>"'&\u202e\n`;

/** The sample as of that month, with `erc20/transfer` by a factor faster than the other machines, and with that gas. */
function runOf(month: number, factor: number, gas: number): ProtocolReport {
  const sample = sampleReport();
  const cases = sample.cases.map((found) => {
    const own = found.slots['wasm'];
    if (found.id !== 'erc20' || own === undefined) return found;
    const blocksNs = own.blocksNs.map((ns) => ns / factor);
    const comparisons = Object.entries(found.comparisons).map(([key, { ratio, ...rest }]): [string, Comparison] => {
      const [point, low, high] = [ratio.point * factor, ratio.low * factor, ratio.high * factor];
      return [key, { ...rest, ratio: { point, low, high } }];
    });
    return {
      ...found,
      slots: { ...found.slots, wasm: { ...own, blocksNs, gasPerOperation: gas } },
      comparisons: Object.fromEntries(comparisons),
    };
  });
  const date = `2026-0${month}-02T03:04:05.678Z`;
  return { ...sample, cases, environment: { ...sample.environment, date, trimeter: `0.${month}.0` } };
}

describe('a history of runs', () => {
  const history = historyOf([runOf(3, 1.5, 6000), runOf(1, 1, 7884), runOf(2, 1, 7884)]);

  it('is in the order of their dates, and has each ratio and the gas of each workload', () => {
    assert.deepEqual(
      history.runs.map(({ trimeter }) => trimeter),
      ['0.1.0', '0.2.0', '0.3.0'],
    );
    const ratio = history.ratios.find(({ id, machines }) => id === 'erc20' && machines === 'wasm/native');
    assert.deepEqual(
      ratio?.points.map((point) => point?.ratio.point.toFixed(2)),
      ['0.69', '0.69', '1.03'],
    );
    assert.ok(Math.abs((ratio?.lastChange?.change.point ?? 0) - 1.5) < 0.01);
    // Six blocks are too few for a verdict on all of them together.
    const [before, last] = [runOf(2, 1, 7884), runOf(3, 1.5, 6000)].map((run) => {
      return { ...run, cases: run.cases.filter(({ id }) => id === 'erc20') };
    });
    const alone = historyOf([before as ProtocolReport, last as ProtocolReport]);
    assert.equal(alone.ratios[0]?.lastChange?.verdict, 'faster');
    assert.match(htmlHistory(alone), /Of 3 ratios, in the last run against the one before: 3 faster\./);
    const gas = history.gas.filter(({ id }) => id === 'erc20').map(({ machine, points }) => ({ machine, points }));
    assert.deepEqual(gas, [{ machine: 'wasm', points: [7884, 7884, 6000] }]);
    // The page and the text say so as well.
    assert.match(historyText(history), /^erc20 +transfer +7884 +7884 +6000 +-23\.9 %$/m);
    assert.match(htmlHistory(history), /Gas differs between them in 1 of 9 places\./);
  });

  it('holds no ratio of different settings against another, and says what is different', () => {
    const [before, last] = [runOf(1, 1, 7884), runOf(2, 1.5, 7884)];
    const moved = historyOf([before, { ...last, environment: { ...last.environment, runtime: 'Node v26.0.0' } }]);
    assert.ok(moved.ratios.every(({ lastChange }) => lastChange === null));
    assert.deepEqual(moved.runs[1]?.settingChanges, ['runtime was Node v24 and is Node v26']);
    assert.match(historyText(moved), /^ *runtime was Node v24 and is Node v26$/m);
    assert.match(historyText(moved), /^The last two runs were made with different settings/m);
    assert.match(htmlHistory(moved), /runtime was Node v24 and is Node v26/);
  });

  it('leaves a gap where a run lacks a workload, and shows what only older runs had', () => {
    const lacking = runOf(2, 1, 7884);
    const gap = historyOf([runOf(1, 1, 7884), { ...lacking, cases: lacking.cases.slice(3) }, runOf(3, 1, 7884)]);
    const ratio = gap.ratios.find(({ id, machines }) => id === 'erc20' && machines === 'wasm/evm');
    assert.deepEqual(
      ratio?.points.map((point) => point === null),
      [false, true, false],
    );
    const older = historyOf([runOf(1, 1, 7884), { ...lacking, cases: lacking.cases.slice(3) }]);
    assert.ok(older.ratios.some(({ id }) => id === 'erc20'));
    for (const page of [htmlHistory(gap), htmlHistory(older)]) assert.doesNotMatch(page, /NaN|undefined|Infinity/);
  });

  it('draws a named plot for each ratio, and for gas where it is not always the same', () => {
    const page = htmlHistory(history);
    const titles = [...page.matchAll(/<svg class="plot [^>]*><title>([^<]+)</g)].map((match) => match[1]);
    const ratios = titles.filter((title) => title?.startsWith('Throughput'));
    assert.equal(ratios.length, history.ratios.length);
    assert.deepEqual(titles.slice(ratios.length), ['Gas of erc20/transfer on wasm, by run']);
  });

  it('does with one machine, with none, and with as many runs as anyone has', () => {
    const bare = { ...sampleReport(), cases: [], phases: [], boundary: [], suite: {} };
    const many = Array.from({ length: 40 }, (_, at) => runOf(1 + (at % 9), 1 + at / 40, 7884 + at));
    for (const reports of [[bare, bare], many]) {
      const found = historyOf(reports);
      assert.doesNotMatch(htmlHistory(found), /NaN|undefined|Infinity/);
      assert.doesNotMatch(historyText(found), /NaN|undefined|Infinity/);
    }
  });

  it('loads and runs nothing, and escapes what a file says', () => {
    const { environment, cases, ...rest } = runOf(1, 1, 7884);
    const hostile = {
      ...rest,
      environment: { ...environment, date: HOSTILE, trimeter: HOSTILE, runtime: HOSTILE, cpu: HOSTILE },
      cases: cases.map((found) => ({ ...found, id: HOSTILE, workload: HOSTILE })),
    };
    const found = historyOf([hostile, runOf(2, 1, 7884)]);
    const page = htmlHistory(found);
    assert.doesNotMatch(page, /<script|\u202e|<iframe|\bon[a-z]+=|\bstyle=|\bsrc=|@import|url\(/i);
    assert.match(page, /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; /);
    assert.ok(!historyText(found).includes('\u202e'));
  });
});
