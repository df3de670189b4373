import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { sourceLoader } from '../../harness/machines/child/source-loader.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The executable of a Node line, such as `24`: this process's own, or one of those in `tools/node-lines/`.
 *
 * @throws InputRejected
 */
export function nodeBinary(line: string): string {
  if (process.versions.node.split('.')[0] === line) return process.execPath;
  const path = `${root}tools/node-lines/node_modules/node${line}/bin/node`;
  if (existsSync(path)) return path;
  throw new InputRejected(`--nodes ${line}`, 'no such Node line here: npm ci in tools/node-lines brings some');
}

/**
 * Runs one of our scripts on a Node binary, with a job on its standard input.
 *
 * @returns what it wrote, parsed.
 * @throws Error if the script fails.
 */
export function runScript(binary: string, script: URL, job: unknown): unknown {
  const { status, stdout, stderr, error } = spawnSync(binary, [...sourceLoader(), fileURLToPath(script)], {
    cwd: root,
    input: JSON.stringify(job),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`${fileURLToPath(script)} failed on ${binary}: ${error?.message ?? stderr}`);
}
