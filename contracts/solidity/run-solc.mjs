// Compiles standard JSON from standard input with the `solc` package whose folder is the argument. Answers in JSON with what
// the compiler says of itself, and its output.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const solc = createRequire(import.meta.url)(process.argv[2]);
// Up to 0.5 this is the name under which every release takes standard JSON.
const compile = solc.compileStandardWrapper ?? solc.compile;
const output = compile(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify({ version: solc.version(), output }));
