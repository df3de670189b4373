import { readFileSync } from 'node:fs';
import { nearRegularOpSchedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: nearRegularOpSchedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(nearRegularOpSchedule.id, gasUsed); // near-regular-op 688n
}
