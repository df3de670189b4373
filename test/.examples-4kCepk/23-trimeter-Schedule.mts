import { readFileSync } from 'node:fs';
import { flatV2Schedule, type Schedule } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const storageLoad = { base: 5000, perByte: 0, source: 'a price of ours' };
const hostCosts = { ...flatV2Schedule.hostCosts, 'vm_hooks.storage_load_bytes32': storageLoad };
const schedule: Schedule = { ...flatV2Schedule, id: 'dear-storage-v1', hostCosts };
const contract = await openContract(subject, 'wasm', { schedule });
console.log((await contract.call('totalSupply')).gasUsed); // 5356n
}
