import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { htmlReport } from '../../bench/report/html/page.ts';
import { theme } from '../../bench/report/html/theme.ts';
import { markdownReport } from '../../bench/report/markdown.ts';
import { protocolTable } from '../../bench/report/protocol-table.ts';
import type { ProtocolReport, SlotReport } from '../../bench/result/protocol-report.ts';
import { sampleReport } from './sample-report.ts';

const sample = sampleReport();
const page = htmlReport(sample);
const HOSTILE = `<script>alert(1)</script>"'&\`|@everyone [x](https://evil.example)\u202e\n</td>`;

/** Hostile text wherever a report has text of its own. */
function hostileReport(): ProtocolReport {
  const [first, second] = sample.cases;
  assert.ok(first !== undefined && second !== undefined);
  const machine = HOSTILE.replaceAll('/', '');
  const [slot, comparison] = [first.slots['wasm'], first.comparisons['wasm/native']];
  assert.ok(slot !== undefined && comparison !== undefined);
  return {
    ...sample,
    environment: {
      ...sample.environment,
      ...{ runtime: HOSTILE, engine: HOSTILE, cpu: HOSTILE, os: HOSTILE, flags: HOSTILE, date: HOSTILE },
      backends: { wasm: HOSTILE, [machine]: HOSTILE },
    },
    cases: [
      {
        ...first,
        id: HOSTILE,
        workload: HOSTILE,
        operation: HOSTILE,
        slots: { ...first.slots, [machine]: slot },
        comparisons: { [`wasm/${machine}`]: comparison },
      },
      { ...second, id: HOSTILE, difference: HOSTILE, slots: {}, comparisons: {}, self: null },
    ],
    phases: [{ id: HOSTILE, machine, instrumentNs: 1, compileNs: 1, instantiateNs: 1 }],
    boundary: sample.boundary.map((curve) => ({ ...curve, machine, operation: HOSTILE })),
    suite: { [`wasm/${machine}`]: { point: 1, low: 1, high: 1, workloadCount: 1 } },
    preinitialised: [
      { id: HOSTILE, plainNs: comparison.ratio, preinitialisedNs: comparison.ratio, ratio: comparison.ratio },
    ],
  };
}

describe('the page of a report', () => {
  it('has its sections in order, results first', () => {
    const titles = [...page.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map((match) => match[1]);
    assert.deepEqual(titles, [
      'Results by workload',
      'Ratios',
      'Public claims',
      'From bytes to instance',
      'Cold and warm',
      'Crossing from the guest to the host',
      'Gas and time',
      'Run sequences',
      'Environment',
      'Raw data',
    ]);
  });

  it('is named by what was measured', () => {
    const [first] = sample.cases;
    assert.ok(first !== undefined);
    assert.match(page, /<h1>auth-gate, bn254, erc20 and 3 more on wasm, native, evm, wasm-unmetered and revm<\/h1>/);
    const { wasm } = first.slots;
    const own = htmlReport({
      ...sample,
      environment: { ...sample.environment, backends: { wasm: 'WebAssembly' } },
      cases: [{ ...first, id: 'counter', slots: { wasm: wasm as SlotReport }, comparisons: {}, self: null }],
      ...{ phases: [], boundary: [], suite: {} },
    });
    assert.match(own, /<h1>counter on wasm<\/h1>/);
    assert.match(own, /<title>counter on wasm - Trimeter<\/title>/);
    assert.match(own, /gas, <span class="machine machine-0">wasm<\/span><\/th>.*<td>44136<\/td>/);
    assert.doesNotMatch(own, /no verdict|and ratios<\/p>/);
    const titles = [...own.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map((match) => match[1]);
    assert.deepEqual(titles, ['Results by workload', 'Cold and warm', 'Run sequences', 'Environment', 'Raw data']);
    // Claims are about contracts that everybody has: of the same under a bundled name there are some.
    assert.match(htmlReport({ ...sample, cases: [first] }), /<h2[^>]*>Public claims<\/h2>/);
  });

  it('says of public claims only what was measured', () => {
    assert.match(page, /id="claim-deterministic"/);
    assert.doesNotMatch(page, /not measured|claim-pre-initialised/);
    assert.ok(judgeClaims(sample).some(({ verdict }) => verdict === 'not measured'));
  });

  it('has a headline only where most of what it is made of can be believed', () => {
    assert.match(page, /<ul class="headlines"><li>.*?<b>0\.72<\/b> times the work of/);
    const doubted = (count: number): string => {
      const cases = sample.cases.map((found, at) => {
        const comparison = found.comparisons['wasm/native'];
        if (at >= count || comparison === undefined) return found;
        return { ...found, comparisons: { ...found.comparisons, 'wasm/native': { ...comparison, verdict } } };
      });
      return htmlReport({ ...sample, cases });
    };
    const verdict = 'unstable' as const;
    assert.match(doubted(4), /<b>0\.72<\/b> times the work of/);
    assert.doesNotMatch(doubted(5), /<b>0\.72<\/b> times the work of/);
    assert.doesNotMatch(htmlReport({ ...sample, isTooNoisy: true }), /class="headlines"/);
  });

  it('draws no line of a plot of ratios through a label or a number', () => {
    const plots = [...page.matchAll(/<svg class="plot [^"]*" role="img"[^>]*><title>Throughput[\s\S]*?<\/svg>/g)];
    assert.equal(plots.length, 4);
    for (const [svg] of plots) {
      const lines = [...svg.matchAll(/<path class="(?:grid|one)" d="([^"]+)"/g)].flatMap((match) =>
        [...(match[1] as string).matchAll(/M[\d.]+ ([\d.]+)v([\d.]+)/g)].map((line) => [
          Number(line[1]),
          Number(line[2]),
        ]),
      );
      const texts = [...svg.matchAll(/<text [^>]*y="([\d.]+)"/g)].map((match) => Number(match[1]));
      assert.ok(lines.length >= 4 && texts.length >= 5);
      for (const [top = 0, height = 0] of lines) {
        // Capitals reach 9 units above their line, and a g 3 below it.
        for (const y of texts)
          assert.ok(top + height <= y - 9 || top >= y + 3, `${top} to ${top + height}, text at ${y}`);
      }
    }
  });

  it('loads and runs nothing, and forbids it', () => {
    assert.doesNotMatch(page, /<script|<iframe|<object|<form|<base|\bon[a-z]+=|\bstyle=|\bsrc=|@import|url\(/i);
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]);
    assert.deepEqual(styles, [theme]);
    const hash = createHash('sha256').update(theme).digest('base64');
    assert.match(page, /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; /);
    assert.ok(page.includes(`style-src &#39;sha256-${hash}&#39;;`));
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1] as string);
    for (const target of targets) assert.match(target, /^(#[a-z]+|data:,|https?:\/\/[^\s]+)$/);
  });

  it('is the same every time', () => {
    assert.equal(htmlReport(sampleReport()), page);
  });

  it('shows every sample', () => {
    const count = sample.cases.flatMap(({ slots }) =>
      Object.values(slots).flatMap(({ samplesNs }) => samplesNs.flat()),
    );
    const dots = [...page.matchAll(/class="dots" d="([^"]*)"/g)].flatMap((match) =>
      (match[1] as string).split('M').slice(1),
    );
    assert.equal(dots.length, count.length);
  });

  it('gives run sequences both axes, with the unit of time and the number of the process', () => {
    const [sequence] =
      /<svg class="plot [^"]*" role="img"[^>]*><title>erc20\/transfer on wasm<[\s\S]*?<\/svg>/.exec(page) ?? [];
    const labels = [...(sequence ?? '').matchAll(/<text class="tick[^>]*>([^<]*)</g)].map(
      (match) => match[1] as string,
    );
    const times = labels.filter((label) => / [nµm]s$/.test(label));
    assert.ok(times.length >= 2, labels.join());
    assert.deepEqual(
      labels.filter((label) => !times.includes(label)),
      ['1', '2', '3', '4', '5', '6', 'process'],
    );
  });

  it('shows on one scale what takes microseconds and what takes milliseconds', () => {
    const [cold] = /<section id="cold"[\s\S]*?<\/section>/.exec(page) ?? [];
    assert.match(cold ?? '', />1 µs<\/text>[\s\S]*>10 ms<\/text>/);
    assert.equal((cold?.match(/<path class="mark beside" transform/g) ?? []).length, 25);
  });

  it('gives plots a name and a description, and tables headings with a scope', () => {
    const plots = page.match(/<svg class="plot/g) ?? [];
    assert.ok(plots.length > 10);
    assert.equal(
      (page.match(/role="img" viewBox="[^"]*"><title>[^<]+<\/title><desc>[^<]+<\/desc>/g) ?? []).length,
      plots.length,
    );
    assert.doesNotMatch(page, /<th(?! scope="(?:row|col)")[ >]/);
    assert.doesNotMatch(page, /NaN|undefined|Infinity|\[object/);
  });

  it('tells verdicts apart by shape, with words for those who see none', () => {
    for (const words of ['faster', 'slower', 'no measurable difference', 'no verdict']) {
      assert.ok(page.includes(`<span class="hidden">, ${words}</span>`), words);
    }
    const shapes = [...page.matchAll(/<path class="verdict (\w+)"[^>]* d="([^"]+)"/g)];
    const byVerdict = new Map(shapes.map((match) => [match[1], match[2]]));
    assert.equal(new Set(byVerdict.values()).size, 5);
  });

  it('shows machines that did not run everything, and comparisons without a verdict', () => {
    assert.match(page, /not run/);
    assert.match(page, /wasm relative to <b>revm<\/b>/);
  });

  it('escapes whatever a report says', () => {
    const hostile = htmlReport(hostileReport(), { dataHref: HOSTILE });
    assert.doesNotMatch(hostile, /<script|<\/td>"|\u202e|alert\(1\)<\/script>/);
    const escaped =
      '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;`|@everyone [x](https://evil.example)\\u{202e}\\u{a}';
    assert.ok(hostile.split(escaped).length > 10);
    const opened = (tag: string) => (hostile.match(new RegExp(`<${tag}[ >]`, 'g')) ?? []).length;
    for (const tag of ['td', 'tr', 'table', 'svg', 'g', 'section', 'details', 'li']) {
      assert.equal((hostile.match(new RegExp(`</${tag}>`, 'g')) ?? []).length, opened(tag), tag);
    }
  });

  it('names where the machines differ, and does without what was not measured', () => {
    const [first] = sample.cases;
    assert.ok(first !== undefined);
    const difference = 'wasm and native differ in call 3, output: 0x01 and 0x02';
    const differing = { ...first, difference, slots: {}, comparisons: {}, self: null };
    const nothing = htmlReport({ ...sample, cases: [differing], phases: [], boundary: [], suite: {} });
    assert.ok(nothing.includes(difference));
    assert.doesNotMatch(nothing, /NaN|undefined|Infinity/);
    assert.doesNotMatch(
      htmlReport({ ...sample, cases: [], phases: [], boundary: [], suite: {} }),
      /NaN|undefined|Infinity/,
    );
  });

  it('links to the data if they lie beside it, or says how to get them', () => {
    assert.match(page, /This page was made without its data/);
    assert.match(htmlReport(sample, { dataHref: 'a%20b.json' }), /<a href="a%20b\.json">/);
  });

  it('has enough contrast in both schemes', () => {
    const schemes = [...theme.matchAll(/:root\{([^}]*)\}/g)].map((match) =>
      Object.fromEntries(
        [...(match[1] as string).matchAll(/--([a-z0-9]+):(#[0-9a-f]+)/g)].map((pair) => [pair[1], pair[2]]),
      ),
    );
    assert.equal(schemes.length, 2);
    for (const { page: background = '', line, band, ...texts } of schemes) {
      assert.equal(Object.keys(texts).length, 13);
      assert.ok(line !== undefined && band !== undefined);
      for (const [name, colour] of Object.entries(texts) as [string, string][]) {
        assert.ok(contrast(colour, background) >= 4.5, `${name} ${colour} on ${background}`);
      }
    }
    assert.ok(contrast('#ffffff', '#777777') < 4.5);
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour;
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('a report as markdown', () => {
  it('has results, claims that were measured, and soundness', () => {
    const text = markdownReport(sample);
    assert.match(text, /^### Trimeter benchmark\n\nTime of one operation.*\n\n\| workload \| wasm \|/);
    assert.match(text, /\n\| verdict \| claim \| measured \|\n/);
    assert.doesNotMatch(text, /not measured/);
    assert.match(text, /^\| \*\*not refuted\*\* \| Deterministic execution is guaranteed\. \| 0<br>divergences \|$/m);
    assert.match(text, /^\| erc20\/transfer \| 1\.1\d µs \| 80\d ns<br>0\.69 \\\[0\.66, 0\.71\\\] - \| 243 µs<br>/m);
    assert.match(text, /^276 processes in 5\.2 minutes: 6 blocks per workload/m);
    const rows = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('×/÷'));
    assert.equal(new Set(rows.map((row) => row.split(' | ').length)).size, 1);
  });

  it('leaves hostile text as text', () => {
    const text = markdownReport(hostileReport());
    assert.doesNotMatch(text, /[^\\]<script|@everyone|[^\\]\[x\]|https:\/\/|\u202e|[^\\]`/);
    const row = text.split('\n').find((line) => line.includes('alert(1)') && line.includes('×/÷'));
    assert.match(row ?? '', /^\| &lt;script&gt;alert\(1\)&lt;\/script&gt;"'&amp;\\`\\\|@\u200beveryone/);
    // A machine that is hostile has a column, too.
    assert.equal(row?.match(/[^\\]\|/g)?.length, 7);
  });
});

describe('a report as plain text', () => {
  it('has the claims in short, and dashes where a machine did not run', () => {
    const text = protocolTable(sample, ['wasm', 'native', 'evm', 'wasm-unmetered', 'revm']);
    assert.match(text, /^not refuted +Deterministic execution is guaranteed\. +0 \(divergences\)$/m);
    assert.match(text, /^bn254 +mul-precompile +9\d\d µs +4\d\d µs +5\d\d µs +-$/m);
    assert.match(text, /^bn254 +mul-precompile +0\.46 \[0\.46, 0\.48\] - +0\.65 \[0\.64, 0\.66\] - +- +×\/÷ \d/m);
    assert.match(
      text,
      /without verdicts\n\ncontract +workload +revm\n(?:.*\n)*bn254 +mul-precompile +0\.089 \[0\.088, 0\.091\]\n/,
    );
    assert.doesNotMatch(text, /NaN|undefined/);
  });
});
