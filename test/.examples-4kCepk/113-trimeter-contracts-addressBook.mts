import { readFileSync } from 'node:fs';
import { addressBook, readBundledCase } from 'trimeter/contracts';
{
const vault = await readBundledCase('vault');
console.log(Object.keys(addressBook(vault)).slice(-2)); // [ 'token', 'this' ]
}
