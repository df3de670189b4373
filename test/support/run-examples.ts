// Runs the modules that it is given, one after the other, and prints what each printed, as JSON.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

interface Ran {
  readonly printed: readonly string[];
  /** Undefined if it ended well. */
  readonly error?: string;
  /** Whether all that is wrong is that a machine's package or compiler is not installed. */
  readonly isUnavailable?: boolean;
}

const results: Ran[] = [];
for (const file of process.argv.slice(2)) {
  const printed: string[] = [];
  console.log = (...values) => printed.push(format(...values));
  try {
    await import(pathToFileURL(file).href);
    results.push({ printed });
  } catch (error) {
    const { code, stack } = error as { readonly code?: string; readonly stack?: string };
    results.push({ printed, error: stack ?? String(error), isUnavailable: code === 'backend-unavailable' });
  }
}
writeSync(1, JSON.stringify(results));
process.exit();
