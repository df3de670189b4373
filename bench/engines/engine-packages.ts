import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../engine/errors.ts';
import { installPackages } from '../install-packages.ts';

/** The folder with the package.json, seen from this file or from its compiled form in `dist`. */
const here = fileURLToPath(new URL('.', import.meta.url));
const folder = existsSync(join(here, 'package.json')) ? here : join(here, '../../../bench/engines');

/** @returns why there are no other engines, or undefined when all that exist for this platform are in place. */
export function installEngines(): string | undefined {
  return installPackages(folder, 'bench/engines');
}

/** The executable, if it is installed. Its package exists for Linux on x64 alone. */
export function findWizer(): string | undefined {
  const path = join(folder, 'node_modules/@bytecodealliance/wizer-linux-x64/wizer');
  return process.platform === 'linux' && process.arch === 'x64' && existsSync(path) ? path : undefined;
}

/** @throws EngineError `backend-unavailable` */
export function wizerBinary(): string {
  const path = findWizer();
  if (path === undefined) throw new EngineError('backend-unavailable', 'wizer is not installed in bench/engines');
  return path;
}
