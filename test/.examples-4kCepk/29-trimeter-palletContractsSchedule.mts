import { readFileSync } from 'node:fs';
import { palletContractsSchedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: palletContractsSchedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(palletContractsSchedule.id, gasUsed); // pallet-contracts 41256n
}
