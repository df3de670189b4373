import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProject } from '../../../contracts/solidity/project.ts';
import { readSourceFiles } from '../../../contracts/solidity/source-files.ts';
import { findWanted } from '../../../contracts/solidity/wanted-contract.ts';
import { temporaryProject } from './temporary-project.ts';

const fixture = fileURLToPath(new URL('../../fixtures/solidity/foundry', import.meta.url));

function read(root: string, path: string) {
  return readSourceFiles(findProject(root), [join(root, path)]);
}

function namesOf(root: string, path: string): readonly string[] {
  return read(root, path).files.map(({ name }) => name);
}

describe('readSourceFiles', () => {
  it('follows remappings of the project, of one library, and those that follow from the folders', () => {
    const { files, remappings } = read(fixture, 'src/Vault.sol');
    assert.deepEqual(
      files.map(({ name, isOwn }) => [name, isOwn]),
      [
        ['src/Vault.sol', true],
        ['lib/share-token/src/Share.sol', false],
        ['lib/fees/contracts/Fees.sol', false],
        ['src/Rounding.sol', true],
        ['src/IVault.sol', true],
        ['lib/share-token/limits-v1/Limits.sol', false],
        ['src/Steps.sol', true],
      ],
    );
    assert.deepEqual(remappings, [
      'src/Vault.sol:shares/Share.sol=lib/share-token/src/Share.sol',
      'src/Vault.sol:fees/Fees.sol=lib/fees/contracts/Fees.sol',
      'lib/share-token/src/Share.sol:limits/Limits.sol=lib/share-token/limits-v1/Limits.sol',
    ]);
  });

  it('lets a library’s own remappings and libraries count first for its files', () => {
    const root = temporaryProject({
      'foundry.toml': '',
      'src/A.sol': 'import "x/X.sol"; import "y/Y.sol"; import "@x/X.sol";',
      'lib/x/remappings.txt': '@x/=src/',
      'lib/x/src/X.sol': 'import "y/Y.sol";',
      'lib/x/lib/y/src/Y.sol': '',
      'lib/y/src/Y.sol': '',
    });
    assert.deepEqual(namesOf(root, 'src/A.sol'), [
      'src/A.sol',
      'lib/x/src/X.sol',
      'lib/y/src/Y.sol',
      'lib/x/lib/y/src/Y.sol',
    ]);
  });

  it('goes by what is there where a library says what is not, or nothing readable', () => {
    const root = temporaryProject({
      'src/A.sol': 'import "x/X.sol";',
      'lib/x/remappings.txt': '@y/=node_modules/@y/\n',
      'lib/x/X.sol': 'import "@y/contracts/Y.sol";',
      'lib/y/remappings.txt': '@y/contracts=contracts',
      'lib/y/contracts/Y.sol': '',
      'lib/z/remappings.txt': 'oops',
      'lib/z/foundry.toml': '[',
      'remappings.txt': '',
    });
    assert.deepEqual(namesOf(root, 'src/A.sol'), ['src/A.sol', 'lib/x/X.sol', 'lib/y/contracts/Y.sol']);
  });

  it('finds packages in node_modules of the project and above it', () => {
    const root = temporaryProject({
      'node_modules/@up/a/A.sol': 'import "./B.sol";',
      'node_modules/@up/a/B.sol': '',
      'packages/app/package.json': '{}',
      'packages/app/contracts/C.sol': 'import "@up/a/A.sol"; import "near/N.sol"; import "contracts/D.sol";',
      'packages/app/contracts/D.sol': '',
      'packages/app/node_modules/near/N.sol': '',
    });
    assert.deepEqual(namesOf(join(root, 'packages/app'), 'contracts/C.sol'), [
      'contracts/C.sol',
      '@up/a/A.sol',
      'near/N.sol',
      'contracts/D.sol',
      '@up/a/B.sol',
    ]);
  });

  it('takes a package that is linked, as pnpm links them, for one, and sees what it depends on', () => {
    const root = temporaryProject({
      'package.json': '{}',
      'src/A.sol': 'import "a/A.sol"; import "b/B.sol";',
      'node_modules/.pnpm/a@1.0.0/node_modules/a/A.sol': 'import "b/B.sol"; import "hidden/H.sol";',
      'node_modules/.pnpm/a@1.0.0/node_modules/hidden/H.sol': '',
      'node_modules/.pnpm/b@1.0.0/node_modules/b/B.sol': '',
    });
    const link = (target: string, path: string) => symlinkSync(join(root, target), join(root, path), 'dir');
    link('node_modules/.pnpm/a@1.0.0/node_modules/a', 'node_modules/a');
    link('node_modules/.pnpm/b@1.0.0/node_modules/b', 'node_modules/b');
    link('node_modules/.pnpm/b@1.0.0/node_modules/b', 'node_modules/.pnpm/a@1.0.0/node_modules/b');
    assert.deepEqual(namesOf(root, 'src/A.sol'), ['src/A.sol', 'a/A.sol', 'b/B.sol', 'hidden/H.sol']);
  });

  it('keeps two versions of a package apart', () => {
    const root = temporaryProject({
      'package.json': '{}',
      'A.sol': 'import "a/A.sol"; import "b/B.sol";',
      'node_modules/a/A.sol': '',
      'node_modules/b/B.sol': 'import "a/A.sol";',
      'node_modules/b/node_modules/a/A.sol': '',
    });
    const { files, remappings } = read(root, 'A.sol');
    assert.deepEqual(
      files.map(({ name }) => name),
      ['A.sol', 'a/A.sol', 'b/B.sol', 'node_modules/b/node_modules/a/A.sol'],
    );
    assert.deepEqual(remappings, ['b/B.sol:a/A.sol=node_modules/b/node_modules/a/A.sol']);
  });

  it('says which file asks for what is not there, where it was looked for, and what to do', () => {
    const root = temporaryProject({
      'remappings.txt': 'gone/=lib/gone/src/',
      'node_modules/other/O.sol': '',
      'src/A.sol': '\nimport "@openzeppelin/contracts/token/ERC20/ERC20.sol";',
      'src/B.sol': 'import "gone/G.sol";',
      'src/C.sol': 'import "./D.sol";',
      'src/E.sol': 'import "https://example.org/F.sol";',
    });
    const refused = (path: string, message: RegExp) =>
      assert.throws(() => read(root, path), { name: 'InputRejected', message });
    refused(
      'src/A.sol',
      /\/src\/A\.sol:2: imports "@openzeppelin\/contracts\/token\/ERC20\/ERC20\.sol", which is not in \S+, \S+\/node_modules: install the package \(npm install @openzeppelin\/contracts\) or add a remapping$/,
    );
    refused(
      'src/B.sol',
      /\/src\/B\.sol:1: imports "gone\/G\.sol", and there is no \S+\/lib\/gone\/src\/G\.sol: install the package \(npm install gone\) or add a remapping$/,
    );
    refused(
      'src/C.sol',
      /\/src\/C\.sol:1: imports "\.\/D\.sol", and there is no \S+\/src\/D\.sol: is the path right\?$/,
    );
    refused('src/E.sol', /src\/E\.sol:1: imports "https:.*: nothing is fetched by address; import it from a package$/);
  });

  it('reads nothing that is not called Solidity, through links neither', () => {
    const root = temporaryProject({
      'package.json': '{}',
      'remappings.txt': 'x/=/etc/',
      'A.sol': 'import "/etc/passwd";',
      'B.sol': 'import "x/passwd";',
      'C.sol': 'import "./Link.sol";',
    });
    symlinkSync('/etc/passwd', join(root, 'Link.sol'));
    assert.throws(() => read(root, 'A.sol'), { message: /A\.sol:1: imports "\/etc\/passwd", expected a file whose/ });
    assert.throws(() => read(root, 'B.sol'), { message: /B\.sol:1: imports "x\/passwd", expected a file whose/ });
    assert.throws(() => read(root, 'C.sol'), { message: /Link\.sol: leads to \/etc\/passwd, expected a file whose/ });
  });

  it('looks for imports whose names no file can have', () => {
    const names = [`./${'a'.repeat(300)}.sol`, './a\0b.sol', './Loop.sol'];
    const root = temporaryProject(Object.fromEntries(names.map((name, i) => [`${i}.sol`, `import "${name}";`])));
    symlinkSync('Loop.sol', join(root, 'Loop.sol'));
    for (const i of names.keys()) assert.throws(() => read(root, `${i}.sol`), { message: /and there is no / });
  });

  it('ends where libraries link back to the project', () => {
    const root = temporaryProject({ 'foundry.toml': '', 'A.sol': '', 'lib/none/a.sol': '' });
    for (let i = 0; i < 40; i++) symlinkSync('..', join(root, `lib/l${i}`));
    assert.deepEqual(namesOf(root, 'A.sol'), ['A.sol']);
  });

  it('reads no file above 1 MiB, and no more than 2,000', () => {
    const root = temporaryProject({
      'package.json': '{}',
      'A.sol': 'import "./Large.sol";',
      'Large.sol': ' '.repeat((1 << 20) + 1),
      'Many.sol': Array.from({ length: 2000 }, (_, i) => `import "./many/${i}.sol";`).join('\n'),
      ...Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`many/${i}.sol`, ''])),
    });
    assert.throws(() => read(root, 'A.sol'), { message: /Large\.sol: is 1048577 bytes, at most 1048576 are read$/ });
    assert.throws(() => read(root, 'Many.sol'), { message: /many\/1999\.sol: is one file too many: at most 2000 / });
    const many = join(root, 'many');
    assert.throws(() => findWanted(many, undefined), /has no contract|no .*contract/);
    writeFileSync(join(many, 'z.sol'), '');
    assert.throws(() => findWanted(many, undefined), /many: has more than 2000 \.sol files: name the \.sol file$/);
  });
});
