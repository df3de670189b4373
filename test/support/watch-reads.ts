/** Imports the modules that are named on standard input and prints, as JSON, where files were opened or read meanwhile. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Node itself and tsx, which read what is imported. */
const LOADER = /^node:|\/node_modules\/(?:tsx|esbuild|get-tsconfig)\//;

const reads: string[] = [];

function watch(holder: Record<string, unknown>): void {
  for (const [name, original] of Object.entries(holder)) {
    if (typeof original !== 'function' || !/^(?:open|read|createReadStream)/.test(name)) continue;
    holder[name] = function watched(this: unknown, ...args: unknown[]): unknown {
      const [caller = ''] = (new Error().stack ?? '').split('\n').slice(2);
      const at = caller.trim().replace(/^at (?:async )?(?:.*\()?/, '');
      if (!LOADER.test(at)) reads.push(`${name} ${String(args[0])} at ${at}`);
      return Reflect.apply(original, this, args);
    };
  }
}

const names = JSON.parse(fs.readFileSync(0, 'utf8')) as readonly string[];
watch(fs as unknown as Record<string, unknown>);
watch(fs.promises as unknown as Record<string, unknown>);
syncBuiltinESMExports();
for (const name of names) await import(name);
process.stdout.write(JSON.stringify(reads));
