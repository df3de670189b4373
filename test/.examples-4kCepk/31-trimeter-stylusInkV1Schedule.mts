import { readFileSync } from 'node:fs';
import { stylusInkV1Schedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const contract = await openContract(subject, 'wasm', { schedule: stylusInkV1Schedule });
const { gasUsed } = await contract.call('totalSupply');
console.log(stylusInkV1Schedule.id, gasUsed); // stylus-ink-v1 114779n
}
