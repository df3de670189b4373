import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../engine/errors.ts';

const isSource = import.meta.url.endsWith('.ts');
const folder = fileURLToPath(new URL(`${isSource ? '' : '../'}../bench/engines`, import.meta.url));

/** The executable, if it is installed. Its package exists for Linux on x64 alone. */
export function findWizer(): string | undefined {
  const path = join(folder, 'node_modules/@bytecodealliance/wizer-linux-x64/wizer');
  return process.platform === 'linux' && process.arch === 'x64' && existsSync(path) ? path : undefined;
}

/** @throws EngineError `backend-unavailable` */
export function wizerBinary(): string {
  return installed('wizer', findWizer());
}

/** JavaScriptCore in a program that runs what Node runs. @throws EngineError `backend-unavailable` */
export function bunBinary(): string {
  // Under this name on every platform: its own install step puts the program there.
  const path = join(folder, 'node_modules/bun/bin/bun.exe');
  return installed('bun', existsSync(path) ? path : undefined);
}

function installed(name: string, path: string | undefined): string {
  if (path !== undefined) return path;
  throw new EngineError('backend-unavailable', `${name} is not installed: npm run engines:install, in a checkout`);
}
