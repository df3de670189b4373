import assert from 'node:assert/strict';
import { logAxis } from '../../bench/report/html/log-axis.ts';
import { markupText } from '../../bench/report/html/markup.ts';
import { alongLine, pointLabels } from '../../bench/report/html/point-labels.ts';
import { compareReports } from '../../bench/result/compare-reports.ts';
import { gasTimes } from '../../bench/result/gas-time.ts';
import { machinesOf } from '../../bench/result/machines-of.ts';
import { formatCount, formatNs, formatNumber } from '../../bench/result/units.ts';
import { squaredCorrelation } from '../../bench/stats/correlation.ts';
import { sampleReport } from './sample-report.ts';

describe('a logarithmic axis', () => {
  it('holds all values and has a few round ticks, however wide it is', () => {
    for (const values of [
      [1, 1],
      [0.31, 1.9],
      [1, 13_905],
      [3e-9, 1e18],
      [0.97, 1.03],
      [1e-12, 1e12],
    ]) {
      const { at, ticks } = logAxis(values, 8, 332);
      for (const value of values) assert.ok(at(value) >= 8 && at(value) <= 332, values.join());
      assert.ok(ticks.length >= 1 && ticks.length <= 6, `${values}: ${ticks.map(({ label }) => label)}`);
      assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length);
      for (const { value } of ticks) assert.ok(at(value) >= 8 && at(value) <= 332);
    }
  });

  it('has at least two ticks on a narrow range, so that its scale can be read', () => {
    for (const values of [
      [0.63, 0.76],
      [0.46, 0.56],
      [2986, 3765],
      [0.0881, 0.112],
      [4.9, 5.1],
      [1, 1],
    ]) {
      const { ticks } = logAxis(values, 0, 100);
      assert.ok(ticks.length >= 2 && ticks.length <= 6, `${values}: ${ticks.map(({ label }) => label)}`);
    }
  });

  it('runs either way, with equal steps for equal factors', () => {
    const { at } = logAxis([1, 100], 200, 0);
    assert.ok(Math.abs(at(10) - 100) < 1e-9);
    assert.ok(at(100) < at(1));
  });

  it('labels ticks without idle zeros', () => {
    const labels = logAxis([150, 3e6], 0, 100, formatNs).ticks.map(({ label }) => label);
    assert.deepEqual(labels, ['1 µs', '10 µs', '100 µs', '1 ms']);
    assert.deepEqual(
      logAxis([1, 2e6], 0, 100).ticks.map(({ label }) => label),
      ['1', '100', '10 k', '1 M'],
    );
  });
});

describe('labels of points', () => {
  const within = { left: 0, right: 340, top: 0, bottom: 200 };
  const placesOf = (points: Parameters<typeof pointLabels>[0], obstacles = alongLine([0, 0], [0, 0])) =>
    pointLabels(points, obstacles, within).map((label) => {
      const [, x, y, text] = /x="([\d.]+)" y="([\d.]+)">([^<]*)</.exec(markupText(label)) ?? [];
      return { x: Number(x), y: Number(y), text };
    });

  it('touch neither each other nor what is in their way, and are left out where there is no room', () => {
    const points = Array.from({ length: 30 }, (_, at) => ({
      x: 100 + 4 * at,
      y: 100 + (at % 5),
      label: `label-${at}`,
    }));
    const places = placesOf(points);
    assert.ok(places.length >= 4 && places.length < 30, String(places.length));
    assert.equal(places[0]?.text, 'label-0');
    for (const [at, a] of places.entries()) {
      for (const b of places.slice(at + 1)) assert.ok(Math.abs(a.x - b.x) >= 40 || Math.abs(a.y - b.y) >= 11);
    }
    const [free] = placesOf([{ x: 100, y: 100, label: 'wide' }]);
    const [moved] = placesOf([{ x: 100, y: 100, label: 'wide' }], alongLine([104, 101], [200, 101]));
    assert.ok((free?.x ?? 0) > 100 && (moved?.x ?? 200) < 100);
  });

  it('stay inside the plot', () => {
    for (const [x, y] of [
      [2, 2],
      [338, 2],
      [338, 198],
      [2, 198],
    ] as const) {
      const [place] = placesOf([{ x, y, label: 'at the edge' }]);
      const half = 2.5 * 'at the edge'.length;
      assert.ok(place !== undefined && place.x - half >= 0 && place.x + half <= 340);
      assert.ok(place.y >= 8 && place.y <= 200);
    }
  });
});

describe('gas and time', () => {
  it('are held against each other on machines that meter, with the spread and the workloads at its ends', () => {
    const [found, ...others] = gasTimes(sampleReport());
    assert.deepEqual(others, []);
    assert.equal(found?.machine, 'wasm');
    const perGas = found.points.map(({ ns, gas }) => ns / gas);
    assert.deepEqual(
      perGas,
      perGas.toSorted((a, b) => a - b),
    );
    assert.equal(found.spread.maxOverMin, (perGas.at(-1) as number) / (perGas[0] as number));
    assert.ok(found.rSquared > 0.9 && found.rSquared < 1);
  });

  it('correlate as Pearson says', () => {
    assert.ok(Math.abs(squaredCorrelation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) - 0.64) < 1e-12);
    assert.ok(Math.abs(squaredCorrelation([1, 2, 3], [-2, -4, -6]) - 1) < 1e-12);
    assert.equal(squaredCorrelation([1, 1, 1], [1, 2, 3]), 0);
  });
});

describe('a report whose machines did not run everything', () => {
  it('names all of them, the subject first and copies not', () => {
    assert.deepEqual(machinesOf(sampleReport()), ['wasm', 'native', 'evm', 'wasm-unmetered', 'revm']);
    const { environment, ...rest } = sampleReport();
    const reversed = Object.fromEntries(Object.entries(environment.backends).toReversed());
    assert.equal(machinesOf({ ...rest, environment: { ...environment, backends: reversed } })[0], 'wasm');
  });

  it('is compared with an earlier one where both have a verdict', () => {
    const pairs = compareReports(sampleReport(), sampleReport()).map(({ machines }) => machines);
    assert.ok(pairs.includes('wasm/native'));
    assert.equal(pairs.includes('wasm/revm'), false);
  });
});

describe('units', () => {
  it('keep three digits on either side of zero', () => {
    assert.deepEqual([2700, -2700, 999.6, -0.5].map(formatNs), ['2.70 µs', '-2.70 µs', '1.00 µs', '-0.50 ns']);
    assert.deepEqual([13905.4, -12.34, 0.0123].map(formatNumber), ['13905', '-12.3', '0.012']);
    assert.equal(formatCount(32_828_978), '32,828,978');
  });
});
