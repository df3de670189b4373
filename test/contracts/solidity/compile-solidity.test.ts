import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SolidityRejected } from '../../../contracts/solidity/solidity-rejected.ts';
import { compileOrSkip, rejects } from './compile-or-skip.ts';
import { temporaryProject } from './temporary-project.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/solidity/', import.meta.url));
const licensed = '// SPDX-License-Identifier: Apache-2.0\n';
const modern = `${licensed}pragma solidity ^0.8.20;\n`;

function signaturesOf(
  abi: readonly { readonly type: string; readonly name?: string | undefined }[],
): readonly string[] {
  return abi.map(({ type, name }) => `${type} ${name ?? ''}`.trim());
}

describe('compileSolidity', () => {
  const said: string[] = [];
  const onProgress = (message: string) => said.push(message);

  beforeEach(() => {
    said.length = 0;
  });

  // So that a compiler is there, or all is skipped.
  before(async function () {
    await compileOrSkip(this, join(temporaryProject({ 'A.sol': `${modern}contract A {}` }), 'A.sol'));
  });

  it('compiles a Foundry project with its remappings, libraries and settings', async function () {
    const vault = await compileOrSkip(this, join(fixtures, 'foundry'), { onProgress });
    assert.deepEqual([vault.name, vault.source], ['Vault', 'src/Vault.sol']);
    assert.deepEqual(signaturesOf(vault.abi), ['function balanceOf', 'function deposit']);
    assert.equal(said[0], 'foundry.toml: 1000 runs, for cancun');
    assert.match(
      said[1] as string,
      /^compiling src\/Vault\.sol with solc 0\.8\.\d+, optimizer with 1000 runs, for cancun$/,
    );
    // The library's unused variable is not told.
    assert.equal(said.length, 2);
  });

  it('gives the libraries that a contract is linked with, and theirs', async function () {
    const vault = await compileOrSkip(this, `${join(fixtures, 'foundry/src/Vault.sol')}:Vault`);
    const [offset] = vault.links['src/Rounding.sol:Rounding'] as readonly number[];
    assert.deepEqual(Object.keys(vault.links), ['src/Rounding.sol:Rounding']);
    assert.match(vault.code, /^[0-9a-f]+__.{36}__[0-9a-f]+$/);
    assert.equal(vault.code.slice(2 * (offset as number), 2 * (offset as number) + 2), '__');
    const rounding = vault.library('src/Rounding.sol:Rounding');
    // What takes storage cannot be called from outside.
    assert.deepEqual(signaturesOf(rounding?.abi ?? []), ['function down']);
    assert.deepEqual(Object.keys(rounding?.links ?? {}), ['src/Steps.sol:Steps']);
    assert.match(rounding?.library('src/Steps.sol:Steps')?.code ?? '', /^[0-9a-f]+$/);
    assert.equal(vault.library('src/IVault.sol:IVault'), undefined);
  });

  it('links libraries whose addresses the project has', async function () {
    const address = `0x${'ab'.repeat(20)}`;
    const root = temporaryProject({
      'foundry.toml': `[profile.default]\nlibraries = ["src/L.sol:L:${address}"]`,
      'src/L.sol': `${modern}library L { function f(uint a) external pure returns (uint) { return a; } }`,
      'src/A.sol': `${modern}import "./L.sol"; contract A { function f(uint a) external pure returns (uint) { return L.f(a); } }`,
    });
    const { code, links } = await compileOrSkip(this, root);
    assert.deepEqual(links, {});
    assert.ok(code.includes(address.slice(2)));
  });

  it('compiles a Hardhat project with a package, and the first of its compilers that the pragmas allow', async function () {
    const counter = await compileOrSkip(this, join(fixtures, 'hardhat'), { onProgress });
    assert.deepEqual(signaturesOf(counter.abi), ['function count', 'function increment', 'function owner']);
    assert.deepEqual(said, [
      'hardhat.config.js: solc 0.8.37, optimizer on, 50 runs, via IR on',
      'compiling contracts/Counter.sol with solc 0.8.37, optimizer with 50 runs, via IR, for prague',
    ]);
  });

  it('tells what it could not read, and what it leaves out', async function () {
    const root = temporaryProject({
      'hardhat.config.ts':
        "export default { solidity: { version: VERSION, settings: { evmVersion: 'osaka', viaIR: isFast } } };",
      'contracts/A.sol': `${modern}contract A {}`,
    });
    await compileOrSkip(this, root, { onProgress });
    assert.equal(
      said[0],
      'hardhat.config.ts: for osaka; osaka is later than what runs here, and is left out; cannot be read without running ' +
        'it, and is left out: solidity.version, solidity.settings.viaIR',
    );
    assert.match(said[1] as string, /, for prague$/);
  });

  it('tells warnings of the project’s own files', async function () {
    const root = temporaryProject({ 'A.sol': `${modern}contract A { function f() public pure { uint unused; } }` });
    await compileOrSkip(this, root, { onProgress });
    assert.deepEqual(said.slice(1), ['A.sol:3:41: Warning: Unused local variable.']);
  });

  for (const [version, source] of [
    ['0.4.11', 'contract A { function f() constant returns (uint) { return 1; } function () payable {} }'],
    ['0.4.26', 'contract A { function f() public view returns (uint) { return 1; } function () public payable {} }'],
    ['0.5.17', 'contract A { function f() public view returns (uint) { return 1; } function () external payable {} }'],
    ['0.6.12', 'contract A { function f() public view returns (uint) { return 1; } fallback() external payable {} }'],
    ['0.7.6', 'contract A { function f() public view returns (uint) { return 1; } fallback() external payable {} }'],
  ] as const) {
    it(`compiles with solc ${version}, whose ABI is made what later ones are`, async function () {
      const root = temporaryProject({
        'Base.sol': 'pragma solidity >=0.4.0; contract Base {}',
        'A.sol': `pragma solidity ${version}; import "./Base.sol"; ${source}`,
      });
      const { abi, code } = await compileOrSkip(this, join(root, 'A.sol'), { onProgress });
      assert.ok(said.some((line) => line.startsWith(`compiling A.sol with solc ${version}, optimizer with 200 runs`)));
      assert.match(code, /^60[0-9a-f]+$/);
      const outputs = [{ type: 'uint256', name: '' }];
      assert.deepEqual(
        abi.toSorted((a, b) => (a.type < b.type ? 1 : -1)),
        [
          { type: 'function', name: 'f', inputs: [], outputs, stateMutability: 'view' },
          { type: 'fallback', stateMutability: 'payable' },
        ],
      );
    });
  }

  it('takes the only contract with code, or that which is called as its file is', async function () {
    const root = temporaryProject({
      'Two.sol': `${modern}interface I {} library L {} abstract contract B {} contract One is B {} contract Two {}`,
      'Other.sol': `${modern}abstract contract B { function f() public virtual; } contract C is B { function f() public override {} }`,
    });
    assert.equal((await compileOrSkip(this, join(root, 'Two.sol'))).name, 'Two');
    assert.equal((await compileOrSkip(this, join(root, 'Two.sol'), { contract: 'One' })).name, 'One');
    assert.equal((await compileOrSkip(this, `${join(root, 'Two.sol')}:One`)).name, 'One');
    assert.equal((await compileOrSkip(this, root, { contract: 'Two.sol:One' })).name, 'One');
    assert.equal((await compileOrSkip(this, join(root, 'Other.sol'))).name, 'C');
  });

  describe('refuses in one line', () => {
    it('an error of the compiler, with its place, and has all that it printed', async () => {
      const root = temporaryProject({
        'foundry.toml': '',
        'src/A.sol': `${modern}contract A {\n  /* ä */ function f() public { x = 1; }\n  function g() public { y = 1; }\n}`,
        'src/B.sol': `${modern}contract B { uint = 1; }`,
      });
      const declaration = await rejects(
        join(root, 'src/A.sol'),
        /^src\/A\.sol:4:34: DeclarationError: Undeclared identifier\. \(and 1 more\)$/,
      );
      assert(declaration instanceof SolidityRejected);
      assert.match(
        declaration.formatted,
        /--> src\/A\.sol:4:34:[\s\S]*\^[\s\S]*DeclarationError[\s\S]*--> src\/A\.sol:5:25:/,
      );
      await rejects(join(root, 'src/B.sol'), /^src\/B\.sol:3:19: ParserError: Expected identifier but got '='$/);
    });

    it('what cannot be deployed', async () => {
      const root = temporaryProject({
        'A.sol': `${modern}interface I {} library L {} abstract contract B {}`,
      });
      const file = join(root, 'A.sol');
      await rejects(
        file,
        /A\.sol: has no contract that can be deployed, only interface I, library L, abstract contract B$/,
      );
      await rejects(`${file}:I`, /A\.sol: I is an interface, which cannot be deployed: name a contract that can$/);
      await rejects(file, /A\.sol: L is a library, which cannot/, { contract: 'L' });
      await rejects(file, /A\.sol: B is an abstract contract, which cannot/, { contract: 'B' });
    });

    it('a contract of before 0.6 with functions that have no body', async function () {
      const root = temporaryProject({
        'Old.sol': 'pragma solidity ^0.5.0; contract Old { function f() public; }',
        'New.sol':
          'pragma solidity ^0.5.0; contract Old { function f() public; } contract C is Old { function f() public {} }',
      });
      assert.equal((await compileOrSkip(this, join(root, 'New.sol'))).name, 'C');
      await rejects(join(root, 'Old.sol'), /Old\.sol: Old is an abstract contract, which cannot be deployed/);
    });

    it('several contracts, with their names', async () => {
      const root = temporaryProject({
        'hardhat.config.js': '',
        'contracts/A.sol': `${modern}contract B {} contract C {}`,
        'contracts/D.sol': `${modern}contract D {} contract C {}`,
      });
      await rejects(join(root, 'contracts/A.sol'), /A\.sol: which one\? --contract B, C$/);
      await rejects(root, /: which one\? --contract B, contracts\/A\.sol:C, D, contracts\/D\.sol:C$/);
      await rejects(root, /: which one\? --contract contracts\/A\.sol:C, contracts\/D\.sol:C$/, { contract: 'C' });
      await rejects(root, /: has no contract E: there are B, C, D, C$/, { contract: 'E' });
      await rejects(`${join(root, 'contracts/A.sol')}:B`, /names B, and --contract C: name one$/, { contract: 'C' });
    });

    it('paths that are none, and folders without Solidity', async () => {
      const root = temporaryProject({ 'A.txt': '' });
      await rejects(join(root, 'B.sol'), /B\.sol: no such file or folder$/);
      await rejects(join(root, 'A.txt'), /A\.txt: expected a \.sol file, or a folder with some$/);
      await rejects(root, /: has no \.sol file$/);
    });

    it('pragmas that are none, exclude each other, or the project’s compiler', async () => {
      const root = temporaryProject({
        'A.sol': 'pragma solidity latest; contract A {}',
        'B.sol': 'pragma solidity ^0.7.0; import "./C.sol"; contract B {}',
        'C.sol': 'pragma solidity ^0.8.0; contract C {}',
      });
      await rejects(join(root, 'A.sol'), /^A\.sol: expected versions of Solidity such as \^0\.8\.20, got "latest"$/);
      await rejects(
        join(root, 'B.sol'),
        /^solc: no version suits all: B\.sol asks for \^0\.7\.0, C\.sol asks for \^0\.8\.0$/,
      );
      const foundry = temporaryProject({
        'foundry.toml': '[profile.default]\nsolc = "0.7.6"',
        'src/C.sol': 'pragma solidity ^0.8.0; contract C {}',
      });
      await rejects(
        foundry,
        /^foundry\.toml: asks for solc 0\.7\.6, but src\/C\.sol for \^0\.8\.0: change one of them$/,
      );
    });

    it('a configuration and remappings that are none', async () => {
      const source = { 'src/C.sol': `${modern}contract C {}` };
      await rejects(temporaryProject({ ...source, 'foundry.toml': '[profile' }), /foundry\.toml:1:\d+: [^\n]+$/);
      await rejects(
        temporaryProject({ ...source, 'remappings.txt': 'a' }),
        /remappings\.txt:1: expected \[context:\]prefix=target, got "a"$/,
      );
    });
  });
});
