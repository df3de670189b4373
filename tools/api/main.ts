// Writes docs/api/ from the sources.
//
// Not TypeDoc: its pages were twice as long, each parameter under a heading of its own, and without the types that have no name
// outside.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPublicApi } from './public-api.ts';
import { referencePages } from './reference.ts';

const folder = fileURLToPath(new URL('../../docs/api/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, page] of referencePages(readPublicApi())) writeFileSync(join(folder, name), page);
