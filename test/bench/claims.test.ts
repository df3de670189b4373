import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Claim, Judgement } from '../../bench/claims/claim.ts';
import { claims } from '../../bench/claims/claims.ts';
import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { ratioAtLeast } from '../../bench/claims/ratio-at-least.ts';
import type { ProtocolCase, ProtocolReport } from '../../bench/result/protocol-report.ts';
import type { Estimate } from '../../bench/stats/signed-rank.ts';
import { bundledCaseDirectory, bundledCases } from '../../contracts/bundled-cases.ts';
import { parseManifest } from '../../contracts/manifest.ts';
import { sampleReport } from './sample-report.ts';

const sample = sampleReport();

function judged(id: string, report: ProtocolReport): Judgement {
  const claim = claims.find((row) => row.id === id) as Claim;
  return claim.how.judge(report);
}

function around(point: number): Estimate {
  return { point, low: 0.99 * point, high: 1.01 * point };
}

/** The sample report with one ratio changed, by `case/workload` and `subject/other`. */
function withRatio(ratios: Readonly<Record<string, Estimate>>, key: string, verdict = 'slower'): ProtocolReport {
  return withCases((found) => {
    const ratio = ratios[`${found.id}/${found.workload}`];
    const comparison = found.comparisons[key];
    if (ratio === undefined || comparison === undefined) return found;
    const changed = { ...comparison, ratio, verdict: verdict as typeof comparison.verdict };
    return { ...found, comparisons: { ...found.comparisons, [key]: changed } };
  });
}

function withCases(change: (found: ProtocolCase) => ProtocolCase): ProtocolReport {
  return { ...sample, cases: sample.cases.map(change) };
}

describe('a claim about a ratio', () => {
  const both = (first: Estimate, second: Estimate, verdict?: string) =>
    judged(
      'fibonacci-88-percent',
      withRatio({ 'fibonacci/iterative': first, 'fibonacci/recursive': second }, 'wasm/native', verdict),
    );

  it('holds from the threshold on, and does not below it', () => {
    const at = { point: 0.89, low: 0.88, high: 0.9 };
    const below = { point: 0.87, low: 0.86, high: 0.879 };
    const across = { point: 0.88, low: 0.87, high: 0.89 };
    assert.equal(both(at, at).verdict, 'holds');
    assert.equal(both(below, below).verdict, 'does not hold');
    assert.equal(both(at, below).verdict, 'partly');
    assert.equal(both(at, across).verdict, 'partly');
    assert.equal(both(across, across).verdict, 'undecided');
    assert.equal(both(across, below).verdict, 'does not hold');
  });

  it('is undecided where the comparison is unstable or the run was too noisy, whatever the interval', () => {
    assert.equal(both(around(2), around(2), 'unstable').verdict, 'undecided');
    assert.equal(judged('fibonacci-88-percent', { ...sample, isTooNoisy: true }).verdict, 'undecided');
  });

  it('takes the interval of a comparison without a verdict', () => {
    const { how } = {
      how: ratioAtLeast({ subject: 'wasm', other: 'revm', threshold: 2, workloads: ['erc20/transfer'] }),
    };
    assert.equal(how.judge(sample).verdict, 'holds');
  });

  it('is not measured without its machines or workloads', () => {
    assert.equal(
      judged(
        'fibonacci-88-percent',
        withCases((found) => ({ ...found, comparisons: {} })),
      ).verdict,
      'not measured',
    );
    const { verdict, measured, sentence } = judged('fibonacci-88-percent', { ...sample, cases: [] });
    assert.deepEqual([verdict, measured], ['not measured', []]);
    assert.match(sentence, /Needs fibonacci\/iterative or fibonacci\/recursive on wasm and native/);
  });

  it('says on what it rests, with values and intervals', () => {
    const { sentence, restsOn, measured } = both(around(1.9), around(0.66));
    assert.match(
      sentence,
      /^wasm runs at 0\.66 \(fibonacci\/recursive\) to 1\.90 \(fibonacci\/iterative\) of native's speed/,
    );
    assert.match(sentence, /reaches 0\.88 on 1 of 2 workloads/);
    assert.deepEqual(restsOn, ['fibonacci/recursive', 'fibonacci/iterative']);
    assert.deepEqual(measured[0]?.value, around(0.66));
  });

  it('reads 45 % slower as 1.45 times the time', () => {
    const branchy = (ratio: Estimate) =>
      judged(
        'branchy-45-percent',
        withRatio({ 'json-tokenizer/records': ratio, 'auth-gate/decide': ratio }, 'wasm/native'),
      );
    assert.equal(branchy({ point: 0.7, low: 1 / 1.45, high: 0.71 }).verdict, 'holds');
    assert.equal(branchy({ point: 0.68, low: 0.67, high: 0.689 }).verdict, 'does not hold');
  });
});

describe('the claim about 99 % of native', () => {
  it('counts the workloads that reach each threshold, undecided ones as an interval', () => {
    const { measured, verdict } = judged('99-percent-of-native', sample);
    assert.equal(verdict, 'partly');
    const shares = measured.filter(({ unit }) => unit === 'share').map(({ value }) => value as Estimate);
    assert.equal(shares.length, 3);
    assert.ok(shares.every(({ point, low, high }) => low <= point && point <= high));
    assert.equal(shares[0]?.point, 1 / 9);
    const straddling = { point: 0.995, low: 0.98, high: 1.01 };
    const more = judged('99-percent-of-native', withRatio({ 'erc20/transfer': straddling }, 'wasm/native'));
    assert.deepEqual(more.measured[1]?.value, { point: 2 / 9, low: 1 / 9, high: 2 / 9 });
  });
});

describe('the claims about starting', () => {
  const withStart = (startNs: number, instantiateNs: number) => ({
    ...withCases((found) => ({
      ...found,
      slots: Object.fromEntries(
        Object.entries(found.slots).map(([name, slot]) => [
          name,
          { ...slot, coldNs: { prepare: startNs / 2, deploy: 0, setup: 9e9, call: startNs / 2 } },
        ]),
      ),
    })),
    phases: sample.phases.map((phase) => ({ ...phase, instantiateNs })),
  });

  it('hold at a millisecond in both senses, and partly in one', () => {
    const verdict = (startNs: number, instantiateNs: number) =>
      judged('sub-millisecond-cold-start', withStart(startNs, instantiateNs)).verdict;
    assert.equal(verdict(1e6, 1e6), 'holds');
    assert.equal(verdict(1.002e6, 1e6), 'partly');
    assert.equal(verdict(1.002e6, 1.002e6), 'does not hold');
  });

  it('take a sixfold tax for shown only if cold, warm and ratio are', () => {
    const taxed = (startNs: number, warmNs: number, ratio: Estimate) => {
      const started = withStart(startNs, 1);
      const cases = started.cases.map((found) => {
        if (found.id !== 'auth-gate') return found;
        const [wasm, comparison] = [found.slots['wasm'], found.comparisons['wasm/native']];
        assert.ok(wasm !== undefined && comparison !== undefined);
        return {
          ...found,
          slots: { ...found.slots, wasm: { ...wasm, nsPerOperation: warmNs } },
          comparisons: { 'wasm/native': { ...comparison, ratio } },
        };
      });
      return judged('six-times-under-10-ms', { ...started, cases });
    };
    const sixth = { point: 0.16, low: 0.15, high: 1 / 6 };
    assert.equal(taxed(8e6, 3e6, sixth).verdict, 'holds');
    assert.equal(taxed(8e6, 3e6, { ...sixth, high: 0.17 }).verdict, 'partly');
    assert.equal(taxed(7.9e6, 2e3, around(0.6)).verdict, 'does not hold');
    const times = taxed(8e6, 3e6, { point: 0.5, low: 0.4, high: 0.625 }).measured[0]?.value;
    assert.deepEqual(times, { point: 2, low: 1.6, high: 2.5 });
  });

  it('wait for a run that starts pre-initialised modules', () => {
    const started = (ratio: Estimate) =>
      judged('preinitialised-32-percent', {
        ...sample,
        preinitialised: [{ id: 'fraud-score', plainNs: around(4e6), preinitialisedNs: around(3e6), ratio }],
      });
    assert.equal(judged('preinitialised-32-percent', sample).verdict, 'not measured');
    assert.equal(started({ point: 1.33, low: 1.32, high: 1.34 }).verdict, 'holds');
    assert.equal(started({ point: 1.3, low: 1.29, high: 1.319 }).verdict, 'does not hold');
    assert.match(started(around(1.4)).sentence, /fraud-score starts in 3\.00 ms instead of 4\.00 ms, 1\.40 \[/);
  });
});

describe('the claim about the JavaScript boundary', () => {
  it('is not judged on host functions that are no JavaScript', () => {
    const { verdict, sentence } = judged('boundary-near-zero', sample);
    assert.equal(verdict, 'not measured');
    assert.match(sentence, /Where the host function is no JavaScript, it costs 2\.9\d ns .* on wasm .* on native/);
  });

  it('holds up to ten nanoseconds', () => {
    const crossing = (nsPerCrossing: Estimate) => {
      const [curve] = sample.boundary;
      assert.ok(curve !== undefined);
      return judged('boundary-near-zero', {
        ...sample,
        boundary: [{ ...curve, machine: 'wasm-plain', nsPerCrossing }],
      });
    };
    assert.equal(crossing({ point: 9.9, low: 9.8, high: 10 }).verdict, 'holds');
    assert.equal(crossing({ point: 10.1, low: 10.01, high: 10.2 }).verdict, 'does not hold');
    assert.equal(crossing({ point: 10, low: 9.9, high: 10.1 }).verdict, 'undecided');
  });
});

describe('the claim about the EVM', () => {
  it('speaks of every EVM that was measured, and of where WebAssembly is slower', () => {
    const { verdict, sentence, measured } = judged('way-faster-than-the-evm', sample);
    assert.equal(verdict, 'partly');
    assert.match(
      sentence,
      /Against evm \(@ethereumjs, an interpreter in JavaScript\): 0\.6\d times on bn254\/mul-precompile/,
    );
    assert.match(sentence, /10 times or more beyond doubt on 8 of 9 workloads, slower on 1: bn254\/mul-precompile\./);
    assert.match(sentence, /Against revm .* 10 times or more beyond doubt on 0 of 2 workloads/);
    assert.deepEqual(measured[0]?.value, sample.suite['wasm/evm']);
  });

  it('holds at tenfold everywhere', () => {
    const everywhere = (ratio: Estimate) =>
      withCases((found) => {
        const comparison = found.comparisons['wasm/evm'];
        assert.ok(comparison !== undefined);
        return { ...found, comparisons: { 'wasm/evm': { ...comparison, ratio } } };
      });
    assert.equal(judged('way-faster-than-the-evm', everywhere({ point: 11, low: 10, high: 12 })).verdict, 'holds');
    assert.equal(
      judged('way-faster-than-the-evm', everywhere({ point: 9, low: 8, high: 9.9 })).verdict,
      'does not hold',
    );
  });
});

describe('the claim about determinism', () => {
  it('counts workloads, machines, calls and divergences', () => {
    const { verdict, measured, sentence } = judged('deterministic', sample);
    assert.equal(verdict, 'not refuted');
    assert.deepEqual(
      measured.slice(0, 3).map(({ value }) => value),
      [0, 9, 5],
    );
    // One sample of the EVM is one call of fibonacci: 39 ms instead of 2.
    assert.ok((measured[3]?.value as number) > 1e6);
    assert.match(sentence, /9 workloads on 5 machines, at least [\d,]+ calls in 276 processes: no divergence/);
  });

  it('fails with one divergence, and names it', () => {
    const { verdict, sentence } = judged(
      'deterministic',
      withCases((found) =>
        found.id === 'erc20'
          ? { ...found, difference: 'wasm and evm differ in call 0', slots: {}, comparisons: {}, self: null }
          : found,
      ),
    );
    assert.equal(verdict, 'does not hold');
    assert.match(sentence, /1 divergence: erc20\/transfer/);
  });

  it('is not measured on one machine', () => {
    assert.equal(judged('deterministic', { ...sample, cases: [] }).verdict, 'not measured');
  });
});

describe('the table of claims', () => {
  it('rests on workloads that there are', () => {
    const known = new Set(
      bundledCases().flatMap((id) => {
        const path = join(bundledCaseDirectory(id), 'manifest.json');
        return parseManifest(readFileSync(path, 'utf8'), path).workloads.map((workload) => `${id}/${workload.id}`);
      }),
    );
    const named = claims.flatMap(({ how }) => {
      const { sentence } = how.judge({ ...sample, cases: [], boundary: [] });
      return [...sentence.matchAll(/[a-z0-9-]+\/[a-z0-9-]+/g)].map(([name]) => name);
    });
    assert.ok(named.length >= 8, named.join());
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });

  it('has ids of their own, sources that can be opened, and a verdict on any report', () => {
    assert.equal(new Set(claims.map(({ id }) => id)).size, claims.length);
    for (const { url } of claims.flatMap(({ sources }) => sources)) assert.match(url, /^https?:\/\/[^\s"<>]+$/);
    const empty = { ...sample, cases: [], phases: [], boundary: [], suite: {} };
    for (const { id, verdict, criterion } of judgeClaims(empty)) {
      assert.equal(verdict, 'not measured', id);
      assert.match(criterion, /\.$/);
    }
  });
});
