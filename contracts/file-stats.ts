import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { InputRejected } from './input-rejected.ts';

/** What a path from outside leads to. Undefined where it leads nowhere: too long a name and links in a circle do, too. */
export function fileStats(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** What is in a folder, by name. @throws InputRejected where it cannot be read. */
export function folderEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new InputRejected(folder, `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
