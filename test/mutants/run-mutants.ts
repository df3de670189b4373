/**
 * How good the checker is: plants bugs into the Solidity of contracts, checks each against the module that has none, and says
 * how many it finds within a thousand and within three thousand calls.
 *
 *   npm run mutants -- [contract ...] [--seed N] [--calls N]
 *
 * Exit codes: 0 at least 90 % were found, 1 fewer, 2 bad usage or a bug that cannot be planted.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { huntMutant, loadMutated } from './hunt-mutant.ts';
import { mutants } from './mutants.ts';

const LEAST_SHARE = 0.9;
const CALLS = [1000, 3000] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, calls: { type: 'string', default: String(CALLS[1]) } },
});
const chosen = positionals.length === 0 ? Object.keys(mutants) : positionals;
const unknown = chosen.find((id) => mutants[id] === undefined);
if (unknown !== undefined) {
  process.stderr.write(`mutants: no bugs are planted into ${unknown}; there are ${Object.keys(mutants).join(', ')}\n`);
  process.exit(2);
}

const share = (count: number, of: number): string => `${count} of ${of}`;
let missed = 0;
let planted = 0;
let withinFirst = 0;
for (const id of chosen) {
  const contract = await loadMutated(id, fileURLToPath(new URL(`../fixtures/${id}`, import.meta.url)));
  const found: number[] = [];
  for (const mutant of mutants[id] ?? []) {
    planted++;
    const calls = await huntMutant(contract, mutant, { seed: Number(values.seed), callBudget: Number(values.calls) });
    if (calls !== undefined) {
      found.push(calls);
      continue;
    }
    missed++;
    process.stdout.write(`not found: ${id}: ${mutant.bug}\n`);
  }
  const early = found.filter((calls) => calls <= CALLS[0]).length;
  withinFirst += early;
  const all = mutants[id]?.length ?? 0;
  const within = `${share(early, all)} within ${CALLS[0]} calls, ${share(found.length, all)} within ${values.calls}`;
  process.stdout.write(`${id.padEnd(16)} ${within}; calls ${found.sort((a, b) => a - b).join(', ')}\n`);
}
const found = planted - missed;
const percent = (count: number): string => `${((100 * count) / planted).toFixed(1)} %`;
process.stdout.write(
  `${share(withinFirst, planted)} (${percent(withinFirst)}) within ${CALLS[0]} calls, ${share(found, planted)} (${percent(found)}) within ${values.calls}\n`,
);
process.exitCode = found >= LEAST_SHARE * planted ? 0 : 1;
