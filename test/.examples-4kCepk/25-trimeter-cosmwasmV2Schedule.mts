import { readFileSync } from 'node:fs';
import { cosmwasmV2Schedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: cosmwasmV2Schedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(cosmwasmV2Schedule.id, gasUsed); // cosmwasm-v2 94415n
}
