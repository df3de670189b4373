import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveAddress } from '../../../contracts/call-argument.ts';
import { encodeCall, encodeConstructor } from '../../../contracts/call-codec.ts';
import type { CompiledContract } from '../../../contracts/forms/compiled-contract.ts';
import { bigintToBytes, fromHex, toHex } from '../../../engine/bytes.ts';
import { deployedAddress } from '../../../engine/deployed-address.ts';
import { createEvmBackend } from '../../../evm-baseline/evm-backend.ts';
import { compileOrSkip } from './compile-or-skip.ts';
import { temporaryProject } from './temporary-project.ts';

const folder = fileURLToPath(new URL('../../fixtures/solidity-projects/', import.meta.url));
const packages = join(folder, 'node_modules');

/** Gas of a deployment with a supply of 1000, and of a transfer of 250 to Bob, who has them then. */
async function gasOfToken({ name, abi, code }: CompiledContract): Promise<readonly bigint[]> {
  const backend = await createEvmBackend();
  const world = await backend.createWorld();
  const program = await backend.prepare({ name, evm: { initcode: fromHex(`0x${code}`) } });
  const deployment = await world.deploy(program, {
    deployer: fromHex(resolveAddress('deployer')),
    value: 0n,
    input: encodeConstructor(abi, ['1000']),
    gasLimit: 10_000_000n,
  });
  const to = deployedAddress(deployment);
  const call = (method: string, ...args: string[]) =>
    world.call({
      caller: fromHex(resolveAddress('deployer')),
      to,
      value: 0n,
      input: encodeCall(abi, { method, args }),
      gasLimit: 1_000_000n,
    });
  const transfer = await call('transfer', 'bob', '250');
  const balance = await call('balanceOf', 'bob');
  assert.equal(transfer.status, 'success');
  assert.equal(balance.status, 'success');
  assert.equal(toHex(balance.output), toHex(bigintToBytes(250n, 32)));
  return [deployment.outcome.gasUsed, transfer.gasUsed];
}

describe('contracts of others', () => {
  before(function () {
    if (existsSync(packages)) return;
    const suite = this.test?.parent;
    if (suite !== undefined) suite.title += ' (skipped: not installed, npm run projects:install does)';
    this.skip();
  });

  for (const { name, gas } of [
    { name: 'OpenZeppelinToken', gas: [806_708n, 29_959n] },
    { name: 'SolmateToken', gas: [613_998n, 29_669n] },
    { name: 'SoladyToken', gas: [449_111n, 29_521n] },
  ]) {
    it(`${name} is compiled as it is, and runs`, async function () {
      const contract = await compileOrSkip(this, folder, { contract: name });
      assert.deepEqual(await gasOfToken(contract), gas);
    });
  }

  it('Uniswap’s pair comes out byte for byte as it was published', async function () {
    const uniswap = join(packages, '@uniswap/v2-core');
    const root = temporaryProject({
      'foundry.toml': '[profile.default]\nsrc = "contracts"\noptimizer_runs = 999999\nevm_version = "istanbul"\n',
    });
    cpSync(join(uniswap, 'contracts'), join(root, 'contracts'), { recursive: true });
    const pair = await compileOrSkip(this, root, { contract: 'UniswapV2Pair' });
    const published = JSON.parse(readFileSync(join(uniswap, 'build/UniswapV2Pair.json'), 'utf8'));
    assert.equal(pair.code, published.evm.bytecode.object);
  });
});
