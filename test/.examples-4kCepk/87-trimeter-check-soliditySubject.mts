import { readFileSync } from 'node:fs';
import { soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
{
const { id, typedArguments } = soliditySubject(await readBundledCase('erc20'));
console.log(id, typedArguments('transfer', ['bob', '5'])); // erc20 [ 'bob', '5' ]
}
