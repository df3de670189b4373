import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { capture, trimeter, trimeterOn } from './capture.ts';
import { done, inFolderOfItsOwn, refused } from './folder-of-its-own.ts';

describe('trimeter new and trimeter build', function () {
  // The first C++ of all loads a compiler of 90 MB.
  this.timeout(180_000);
  inFolderOfItsOwn();

  it('make a contract in Solidity and C++ that the machines agree on, for gas that does not change', async () => {
    assert.equal(
      done(await trimeter('new', 'vault2')),
      `wrote
  vault2/README.md
  vault2/Vault2.sol
  vault2/manifest.json
  vault2/vault2.cpp
next
  npx trimeter build vault2
  npx trimeter check vault2
`,
    );
    refused(
      await trimeter('check', 'vault2'),
      /^trimeter: vault2: is not built: run `npx trimeter build vault2` first$/,
    );
    const built = done(await trimeter('build'));
    const { artifacts } = JSON.parse(done(await trimeter('build', '--json')));
    assert.deepEqual(
      artifacts.map(({ folder, path, isNew }: Record<string, unknown>) => [folder, path, isNew]),
      ['abi.json', 'evm.hex', 'wasm'].map((ending) => ['vault2', `build/vault2.${ending}`, false]),
    );
    assert.match(built, /^vault2\/build\/vault2\.abi\.json: wrote \d+ bytes\n.*\.evm\.hex: wrote .*\n.*\.wasm: wrote /);
    const checked = done(await trimeter('check', 'vault2', '--calls', '300', '--on', 'wasm,reference,evm'));
    assert.match(checked, /^wasm, reference, evm agree on 3\d\d calls/m);
    const ran = done(await trimeter('run', 'vault2', 'earn', '5', '--on', 'wasm,evm'));
    assert.match(ran, /^wasm +success .* 5688 /m);
    assert.match(ran, /^evm +success .* 46550 /m);
  });

  it('leave alone what is built from these sources, and build what is not', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    const artifacts = ['points/build/points.abi.json', 'points/build/points.evm.hex'];
    done(await trimeter('build', 'points'));
    const again = artifacts.map((path) => `${path}: is up to date\n`).join('');
    assert.equal(done(await trimeter('build', 'points')), again);
    // As a checkout does, which sets all times anew.
    writeFileSync('points/Points.sol', readFileSync('points/Points.sol'));
    assert.equal(done(await trimeter('build', 'points')), again);
    appendFileSync('points/Points.sol', '// More.\n');
    refused(
      await trimeter('run', 'points', 'total'),
      /points: Points\.sol changed since the build: run `npx trimeter build points`$/,
    );
    assert.match(done(await trimeter('build', 'points')), /evm\.hex: wrote/);
    writeFileSync('points/build/points.evm.hex', '00');
    assert.match(done(await trimeter('build', 'points')), /evm\.hex: wrote/);
    done(await trimeter('run', 'points', 'total', '--on', 'evm'));
  });

  it('compile Solidity that is alone when it is run', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    const ran = done(await trimeter('run', 'points', 'earn', '5', '--on', 'evm'));
    assert.match(ran, /^evm +success .* 46550 /m);
    assert.equal(existsSync('points/build'), false);
  });

  it('make a contract in C++ alone, with an ABI beside it', async () => {
    done(await trimeter('new', 'points', '--template', 'wasm-only'));
    done(await trimeter('build', 'points'));
    const checked = done(await trimeter('check', 'points', '--calls', '200', '--on', 'wasm,reference'));
    assert.match(checked, /^wasm, reference agree on 2\d\d calls/m);
  });

  it('say in one line what does not compile, and then all that the compiler says', async () => {
    done(await trimeter('new', 'points'));
    appendFileSync('points/points.cpp', 'int x = broken;\n');
    const cpp = await trimeter('build', 'points');
    assert.match(
      cpp.errors,
      /^trimeter: points\/points\.cpp:48:9: .*'broken'\n\npoints\/points\.cpp:48:9: error: .*'broken'\n/,
    );
    assert.equal(cpp.exitCode, 2);
    // The Solidity was built, the C++ was not.
    refused(await trimeter('check', 'points'), /is not built: run `npx trimeter build points` first$/);
    writeFileSync('points/Points.sol', 'contract Points { uint x = y; }');
    const solidity = await trimeter('build', 'points');
    assert.match(
      solidity.errors,
      /^trimeter: Points\.sol:1:28: DeclarationError: Undeclared identifier\.\n\nDeclarationError: .*\n +--> Points\.sol:1:28:\n/,
    );
    assert.equal(solidity.exitCode, 2);
  });

  it('show what is being done where somebody watches', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    const { errors } = await trimeterOn(capture({ showsProgress: true }), 'build', 'points');
    assert.match(errors, /^points: compiling Points\.sol\ncompiling .*Points\.sol with solc /);
    rmSync('points/build', { recursive: true });
    assert.equal((await trimeter('build', 'points')).errors, '');
  });

  it('write a lock if they are asked to, and keep it up', async () => {
    done(await trimeter('new', 'points', '--template', 'solidity'));
    done(await trimeter('build', 'points', '--lock'));
    appendFileSync('points/Points.sol', '// More.\n');
    rmSync('points/build/made-of.json');
    refused(await trimeter('run', 'points', 'total'), /Points\.sol: SHA-256 is .*artifacts\.lock\.json says/);
    done(await trimeter('build', 'points'));
    done(await trimeter('run', 'points', 'total', '--on', 'evm'));
  });

  it('refuse names that cannot be, and what they cannot build, in one line', async () => {
    mkdirSync('there');
    const names: readonly (readonly [string, RegExp])[] = [
      ['there', /there: is there already$/],
      ['Two Words', /lower-case words joined by dashes$/],
      ['erc20', /erc20: is the name of a bundled contract/],
      ['none/points', /none\/points: the folder for it does not exist$/],
    ];
    for (const [name, message] of names) refused(await trimeter('new', name), message);
    refused(await trimeter('new'), /new takes one name$/);
    refused(
      await trimeter('new', 'points', '--template', 'cobol'),
      /--template takes solidity\+cpp, solidity\+rust-stylus, solidity, wasm-only; got "cobol"$/,
    );
    refused(await trimeter('build'), /no folder here has a manifest\.json/);
    refused(await trimeter('build', 'nowhere'), /nowhere: no such folder$/);
    done(await trimeter('new', 'points', '--template', 'wasm-only'));
    rmSync('points/points.abi.json');
    refused(await trimeter('build', 'points'), /points: has no ABI: expected a \.sol file/);
    rmSync('points/points.cpp');
    refused(
      await trimeter('build', 'points'),
      /points: has nothing to build: no points\.cpp, points\.as or Cargo\.toml/,
    );
  });
});
