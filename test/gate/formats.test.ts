import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { GateContract, GateRun } from '../../harness/gate/gate-run.ts';
import { gateFindings } from '../../harness/results/gate-findings.ts';
import { gateJson } from '../../harness/results/gate-json.ts';
import { gateMarkdown } from '../../harness/results/gate-markdown.ts';
import { gateText } from '../../harness/results/gate-text.ts';
import { errorAnnotation, githubAnnotations } from '../../harness/results/github-annotations.ts';
import { junit } from '../../harness/results/junit.ts';
import { readGateJson } from '../../harness/results/read-gate-json.ts';
import { sarif } from '../../harness/results/sarif.ts';

/** A result in which every text that comes from outside is the one given. */
function hostileRun(text: string): GateRun {
  const contract: GateContract = {
    id: text,
    source: `${text}.sol`,
    verdict: 'red',
    calls: 1,
    changedCode: [text],
    costs: [
      {
        contract: text,
        kind: 'gas',
        of: text,
        measure: 'flat-v2',
        was: 7n,
        is: 8n,
        level: 'fail',
        tolerance: 'exact',
        calls: 2,
        changed: 1,
        at: { sequence: text, step: 1, call: text },
      },
      {
        contract: text,
        kind: 'size',
        of: text,
        measure: 'bytes',
        was: 7n,
        is: 9n,
        level: 'warn',
        tolerance: 'any',
        calls: 1,
        changed: 1,
      },
    ],
    behaviour: [
      {
        contract: text,
        entry: text,
        sequence: text,
        step: 1,
        call: text,
        changes: [{ field: 'result', was: text, is: text }],
        following: 0,
      },
    ],
    notCompared: [text],
    notes: [text],
  };
  return {
    verdict: 'red',
    lockFile: text,
    lockSha256: undefined,
    trimeter: '0.1.0',
    schedules: ['flat-v2'],
    shard: undefined,
    setting: [],
    missing: [{ name: 'evm', reason: text }],
    notCompared: [text],
    contracts: [contract],
  };
}

const hostile = [
  '<img src=x onerror=1>"\'&',
  ']]> --> <![CDATA[',
  'a\n::error::b\r\n::set-output name=x::y',
  '%0A::warning::x, file=y: z',
  '[a](http://b) `c` | @everyone # 1 <details>',
  '\u0000\u001b[31m\u202e\ud800\uffff',
  '{"a": 1}\\"',
];

/** Whether text is XML of the few kinds that we write: elements that close, attributes in quotes, no stray characters. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
    .replaceAll(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)(\/?)>/g,
      (_, close, name, _attributes, empty) => {
        if (close === '/') assert.equal(open.pop(), name);
        else if (empty === '') open.push(name);
        return '';
      },
    );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, ''), /[<>&]/);
  assert.doesNotMatch(xml.replaceAll('\n', ''), /[\p{Cc}\p{Cs}\ufffe\uffff]/u);
}

describe('the formats of a gate', () => {
  const every = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 60 }));

  it('are XML that is well-formed, whatever things are called', () => {
    fc.assert(fc.property(every, (text) => assertWellFormed(junit(gateFindings(hostileRun(text))))));
    assert.throws(() => assertWellFormed('<a b="<"/>'));
    assert.throws(() => assertWellFormed('<a>'));
  });

  it('are annotations of which each is one command of ours, with a file and a title', () => {
    fc.assert(
      fc.property(every, (text) => {
        const lines = githubAnnotations(gateFindings(hostileRun(text)))
          .split('\n')
          .slice(0, -1);
        assert.equal(lines.length, 5);
        for (const line of [...lines])
          assert.match(line, /^::(?:error|warning) file=[^,:\r]*,title=trimeter gate%3A [a-z-]+::[^\r]*$/u);
        assert.equal(errorAnnotation(text).split('\n').length, 2);
      }),
    );
  });

  it('are SARIF whose texts come back and whose places are relative references', () => {
    fc.assert(
      fc.property(every, (text) => {
        const log = sarif(gateFindings(hostileRun(text)));
        assert.doesNotMatch(log.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
        const { results } = JSON.parse(log).runs[0];
        assert.ok(results.every(({ message }: { message: { text: string } }) => message.text.includes(text)));
        for (const { locations } of results) {
          assert.match(locations[0].physicalLocation.artifactLocation.uri, /^[\w.~!*'()%/-]*$/);
        }
      }),
    );
  });

  it('are Markdown without markup from outside', () => {
    for (const text of hostile) {
      const comment = gateMarkdown(hostileRun(text));
      assert.doesNotMatch(comment, /<img|<!\[|(?<!\\)\]\(http|@everyone|^::|[\p{Cf}\p{Cs}](?<!\u200b)/mu);
      assert.equal(comment.match(/<details>/g)?.length, 1);
      for (const row of comment.split('\n').filter((line) => line.startsWith('| ') && line.includes('flat-v2'))) {
        assert.equal(row.split(/(?<!\\)\|/).length, 9, row);
      }
    }
  });

  it('are text for a terminal in which nothing from outside moves or colours it', () => {
    fc.assert(
      fc.property(every, (text) =>
        assert.doesNotMatch(gateText(hostileRun(text)).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u),
      ),
    );
  });

  it('are JSON that is read again as it was', () => {
    fc.assert(
      fc.property(every, (text) => {
        const run = hostileRun(text);
        assert.deepEqual(readGateJson(JSON.parse(JSON.stringify(gateJson(run)))), run);
      }),
    );
    const json = JSON.parse(JSON.stringify(gateJson(hostileRun('a'))));
    for (const [wrong, message] of [
      [{ ...json, version: 2 }, /version: expected 1, got 2/],
      [{ ...json, variants: [] }, /unknown field "variants"/],
      [{ ...json, verdict: 'blue' }, /verdict: expected one of/],
      [{ ...json, shard: { index: 3, count: 2 } }, /shard: expected a part/],
      [{ ...json, contracts: [{ ...json.contracts[0], calls: -1 }] }, /calls: expected an integer from 0/],
    ] as const) {
      assert.throws(() => readGateJson(wrong), message);
    }
  });

  it('say each that nothing was compared where nothing was', () => {
    const run: GateRun = { ...hostileRun('x'), verdict: 'not-compared', notCompared: [], contracts: [], missing: [] };
    const findings = gateFindings(run);
    assert.match(gateText(run), /^nothing was compared$/m);
    assert.match(gateMarkdown(run), /\*\*nothing was compared\.\*\*/);
    assert.match(junit(findings), /tests="1" failures="0" errors="1"/);
    assert.match(githubAnnotations(findings), /^::error .*::nothing was compared$/m);
    assert.equal(JSON.parse(sarif(findings)).runs[0].invocations[0].executionSuccessful, false);
    assert.equal(gateJson(run).verdict, 'not-compared');
  });

  it('keep to what readers take of long results', () => {
    const run = hostileRun('x');
    const [contract] = run.contracts as [GateContract];
    const costs = Array.from({ length: 300 }, (_, at) => ({
      ...contract.costs[0],
      of: `m${at}`,
    })) as GateContract['costs'];
    const long: GateRun = { ...run, contracts: [{ ...contract, costs }] };
    assert.equal(githubAnnotations(gateFindings(long)).split('\n').length, 52);
    assert.match(gateMarkdown(long), /\| and 200 more \|/);
    assert.ok(gateMarkdown(long).length < 65_536);
  });
});
