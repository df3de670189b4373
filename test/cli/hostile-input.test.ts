import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { markdownReport } from '../../bench/report/markdown.ts';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { encodeCall } from '../../contracts/call-codec.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { parseManifest } from '../../contracts/manifest.ts';
import { parseAbi } from '../../contracts/parse-abi.ts';
import { parseReplayFile, ReplayRejected } from '../../harness/agreement/replay-file.ts';
import { randomCalls } from '../../harness/generators/random-calls.ts';
import { textTable } from '../../harness/text/text-table.ts';
import { sampleReport } from '../bench/sample-report.ts';
import { trimeter } from './capture.ts';
import { copyCase, editManifest, lockCase } from './foreign-case.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The paths of all nodes of a document. */
function pathsOf(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const children: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? value.map((item, at) => [at, item] as const)
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  return [path, ...children.flatMap(([name, item]) => pathsOf(item, [...path, name]))];
}

/** The document as text, with one node replaced. */
function replaced(document: Json, path: readonly (string | number)[], value: unknown): string {
  if (path.length === 0) return JSON.stringify(value) ?? 'null';
  const copy = JSON.parse(JSON.stringify(document));
  let at = copy;
  for (const part of path.slice(0, -1)) at = at[part];
  at[path.at(-1) as string] = value;
  return JSON.stringify(copy);
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    ...[null, -1, 2 ** 53, 1e300, '', '\u0000', '0x', '__proto__', 'constructor', 'toString', 'frank', [], [[]], {}],
    ...[
      'uint256[999999999]',
      `uint256${'[]'.repeat(2000)}`,
      'tuple',
      'uint7',
      'bytes33',
      'uint256[0]',
      'x'.repeat(300),
    ],
    ...[String(2n ** 256n), { type: 'tuple', components: [] }, { length: 3 }],
  ),
);

/** Replaces any node of a valid document by any value: a reader answers, or says what is wrong in its own error. */
function readsOrRejects(document: Json, read: (text: string) => unknown): void {
  const paths = pathsOf(document);
  fc.assert(
    fc.property(fc.nat(paths.length - 1), odd, (at, value) => {
      try {
        read(replaced(document, paths[at] as (string | number)[], value));
      } catch (error) {
        assert.ok(error instanceof InputRejected || error instanceof ReplayRejected, String(error));
        assert.doesNotMatch(error.message, /\n/);
      }
    }),
    { numRuns: 1500 },
  );
}

describe('hostile input', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-hostile-'));
  after(() => rmSync(directory, { recursive: true }));
  const vault = bundledCaseDirectory('vault');
  const json = (path: string): Json => JSON.parse(readFileSync(path, 'utf8'));

  it('in a manifest is read or rejected, whatever node is changed', () => {
    readsOrRejects(json(join(vault, 'manifest.json')), (text) => parseManifest(text, 'manifest.json'));
  });

  it('in an ABI is read or rejected, and what is read can be called', () => {
    readsOrRejects(json(join(bundledCaseDirectory('orderbook'), 'build/orderbook.abi.json')), (text) => {
      const abi = parseAbi(text, 'abi.json');
      const calls = randomCalls({ id: 'x', abi, companions: [], workloads: [], examples: [] });
      for (const call of fc.sample(calls, { numRuns: 1, seed: 1 }).flat()) {
        if (call.data === undefined) encodeCall(abi, call);
      }
    });
  });

  it('in a replay file is read or rejected', () => {
    const disagreement = { step: 1, field: 'gas', left: '1', right: '2', backends: ['wasm', 'evm'] };
    const origin = { schedule: 's', trimeter: '1', engine: 'e', code: [{ name: 'x.wasm', sha256: 'ab'.repeat(32) }] };
    const step = { to: 'token', method: 'm', args: ['1', ['2', true]], caller: 'bob', value: '5', gasLimit: '9' };
    const file = { format: 'trimeter-replay', version: 2, case: 'x', constructorArgs: ['1'], steps: [step, step] };
    readsOrRejects({ ...file, backends: ['wasm', 'evm'], seed: 1, disagreement, origin }, parseReplayFile);
  });

  it('is rejected in one line that names the file, the place and the value', async () => {
    const folder = copyCase('noop', directory);
    const manifest = join(folder, 'manifest.json');
    const call = (more: object) => (edited: Record<string, unknown>) => {
      edited['examples'] = [{ method: 'noop', args: [], ...more }];
    };
    const cases: readonly (readonly [(edited: Record<string, unknown>) => void, RegExp])[] = [
      [
        call({ value: String(2n ** 256n) }),
        /manifest\.json: examples\[0\]\.value: expected less than 2\^256 wei, got "1157/,
      ],
      [call({ caller: 'frank' }), /manifest\.json: examples\[0\]\.caller: expected 0x .* got "frank"/],
      [
        (edited) => {
          edited['companions'] = [{ name: 'token', case: 'nothing', constructorArgs: [] }];
        },
        /manifest\.json: companions\[0\]\.case: nothing: no such case/,
      ],
    ];
    const original = readFileSync(manifest, 'utf8');
    for (const [edit, message] of cases) {
      writeFileSync(manifest, original);
      editManifest(folder, edit);
      const { exitCode, errors } = await trimeter('run', folder, 'noop');
      assert.match(errors, message);
      assert.match(errors, /^trimeter: [^\n]+\n$/);
      assert.equal(exitCode, 2);
    }
    writeFileSync(manifest, `\ufeff${original}`);
    lockCase(folder);
    assert.match((await trimeter('run', folder, 'noop')).errors, /manifest\.json: begins with a byte order mark/);
    writeFileSync(manifest, original);
    writeFileSync(join(folder, 'noop.cpp'), 'int unused;\n');
    lockCase(folder);
    const native = await trimeter('run', folder, 'noop', '--on', 'wasm,native');
    assert.match(native.errors, /^trimeter: [^\n]*noop\.cpp: the contract does not define user_entrypoint\n$/);
    assert.equal(native.exitCode, 2);
  });

  it('in a replay names the file and the step', async () => {
    const path = join(directory, 'odd.json');
    const disagreement = { step: 0, field: 'gas', left: '1', right: '2', backends: ['wasm', 'evm'] };
    const file = {
      format: 'trimeter-replay',
      version: 1,
      case: 'erc20',
      seed: 1,
      backends: ['wasm', 'evm'],
      disagreement,
    };
    const constructorArgs = ['Token', 'TOK', '1000'];
    const step = { method: 'transfer', args: ['bob', '5'] };
    const odd: readonly (readonly [object, RegExp])[] = [
      [{ steps: [{ ...step, caller: 'frank' }] }, /odd\.json: steps\[0\]: .*"frank"/],
      [{ steps: [step, { ...step, args: [true, '5'] }] }, /odd\.json: steps\[1\]: .*true/],
      [{ steps: [{ ...step, to: 'nobody' }] }, /odd\.json: steps\[0\]: nobody\.transfer/],
      [{ steps: [{ ...step, method: 'fly' }] }, /odd\.json: steps\[0\]: fly/],
      [{ steps: [{ ...step, gasLimit: '8000' }] }, /odd\.json: a gas limit means different things to wasm, evm/],
      [{ steps: [step], constructorArgs: [1] }, /odd\.json: constructor/],
      [{ steps: [step], backends: ['wasm', 'abacus'] }, /odd\.json: backends takes .* got "abacus"/],
      [{ steps: [step], backends: ['wasm', 'wasm'] }, /odd\.json: backends names wasm twice/],
    ];
    for (const [change, message] of odd) {
      writeFileSync(path, JSON.stringify({ ...file, constructorArgs, ...change }));
      const { exitCode, errors } = await trimeter('replay', path);
      assert.match(errors, message);
      assert.match(errors, /^trimeter: [^\n]+\n$/);
      assert.equal(exitCode, 2);
    }
  });

  it('is no pipe, device or folder, for any file that is read', async () => {
    const pipe = join(directory, 'pipe.contract');
    execFileSync('mkfifo', [pipe]);
    mkdirSync(join(directory, 'folder.contract'));
    for (const path of [pipe, join(directory, 'folder.contract'), '/dev/zero']) {
      const uses = [
        ['inspect', path],
        ['meter', path, '-o', join(directory, 'x')],
        ['replay', path],
        ['report', path],
      ];
      if (path !== '/dev/zero') uses.push(['run', path, 'get']);
      for (const args of [...uses, ['bench', '--compare', path]]) {
        const { exitCode, errors } = await trimeter(...args);
        assert.match(errors, /is not a regular file|is a directory/);
        assert.equal(exitCode, 2);
      }
    }
    const folder = copyCase('amm', directory);
    rmSync(join(folder, 'manifest.json'));
    execFileSync('mkfifo', [join(folder, 'manifest.json')]);
    assert.match((await trimeter('run', folder, 'x')).errors, /manifest\.json: is not a regular file/);
  });

  it('obeys nothing in a table, in JSON or in a comment', async () => {
    const evil = '\u001b[31m<img src=x onerror=alert(1)>\u202e\u009b2J\n| @all';
    const table = textTable([{ heading: evil }], [[evil]]);
    assert.doesNotMatch(table, /[\p{Cf}\x9b]|\p{Cc}(?<!\n)/u);
    assert.equal(table.split('\n').length, 3);
    const report = structuredClone(sampleReport()) as unknown as {
      environment: Record<string, string>;
      cases: Record<string, unknown>[];
    };
    report.environment['cpu'] = evil;
    for (const found of report.cases) Object.assign(found, { id: evil, workload: evil, operation: evil });
    const comment = markdownReport(report as unknown as ReturnType<typeof sampleReport>);
    assert.doesNotMatch(comment, /<(?!br>)|@all|[\u202e]|\p{Cc}(?<!\n)/u);
    const run = await trimeter(
      'run',
      'erc20',
      'name',
      '--on',
      'wasm',
      '--constructor-args',
      JSON.stringify([evil, 'E', '1']),
      '--json',
    );
    assert.doesNotMatch(run.output, /[\p{Cf}\x9b]|\p{Cc}(?<!\n)/u);
    assert.ok(JSON.parse(run.output).machines[0].decoded.includes('\u202e'));
  });
});
