import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Copies of the sources that are changed or find others by relative path; the rest are links. */
export function copySources(prefix) {
  const copy = mkdtempSync(join(tmpdir(), prefix));
  for (const name of [
    'metering',
    'engine',
    'contracts',
    'test',
    'bench',
    'cli',
    'processes',
    'evm-baseline',
    'native-ref',
  ]) {
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    });
  }
  for (const name of ['.mocharc.json', 'package.json', 'tsconfig.json']) cpSync(join(root, name), join(copy, name));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
