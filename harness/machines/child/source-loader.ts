import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Flags for a process that runs our TypeScript sources. The loader is looked for from here: by its bare name Node would look
 * in the working directory.
 */
export function sourceLoader(): readonly string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
