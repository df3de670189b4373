import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledCaseDirectory } from '../../../contracts/bundled-cases.ts';
import { openContract } from '../../../harness/session/open-contract.ts';
import { type LoadOptions, loadCase, loadSubject } from '../../../harness/subjects/load.ts';
import { wat } from '../../support/wat.ts';

const constructorArgs = ['Example', 'EXM', '1000'];

describe('a contract that somebody brings', () => {
  let folder: string;
  let files: Record<'wasm' | 'abi' | 'hex' | 'artifact', string>;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
    const built = (file: string) => join(bundledCaseDirectory('erc20'), 'build', file);
    files = { wasm: '', abi: '', hex: '', artifact: '' };
    for (const [form, file] of [
      ['wasm', 'erc20.wasm'],
      ['abi', 'erc20.abi.json'],
      ['hex', 'erc20.evm.hex'],
    ] as const) {
      files[form] = join(folder, `MyToken.${{ wasm: 'wasm', abi: 'abi.json', hex: 'hex' }[form]}`);
      cpSync(built(file), files[form]);
    }
    files.artifact = join(folder, 'Token.json');
    const abi = JSON.parse(readFileSync(files.abi, 'utf8'));
    const bytecode = `0x${readFileSync(files.hex, 'utf8').trim()}`;
    writeFileSync(files.artifact, JSON.stringify({ contractName: 'Token', sourceName: 'Token.sol', abi, bytecode }));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('as a module with an ABI runs as the contract folder does, for the same gas', async () => {
    const subject = await loadSubject(files.wasm, { abi: files.abi, constructorArgs });
    assert.equal(subject.id, 'my-token');
    assert.deepEqual(Object.keys(subject.code), ['name', 'wasm']);
    const token = await openContract(subject, 'wasm');
    const outcome = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
    await token.close();
    assert.equal(outcome.status, 'success');
    assert.equal(outcome.gasUsed, 7884n);
  });

  it('as an artifact or as hex runs on the EVM alone, for the same gas', async () => {
    for (const [path, options] of [
      [files.artifact, {}],
      [files.hex, { abi: files.abi }],
    ] as const) {
      const subject = await loadSubject(path, { ...options, constructorArgs });
      assert.deepEqual(Object.keys(subject.code), ['name', 'evm']);
      const token = await openContract(subject, 'evm');
      const outcome = await token.call('transfer', ['bob', '5'], { caller: 'deployer' });
      await token.close();
      assert.equal(outcome.gasUsed, 29_981n);
    }
  });

  it('in two forms has the name of the first and the ABI of the second', async () => {
    const pairs: readonly (readonly [string, LoadOptions, string])[] = [
      [files.wasm, { evm: files.artifact }, 'my-token'],
      [files.artifact, { wasm: files.wasm }, 'token'],
      [files.hex, { wasm: files.wasm, abi: files.artifact }, 'my-token'],
    ];
    for (const [path, options, id] of pairs) {
      const contract = await loadCase(path, { ...options, constructorArgs });
      assert.equal(contract.id, id);
      assert.ok(contract.wasm !== undefined && contract.evmInitcode !== undefined);
      assert.ok(contract.abi.some((item) => item.type === 'function' && item.name === 'transfer'));
    }
  });

  it('may be a form beside a contract folder, in place of the folder’s own', async () => {
    const { workloads, evmInitcode } = await loadCase('noop', { evm: files.hex });
    assert.equal(workloads.length, 1);
    assert.equal(evmInitcode?.length, readFileSync(files.hex, 'utf8').trim().length / 2);
  });

  const refused: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
    ['a module without an ABI', () => loadCase(files.wasm), /MyToken\.wasm: has no ABI of its own: --abi <file\.json>/],
    ['hex without an ABI', () => loadCase(files.hex), /MyToken\.hex: has no ABI of its own/],
    [
      'a missing constructor argument',
      () => loadCase(files.artifact),
      /Token\.json: its constructor takes \(string name, string symbol, uint256 initialSupply\): --constructor-args '\["\.\.\.", \.\.\.\]'$/,
    ],
    [
      'arguments that do not fit',
      () => loadCase(files.artifact, { constructorArgs: ['a'] }),
      /constructor: expected 3 arguments \(string name, string symbol, uint256 initialSupply\), got 1$/,
    ],
    [
      'a second form of the same kind',
      () => loadCase(files.artifact, { evm: files.hex }),
      /Token\.json: has that form itself, so that --evm would be a second one/,
    ],
    [
      'a module as --evm',
      () => loadCase(files.artifact, { evm: files.wasm }),
      /--evm .*MyToken\.wasm: expected \.sol, \.json, \.hex, \.bin, \.bin-runtime$/,
    ],
    ['another contract of an artifact', () => loadCase(files.artifact, { contract: 'Coin' }), /is Token, not Coin$/],
    ['a name of a contract that is no Solidity', () => loadCase('noop', { contract: 'Noop' }), /noop is no Solidity$/],
    [
      'libraries of what links none',
      () => loadCase('noop', { libraries: { Math: files.artifact } }),
      /--library: noop links none$/,
    ],
    ['an ABI as a contract', () => loadCase(files.abi), /MyToken\.abi\.json: is an ABI without code/],
    ['a file that is not there', () => loadCase(join(folder, 'none.wasm')), /none\.wasm: no such file$/],
    [
      'a name that is nothing',
      () => loadCase('nothing-at-all'),
      /neither a contract folder or file nor a bundled contract; there are/,
    ],
    ['a name that is nearly a bundled one', () => loadCase('erc2'), /did you mean erc20\?$/],
    ['an ink! bundle with an ABI', () => loadSubject('a.contract', { abi: files.abi }), /is an ink! bundle.*no --abi$/],
  ];
  for (const [what, load, message] of refused) {
    it(`is refused in one line for ${what}`, async () => {
      await assert.rejects(load, { name: 'InputRejected', message });
    });
  }

  const strangers: readonly (readonly [string, string, RegExp])[] = [
    ['ink!', '(import "seal0" "call" (func))', /for ink! \(it imports seal0\.call\): give its \.contract bundle/],
    ['NEAR', '(import "env" "read_register" (func))', /for NEAR \(it imports env\.read_register\)/],
    ['CosmWasm', '(import "env" "db_read" (func))', /for CosmWasm \(it imports env\.db_read\)/],
    ['Gear', '(import "env" "gr_send" (func))', /for Gear \(it imports env\.gr_send\)/],
    ['WASI', '(import "wasi_snapshot_preview1" "fd_write" (func))', /for WASI .*wasm32-unknown-unknown$/],
    [
      'another host',
      '(import "a" "t" (table 1 2 funcref)) (import "a" "g" (global (mut f64))) (import "b" "m" (memory 1 2))',
      /imports a\.t, expected a Stylus contract, which imports from vm_hooks$/,
    ],
  ];
  for (const [chain, text, message] of strangers) {
    it(`is refused if it is a module for ${chain}`, async () => {
      const path = join(folder, 'stranger.wasm');
      writeFileSync(path, await wat(`(module ${text})`));
      await assert.rejects(loadCase(path, { abi: files.abi }), { name: 'InputRejected', message });
    });
  }

  for (const [what, bytes, message] of [
    ['text', Buffer.from('contract Token {}'), /is not a WebAssembly module: it does not begin with \\0asm$/],
    [
      'a component',
      Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]),
      /is a WebAssembly component or of another version/,
    ],
  ] as const) {
    it(`is refused if it is ${what} under the name of a module`, async () => {
      const path = join(folder, 'other.wasm');
      writeFileSync(path, bytes);
      await assert.rejects(loadCase(path, { abi: files.abi }), { name: 'InputRejected', message });
    });
  }

  it('in a folder without a manifest is looked for as Solidity', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await assert.rejects(loadCase(empty), { name: 'InputRejected' });
  });
});
