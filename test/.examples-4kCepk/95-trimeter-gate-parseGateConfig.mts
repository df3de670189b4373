import { readFileSync } from 'node:fs';
import { parseGateConfig } from 'trimeter/gate';
{
const { contracts } = parseGateConfig('{ "contracts": [{ "contract": "erc20", "tolerance": "+2%" }] }');
console.log(contracts[0]?.tolerances.gas['*']?.text); // +2%
}
