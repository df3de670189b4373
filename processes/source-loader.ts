import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Flags for a process that runs our TypeScript sources. The loader is looked for from here: by its bare name Node would look
 * in the working directory.
 */
export function sourceLoader(): readonly string[] {
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}

/** Code for a worker thread that runs one of our sources: Node 20 does not hand the loader down to its workers. */
export function workerScript(source: URL): string {
  const api = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  return `import(${api}).then(({ register }) => { register(); return import(${JSON.stringify(source.href)}); });`;
}
