import { readFileSync } from 'node:fs';
import { calibratedV1Schedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: calibratedV1Schedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(calibratedV1Schedule.id, gasUsed); // calibrated-v1 11128n
}
