import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../engine/errors.ts';

const isSource = import.meta.url.endsWith('.ts');
const folder = fileURLToPath(new URL(`${isSource ? '' : '../'}../tools/node-lines/node_modules`, import.meta.url));

/**
 * The executable of a Node line, such as `24`: this process's own, or one of those in `tools/node-lines/`.
 *
 * @throws EngineError `backend-unavailable`
 */
export function nodeLineBinary(line: string): string {
  if (process.versions.node.split('.')[0] === line) return process.execPath;
  const path = `${folder}/node${line}/bin/node`;
  if (existsSync(path)) return path;
  throw new EngineError('backend-unavailable', `there is no Node ${line} here: npm ci in tools/node-lines brings some`);
}
