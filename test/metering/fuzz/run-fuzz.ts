/**
 * `npm run fuzz:metering -- --modules 5000 --seed 1`: the metering fuzz test for as long as one likes. Exit code 1 at the
 * first disagreement.
 */
import { parseArgs } from 'node:util';
import { meteredStrategies } from './every-strategy.ts';
import { fuzzModules } from './fuzz-modules.ts';
import { BINARYEN_MISSING, findBinaryen, translateToFuzz } from './translate-to-fuzz.ts';

const { values } = parseArgs({
  options: { modules: { type: 'string', default: '5000' }, seed: { type: 'string', default: '1' } },
});
const wasmOpt = findBinaryen();
if (wasmOpt === undefined) throw new Error(BINARYEN_MISSING);
const report = await fuzzModules(translateToFuzz(wasmOpt), Number(values.modules), Number(values.seed));
console.log(JSON.stringify({ seed: Number(values.seed), strategies: meteredStrategies, ...report }, undefined, 2));
