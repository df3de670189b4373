import assert from 'node:assert/strict';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { compareTraces } from '../../harness/divergence/compare-traces.ts';
import { firstDifferent } from '../../harness/divergence/first-different.ts';
import {
  formatTraceFile,
  parseTraceFile,
  type TraceFile,
  TraceRejected,
  traceCalls,
} from '../../harness/divergence/trace-file.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import { swappedArguments } from '../support/faulty-machines.ts';

const setting = { schedule: 'flat-v2', trimeter: '0.1.0', engine: 'Node' };
const calls = [
  { method: 'approve', args: ['bob', '5'] },
  { method: 'balanceOf', args: ['bob'] },
  { method: 'transfer', args: ['bob', '5'], caller: 'deployer' },
];

describe('trace files', function () {
  this.timeout(30_000);
  let ours: TraceFile;
  let text: string;

  before(async () => {
    const options = { every: 300, detail: 'values' } as const;
    ({ file: ours } = await traceCalls(await loadSubject('erc20'), calls, createWasmBackend(), setting, options));
    text = formatTraceFile(ours);
  });

  it('are read as they were written, and are equal on machines that agree', async () => {
    assert.deepEqual(parseTraceFile(text), ours);
    const options = { every: 300, detail: 'values' } as const;
    const subject = await loadSubject('erc20');
    const { file: theirs, unusual } = await traceCalls(subject, calls, createReferenceBackend(), setting, options);
    assert.deepEqual(theirs, { ...ours, machine: 'reference' });
    assert.deepEqual(unusual, []);
    const { hashes, divergence, ...counted } = compareTraces(ours, theirs);
    assert.equal(divergence, undefined);
    assert.equal(hashes, 1);
    assert.deepEqual(counted.calls, 4);
    assert.ok(counted.commitments > 30);
  });

  it('part in the first call and interval that differ, which few hashes find', async () => {
    const subject = await loadSubject('erc20');
    const options = { every: 300, detail: 'values' } as const;
    // Of the calls here the first to store what is loaded, and so the first to go wrong.
    const faulty = swappedArguments('storage_load_bytes32');
    const { file: theirs } = await traceCalls(subject, calls, faulty, setting, options);
    const { hashes, divergence } = compareTraces(ours, theirs);
    assert.equal(divergence?.call, 0);
    const chains = ({ commitments }: TraceFile['calls'][number]) => commitments.map(({ chain }) => chain);
    const [a, b] = [ours, theirs].map((file) => chains(file.calls[0] as TraceFile['calls'][number]));
    const first = (a as string[]).findIndex((chain, at) => chain !== b?.[at]);
    assert.deepEqual([divergence.from, divergence.to], [first - 1, first]);
    assert.ok(hashes <= 2 + Math.ceil(Math.log2(ours.calls.length)) + Math.ceil(Math.log2((a as string[]).length)));
    assert.ok(divergence.differences.some(({ field }) => field === 'events'));
  });

  it('halve to the first place that differs, whatever it is', () => {
    for (let length = 0; length <= 40; length++) {
      const left = Array.from({ length }, (_, at) => `${at}`);
      assert.deepEqual(firstDifferent(left, left).at, undefined);
      for (let first = 0; first < length; first++) {
        const right = left.map((item, at) => (at < first ? item : `${item}'`));
        const { at, hashes } = firstDifferent(left, right);
        assert.equal(at, first);
        assert.ok(hashes <= 1 + Math.ceil(Math.log2(length)));
        assert.equal(firstDifferent(left, right.slice(0, first)).at, first);
      }
    }
  });

  it('of different things are not compared', () => {
    const others: readonly Partial<TraceFile>[] = [
      { case: 'erc721' },
      { schedule: 'flat-v1' },
      { every: 400 },
      { detail: 'blocks' },
      { sequence: '0'.repeat(64) },
      { code: [] },
    ];
    for (const other of others) {
      const [where] = Object.keys(other);
      assert.throws(
        () => compareTraces(ours, { ...ours, ...other }),
        (error) => error instanceof TraceRejected && error.where === where,
      );
    }
  });

  it('from others are taken only as the format says, with chains that are right', () => {
    const changed = (change: (file: ReturnType<typeof JSON.parse>) => void): string => {
      const file = JSON.parse(text);
      change(file);
      return JSON.stringify(file);
    };
    const wrong: readonly [string, RegExp][] = [
      ['', /^file: is not valid JSON/],
      ['[]', /^file: expected an object/],
      [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, /^file: is nested deeper/],
      [changed((file) => (file.format = 'trimeter-replay')), /^format: /],
      [changed((file) => (file.version = 2)), /^version: expected 1, got 2$/],
      [changed((file) => (file.more = 1)), /^file: unknown field "more"/],
      [changed((file) => (file.calls = [])), /^calls: expected at least one$/],
      [changed((file) => (file.case = 'a\nb')), /^case: /],
      [changed((file) => (file.every = 0)), /^every: /],
      [changed((file) => (file.machine = 'x'.repeat(201))), /^machine: /],
      [changed((file) => (file.calls[0].call = '\u202e')), /^calls\[0\]\.call: /],
      [changed((file) => (file.calls[1].commitments[2].gasLeft = '1e9')), /^calls\[1\]\.commitments\[2\]\.gasLeft: /],
      [changed((file) => (file.calls[1].commitments[2].gasLeft = '9'.repeat(19))), /gasLeft: expected less than/],
      [changed((file) => (file.calls[1].commitments[2].memory = 'F'.repeat(64))), /memory: expected 64 hex digits/],
      [changed((file) => (file.calls[1].commitments[2].at = -1)), /\.at: expected an integer from 0/],
      [
        changed((file) => (file.calls[1].commitments[2].at += 1)),
        /^calls\[1\]\.commitments\[2\]\.chain: is not the hash/,
      ],
      [changed((file) => file.calls[0].commitments.pop()), /^calls\[0\]\.end\.chain: is not the hash/],
      [changed((file) => file.calls.shift()), /^calls\[0\]\.commitments\[0\]\.chain: is not the hash/],
      [changed((file) => (file.calls[0].end.status = 'fine')), /^calls\[0\]\.end\.status: /],
      [text.replace('"depth":0', '"depth":0,"depth":0'), /depth/],
    ];
    for (const [other, message] of wrong) {
      assert.throws(
        () => parseTraceFile(other),
        (error) => error instanceof TraceRejected && message.test(error.message) && !error.message.includes('\n'),
        String(message),
      );
    }
  });
});
