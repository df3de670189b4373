import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';

/** Copies a bundled case to a folder of the same name, where it is one of somebody else's. */
export function copyCase(id: string, parent: string): string {
  const folder = join(parent, id);
  cpSync(bundledCaseDirectory(id), folder, { recursive: true });
  lockCase(folder);
  return folder;
}

/** The lock of a case of one's own lies in its folder. */
export function lockCase(folder: string): void {
  const lock = join(folder, 'artifacts.lock.json');
  rmSync(lock, { force: true });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hashes = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    return [path.slice(folder.length + 1).replaceAll('\\', '/'), hash];
  });
  writeFileSync(lock, JSON.stringify({ format: 1, sha256: Object.fromEntries(hashes) }));
}

/** Changes a manifest as JSON. */
export function editManifest(folder: string, edit: (manifest: Record<string, unknown>) => void): void {
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  edit(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  lockCase(folder);
}
