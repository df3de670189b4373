import { readFileSync } from 'node:fs';
import { instrument, verifyInstrumented } from 'trimeter/metering';
import { flatV2Schedule, moduleInterfaceOf, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
{
const { costs, limits } = flatV2Schedule;
const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
const { bytes, names } = instrument(erc20.wasm, options);
const { chargeCount, maxOverdraftGas } = verifyInstrumented(erc20.wasm, { bytes, names }, options);
console.log(chargeCount, maxOverdraftGas); // 250 0
}
