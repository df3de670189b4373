// `build` and `check`, for whatever builds artifacts of contracts.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { bundledCases, contractsRoot } from './contract-files.mjs';

/**
 * Builds folders that have a lock each, contracts/ with all its cases if none is named, and writes what comes out, or says
 * how it differs from what is there. Sets the exit code: 0 done, 1 something differs, 2 a failed build.
 *
 * @param usage printed if the command is neither `build` nor `check`
 * @param buildAll takes the folder of a lock and its cases' folders; gives contents by path from the lock's folder
 * @param findStale takes the folder of a lock; gives a line for each file that is not built here and not what the lock says
 */
export async function runArtifactCommand(usage, [command, ...folders], buildAll, findStale = () => []) {
  try {
    if (command !== 'build' && command !== 'check') throw new BuildFailed(`usage: ${usage}`);
    let differing = 0;
    for (const { lockDirectory, cases } of jobsFor(folders)) {
      const files = await buildAll(lockDirectory, cases);
      if (command === 'build') {
        writeAll(lockDirectory, files);
        continue;
      }
      for (const line of [...findStale(lockDirectory), ...differences(lockDirectory, files)]) {
        differing++;
        process.stderr.write(`${line}\n`);
      }
    }
    process.exitCode = differing === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

function jobsFor(folders) {
  if (folders.length === 0) return [{ lockDirectory: resolve(contractsRoot), cases: bundledCases() }];
  return folders.map((folder) => {
    const lockDirectory = resolve(folder);
    if (!existsSync(lockDirectory) || !statSync(lockDirectory).isDirectory()) {
      throw new BuildFailed(`${lockDirectory}: not a folder`);
    }
    if (dirname(lockDirectory) === resolve(contractsRoot)) {
      throw new BuildFailed(
        `${lockDirectory}: the cases in contracts/ share a lock and are built together; name no folder`,
      );
    }
    return { lockDirectory, cases: [lockDirectory] };
  });
}

function writeAll(lockDirectory, files) {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(lockDirectory, name)), { recursive: true });
    writeFileSync(join(lockDirectory, name), content);
  }
}

function differences(lockDirectory, files) {
  const found = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(lockDirectory, name);
    const expected = Buffer.from(content);
    if (!existsSync(path)) {
      found.push(`${name}: missing`);
      continue;
    }
    const actual = readFileSync(path);
    if (actual.equals(expected)) continue;
    let count = Math.abs(actual.length - expected.length);
    for (let i = 0; i < Math.min(actual.length, expected.length); i++) if (actual[i] !== expected[i]) count++;
    found.push(`${name}: ${count} bytes differ (${actual.length} bytes here, ${expected.length} built)`);
  }
  return found;
}
