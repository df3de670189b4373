import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { typedCall } from '../../../cli/typed-call.ts';
import { defaultGasLimit } from '../../../engine/context.ts';
import { gasLimitAmong } from '../../../harness/machines/contenders.ts';
import { loadSubject } from '../../../harness/subjects/load.ts';
import { trimeter } from '../../cli/capture.ts';

const method = (...types: readonly string[]) => {
  const inputs = types.map((type) => ({ name: 'a', type }));
  return { type: 'function', name: 'f', inputs, outputs: [], stateMutability: 'nonpayable' };
};
/** Deploys one byte of code, which stops. */
const stops = '0x6001600c60003960016000f300';

describe('an artifact of a project', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
  after(() => rmSync(folder, { recursive: true }));
  const artifact = (abi: unknown, bytecode = stops): string => {
    const path = join(folder, 'thing.json');
    writeFileSync(path, JSON.stringify({ abi, bytecode }));
    return path;
  };
  const check = (path: string) => trimeter('check', path, '--on', 'evm,evm-default', '--calls', '40', '--seed', '1');

  it('is checked by call data alone if it is a proxy', async () => {
    const { exitCode, output } = await check(artifact([{ type: 'fallback', stateMutability: 'payable' }]));
    assert.equal(exitCode, 0);
    assert.match(output, /evm, evm-default agree on \d\d calls/);
  });

  it('is refused if there is nothing to call', async () => {
    const { exitCode, errors } = await check(artifact([]));
    assert.equal(exitCode, 2);
    assert.match(errors, /thing: there are no methods to call/);
  });

  it('is checked without the methods whose arguments nobody can write', async () => {
    const { exitCode, errors } = await check(artifact([method(), method('function'), method('fixed128x18[]')]));
    assert.equal(exitCode, 0, errors);
  });

  it('may have an ABI that says a thing twice, as those of diamonds do', async () => {
    const { exitCode, output } = await trimeter('run', artifact([method(), method()]), 'f', '--on', 'evm');
    assert.equal(exitCode, 0, output);
  });

  it('has overloads that have to be told apart', async () => {
    const path = artifact([method('uint256'), method('uint256[]')]);
    const { exitCode, errors } = await trimeter('run', path, 'f', '5', '--on', 'evm');
    assert.equal(exitCode, 2);
    assert.match(errors, /thing\.f: is overloaded: write which one, as in 'f\(uint256\)' or 'f\(uint256\[\]\)'/);
  });

  it('says why it does not deploy', async () => {
    // Panic(1).
    const bytecode = '0x634e487b7160e01b6000526001600452602460006000fd'.replace('602460006000fd', '60246000fd');
    const { exitCode, errors } = await check(artifact([method()], bytecode));
    assert.equal(exitCode, 2);
    assert.match(errors, /thing does not deploy on any machine: its constructor reverts with Panic\(code: 1\)/);
  });

  it('takes calls in one piece, whose quotes are those of JSON inside a word', async () => {
    const subject = await loadSubject(artifact([method('string', 'uint256[]')]));
    assert.deepEqual(typedCall(subject, '--and', `f "a b" ["1","2"]`), { method: 'f', args: ['a b', ['1', '2']] });
    assert.throws(() => typedCall(subject, '--and', `f "a b [1]`), /" begins a word that the next " does not end/);
  });
});

describe('the gas of a call that names none', () => {
  const backend = (name: string) => ({ name }) as Parameters<typeof gasLimitAmong>[0][number];

  it('is what all machines that count alike can give, since contracts see what is left', () => {
    assert.equal(gasLimitAmong(['evm', 'evm-default'].map(backend)), defaultGasLimit);
    assert.equal(gasLimitAmong(['evm', 'revm'].map(backend)), 30_000_000n);
    assert.equal(gasLimitAmong(['wasm', 'evm', 'revm'].map(backend)), defaultGasLimit);
  });
});
