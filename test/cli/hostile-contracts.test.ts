import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOfFile } from '../../contracts/building/build-record.ts';
import { trimeter } from './capture.ts';

const abi = [{ type: 'function', name: 'f', inputs: [], outputs: [], stateMutability: 'nonpayable' }];
/** Deploys one byte of code, which stops. */
const bytecode = '0x6001600c60003960016000f300';

describe('a contract that somebody else made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-hostile-'));
  after(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const write = (name: string, value: unknown): string => {
    writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value));
    return at(name);
  };

  async function refuses(message: RegExp, ...args: readonly string[]): Promise<void> {
    const { exitCode, errors } = await trimeter(...args);
    assert.equal(exitCode, 2, errors);
    assert.match(errors, message);
    assert.equal(errors.trimEnd().split('\n').length, 1, errors);
  }

  it('is refused in one line where its path leads nowhere', async () => {
    symlinkSync('loop.sol', at('loop.sol'));
    const paths = [at('loop.sol'), at(`${'a'.repeat(300)}.sol`), join(write('file', ''), 'a.sol')];
    for (const path of paths) {
      await refuses(/no such file/, 'run', path, 'f');
      await refuses(/no such file/, 'run', 'erc20', 'f', '--evm', path);
      await refuses(/no such folder/, 'build', path);
    }
  });

  it('is refused in one line where what is said of it is nested without end', async () => {
    const path = write('deep.json', { abi, bytecode });
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    await refuses(/expected 0 arguments/, 'run', path, 'f', '--constructor-args', `[${deep}]`);
    await refuses(/nested deeper/, 'run', path, '--script', write('script.json', `{ "steps": ${deep} }`));
  });

  it('is not waited for where a build record names a folder or a pipe', () => {
    assert.throws(() => hashOfFile(folder), /is a directory, expected a file/);
    assert.throws(() => hashOfFile('/dev/null'), /is not a regular file/);
  });
});
