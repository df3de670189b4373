import assert from 'node:assert/strict';
import { parseScript } from '../../harness/agreement/replay-file.ts';
import { formatReplayFile, parseReplayFile, type ReplayFile, ReplayRejected } from '../../harness/index.ts';

const valid: ReplayFile = {
  format: 'trimeter-replay',
  version: 1,
  case: 'erc20',
  constructorArgs: ['Token', 18, true, ['1', ['0x02']]],
  steps: [
    { to: 'token', method: 'transfer', args: ['bob', '5'] },
    { method: 'balanceOf(address)', args: [`0x${'ab'.repeat(20)}`], caller: 'carol', value: '7', gasLimit: '1000' },
  ],
  backends: ['wasm', 'evm-default'],
  seed: -5,
  disagreement: { step: 2, field: 'output', left: '0x01', right: '0x02', backends: ['wasm', 'wasm (repeated)'] },
};

/** The valid file with one place changed: the path leads there. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const file = JSON.parse(formatReplayFile(valid));
  let at = file;
  for (const part of path.slice(0, -1)) at = at[part];
  const last = path.at(-1) as string | number;
  if (value === undefined) delete at[last];
  else Object.defineProperty(at, last, { value, enumerable: true, configurable: true });
  return JSON.stringify(file);
}

describe('replay files', () => {
  it('read back as they were written', () => {
    assert.deepEqual(parseReplayFile(formatReplayFile(valid)), valid);
  });

  const raw: ReplayFile = {
    ...valid,
    version: 3,
    steps: [
      { data: '0x', value: '7' },
      { data: '0xdeadbeef', to: 'token', caller: 'bob', block: { time: '+3600', number: '18446744073709551615' } },
      { method: 'name', args: [], block: { number: '+1' } },
    ],
  };

  it('read back with raw calls and blocks, from version 3 on', () => {
    assert.deepEqual(parseReplayFile(formatReplayFile(raw)), raw);
    for (const version of [1, 2] as const) {
      assert.throws(() => parseReplayFile(formatReplayFile({ ...raw, version })), ReplayRejected);
    }
  });

  for (const [step, problem] of [
    [{ data: '0xABCD' }, /^steps\[0\]\.data: expected 0x and two lower-case hex digits/],
    [{ data: '0x123' }, /^steps\[0\]\.data: expected 0x and two/],
    [{ data: `0x${'00'.repeat((128 << 10) + 1)}` }, /^steps\[0\]\.data: expected at most 131072 bytes, got 131073$/],
    [{ data: '0x', method: 'name', args: [] }, /^steps\[0\]: unknown field "method"; there are data, to,/],
    [{ data: '0x', block: {} }, /^steps\[0\]\.block: expected a time or a number, got \{\}$/],
    [{ data: '0x', block: { time: 5 } }, /^steps\[0\]\.block\.time: expected a decimal string/],
    [{ data: '0x', block: { time: '-5' } }, /^steps\[0\]\.block\.time: expected a decimal string/],
    [
      { data: '0x', block: { number: '+18446744073709551616' } },
      /^steps\[0\]\.block\.number: expected less than 2\^64/,
    ],
    [{ data: '0x', block: { hash: '1' } }, /^steps\[0\]\.block: unknown field "hash"; there are time, number$/],
  ] as const) {
    it(`are refused with the step ${JSON.stringify(step).slice(0, 50)}`, () => {
      assert.throws(() => parseReplayFile(JSON.stringify({ ...raw, steps: [step] })), { message: problem });
    });
  }

  const nested = (depth: number): unknown => (depth === 0 ? '1' : [nested(depth - 1)]);
  const rejected: readonly [path: readonly (string | number)[], value: unknown, where: string][] = [
    [['format'], 'other', 'format'],
    [['version'], 2, 'file'],
    [['version'], 4, 'version'],
    [['origin'], {}, 'file'],
    [['version'], '1', 'version'],
    [['case'], '../../etc', 'case'],
    [['case'], undefined, 'file'],
    [['extra'], 1, 'file'],
    [['__proto__'], { case: 'x' }, 'file'],
    [['constructor'], 1, 'file'],
    [['constructorArgs'], { length: 1 }, 'constructorArgs'],
    [['constructorArgs', 0], null, 'constructorArgs'],
    [['constructorArgs', 0], { a: 1 }, 'constructorArgs[0]'],
    [['constructorArgs', 0], nested(40), 'constructorArgs'],
    [['steps'], 'transfer', 'steps'],
    [['steps', 0], null, 'steps[0]'],
    [['steps', 0], ['transfer'], 'steps[0]'],
    [['steps', 0, 'method'], 7, 'steps[0].method'],
    [['steps', 0, 'method'], 'a b', 'steps[0].method'],
    [['steps', 0, 'args'], undefined, 'steps[0]'],
    [['steps', 0, '__proto__'], {}, 'file'],
    [['steps', 0, 'to'], '../token', 'steps[0].to'],
    [['steps', 1, 'caller'], '0x12', 'steps[1].caller'],
    [['steps', 1, 'value'], '-1', 'steps[1].value'],
    [['steps', 1, 'value'], 7, 'steps[1].value'],
    [['steps', 1, 'value'], String(2n ** 256n), 'steps[1].value'],
    [['steps', 1, 'gasLimit'], '1e9', 'steps[1].gasLimit'],
    [['steps', 1, 'gasLimit'], String(2n ** 62n + 1n), 'steps[1].gasLimit'],
    [['backends', 0], 'Wasm\n', 'backends[0]'],
    [['seed'], 2 ** 31, 'seed'],
    [['seed'], 0.5, 'seed'],
    [['disagreement', 'step'], 3, 'disagreement.step'],
    [['disagreement', 'left'], 'a\u001b[31m', 'disagreement.left'],
    [['disagreement', 'backends'], ['wasm'], 'disagreement.backends'],
    [['disagreement', 'backends', 1], null, 'disagreement.backends[1]'],
  ];
  for (const [path, value, where] of rejected) {
    const shown = JSON.stringify(value)?.slice(0, 30) ?? 'nothing';
    it(`are refused with ${shown} at ${path.join('.')}`, () => {
      assert.throws(
        () => parseReplayFile(changed(path, value)),
        (error: unknown) => {
          assert.ok(error instanceof ReplayRejected);
          assert.ok(error.where.startsWith(where), error.where);
          assert.match(error.message, /^[\x20-\x7e]{1,200}$/, 'one printable line');
          return true;
        },
      );
    });
  }

  it('are refused when they say something twice, or are nested without end', () => {
    assert.throws(() => parseScript('{ "steps": [], "steps": [{ "data": "0x" }] }'), /has the key "steps" twice/);
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    assert.throws(() => parseScript(`{ "steps": ${deep} }`), ReplayRejected);
  });

  it('are refused when they are not JSON, or no object', () => {
    for (const text of ['', '{', 'null', '[]', '7', '"x"', '['.repeat(100_000)]) {
      assert.throws(() => parseReplayFile(text), ReplayRejected);
    }
  });

  it('leave prototypes alone', () => {
    assert.throws(() => parseReplayFile(changed(['__proto__'], { polluted: true })), ReplayRejected);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});
