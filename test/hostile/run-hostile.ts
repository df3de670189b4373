/**
 * `npm run hostile`: the hostile catalogue on every machine for WebAssembly, those in other processes and on other engines too.
 * `-- --on wasm,wasm@jsc` takes these alone, and then they have to be there; `--row H4-events` one row. Exit code 1 if a row
 * ended otherwise anywhere, 2 if nothing was run.
 */
import { parseArgs } from 'node:util';
import { EngineError } from '../../engine/errors.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { gasUnitOf, machineNames, openMachine } from '../../harness/machines/register.ts';
import { catalogue } from './catalogue.ts';
import { runCatalogue } from './run-catalogue.ts';

const { values } = parseArgs({ options: { on: { type: 'string' }, row: { type: 'string' } } });
const rows = catalogue.filter(({ id }) => values.row === undefined || id === values.row);
// Metered ones: the others have no gas to compare.
const names = values.on?.split(',') ?? machineNames.filter((name) => gasUnitOf(name) === 'wasm');

let ran = 0;
let isRight = true;
for (const name of names) {
  const started = performance.now();
  try {
    const result = await runCatalogue(await openMachine(name, defaultSchedule), rows);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    ran += result.ran;
    isRight &&= result.wrong.length === 0;
    console.log(`${name.padEnd(20)} ${result.ran} rows, ${result.wrong.length} wrong, ${seconds} s`);
    for (const line of result.wrong) console.log(`  ${line}`);
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'backend-unavailable')) throw error;
    console.log(`${name.padEnd(20)} not here: ${error.message}`);
    if (values.on !== undefined) isRight = false;
  }
}
if (ran === 0) {
  console.error(`hostile: no row was run${rows.length === 0 ? `; there is none ${values.row}` : ''}`);
  process.exitCode = 2;
} else if (!isRight) process.exitCode = 1;
