import { readFileSync } from 'node:fs';
import { instrument } from 'trimeter/metering';
import { flatV2Schedule, moduleInterfaceOf, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
{
const { costs, limits } = flatV2Schedule;
const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
const { bytes, names, report } = instrument(erc20.wasm, options);
console.log(report.functionCount, bytes.length > erc20.wasm.length, names.gas.endsWith('_gas')); // 12 true true
}
