import { readFileSync } from 'node:fs';
import { VerificationFailed, calibratedV1, instrument, verifyInstrumented } from 'trimeter/metering';
import { flatV2Schedule, moduleInterfaceOf, stylusAbi } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
{
const { costs, limits } = flatV2Schedule;
const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
const { bytes, names } = instrument(erc20.wasm, options);
try {
  verifyInstrumented(erc20.wasm, { bytes, names }, { ...options, costs: calibratedV1 });
} catch (error) {
  console.log(error instanceof VerificationFailed && error.code); // helper
}
}
