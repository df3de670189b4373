import { readFileSync } from 'node:fs';
import { accounts } from 'trimeter/contracts';
{
console.log(Object.keys(accounts).join()); // deployer,alice,bob,carol,dave
console.log(accounts['bob']); // 0x0000000000000000000000000000000000000b0b
}
