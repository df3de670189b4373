/**
 * Builds dist/: compiled JavaScript and declarations, and beside them the files that are read at run time. Starts from
 * nothing, so that a file deleted from the sources does not live on.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/**
 * Folders whose files, other than TypeScript, are read at run time, and which of these files. What the native machine
 * compiles (its host, the guest SDK) is taken from the package's sources and not from here.
 */
const runtimeFiles = [
  {
    folder: 'contracts',
    pattern:
      /^(?:artifacts\.lock\.json|solidity\/run-solc\.mjs|[^/]+\/(?:manifest\.json|build\/[^/]+|[^/]+\.(?:cpp|hpp|sol|as|rs)))$/,
  },
  { folder: 'engine/kernel', pattern: /^[^/]+\.wasm$/ },
  { folder: 'bench/engines/guests', pattern: /^build\/[^/]+\.wasm$/ },
];

rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

for (const { folder, pattern } of runtimeFiles) {
  const source = join(root, folder);
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    const path = relative(source, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    if (entry.isFile() && pattern.test(path)) cpSync(join(source, path), join(dist, folder, path));
  }
}
chmodSync(join(dist, 'cli/main.js'), 0o755);
