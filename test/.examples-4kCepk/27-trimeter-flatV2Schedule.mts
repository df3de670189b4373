import { readFileSync } from 'node:fs';
import { flatV2Schedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: flatV2Schedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(flatV2Schedule.id, gasUsed); // flat-v2 656n
}
