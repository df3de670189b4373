import { readFileSync } from 'node:fs';
import { gate, gateJson } from 'trimeter/gate';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const { lock } = await gate([{ subject }], undefined);
const { format, version, verdict } = gateJson(await gate([{ subject }], lock));
console.log(format, version, verdict); // trimeter-gate 1 green
}
