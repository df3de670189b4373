import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CompiledContract } from '../../../contracts/forms/compiled-contract.ts';
import { InputRejected } from '../../../contracts/input-rejected.ts';
import { compileSolidity, type SoliditySettings } from '../../../contracts/solidity/compile-solidity.ts';

/** Compilers that tests have downloaded stay in the checkout. */
export const testCache: string = fileURLToPath(new URL('../../../node_modules/.cache/trimeter', import.meta.url));

/** As `compileSolidity`; skips where that needs a download, and npm cannot be reached. */
export async function compileOrSkip(
  context: Mocha.Context,
  path: string,
  settings: SoliditySettings = {},
): Promise<CompiledContract> {
  // For a first download on a slow line.
  context.timeout(300_000);
  try {
    return await compileSolidity(path, { cacheDirectory: testCache, ...settings });
  } catch (error) {
    const isMissing = error instanceof InputRejected && error.problem.includes('is not on this machine, and npm');
    if (!isMissing || canReachNpm()) throw error;
    const { test } = context;
    if (test !== undefined) test.title += ` (skipped: ${error.where} is not installed, and npm cannot be reached)`;
    return context.skip();
  }
}

/** Asserts that it is refused, in one line. */
export async function rejects(path: string, message: RegExp, settings: SoliditySettings = {}): Promise<InputRejected> {
  try {
    await compileSolidity(path, { cacheDirectory: testCache, ...settings });
  } catch (error) {
    assert(error instanceof InputRejected, String((error as Error).stack));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return error;
  }
  throw new Error('was not refused');
}

function canReachNpm(): boolean {
  const args = ['view', 'solc', 'version', '--fetch-retries=0'];
  return spawnSync('npm', args, { shell: process.platform === 'win32', timeout: 60_000 }).status === 0;
}
