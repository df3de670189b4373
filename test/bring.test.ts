import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactsOf, missingLine, tutorialSteps, wordsOf } from '../tools/package/tutorial.mjs';
import { trimeter } from './cli/capture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const flipper = join(root, 'contracts/ink/bundles/flipper.contract');
const openzeppelin = join(root, 'contracts/toolchain/node_modules/@openzeppelin/contracts');

describe('docs/bring-your-contract.md', () => {
  const steps = tutorialSteps(readFileSync(join(root, 'docs/bring-your-contract.md'), 'utf8'));
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
    const built = (name: string) => readFileSync(join(root, 'contracts/erc20/build', name), 'utf8');
    const artifacts = artifactsOf(JSON.parse(built('erc20.abi.json')), built('erc20.evm.hex').trim());
    for (const [path, artifact] of Object.entries(artifacts)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), JSON.stringify(artifact));
    }
    if (existsSync(flipper)) cpSync(flipper, join(folder, 'flipper.contract'));
    // What `npm install` brings, from what is here.
    mkdirSync(join(folder, 'node_modules/trimeter/contracts'), { recursive: true });
    cpSync(join(root, 'contracts/erc20'), join(folder, 'node_modules/trimeter/contracts/erc20'), { recursive: true });
    if (existsSync(openzeppelin)) {
      mkdirSync(join(folder, 'node_modules/@openzeppelin'));
      symlinkSync(openzeppelin, join(folder, 'node_modules/@openzeppelin/contracts'));
    }
  });
  const home = process.cwd();
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  it('has a file, a second form and every kind of artifact to run', () => {
    const commands = steps.flatMap(({ command }) => command ?? []);
    for (const word of [
      'Token.sol',
      '--evm',
      'out/',
      'artifacts/',
      '--script',
      '--abi',
      'code.hex',
      'flipper',
      'new',
    ]) {
      assert.ok(
        commands.some((command) => command.includes(word)),
        word,
      );
    }
  });

  for (const { path, content, command, lines = [] } of steps) {
    if (path !== undefined) it(`has the file ${path}`, () => writeFileSync(join(folder, path), content ?? ''));
    if (command === undefined) continue;
    const [program, ...args] = wordsOf(command);
    if (program === 'npm') continue;
    it(`prints what it says of: ${command}`, async function () {
      if (program === 'cp') return cpSync(join(folder, args[0] as string), join(folder, args[1] as string));
      if (command.includes('Token.sol ') && !existsSync(openzeppelin)) return this.skip();
      if (command.includes('flipper') && !existsSync(flipper)) return this.skip();
      process.chdir(folder);
      const { exitCode, output, errors } = await trimeter(...args.slice(1));
      assert.equal(exitCode, 0, errors);
      assert.equal(missingLine(output, lines), undefined, output);
    }).timeout(120_000);
  }
});
