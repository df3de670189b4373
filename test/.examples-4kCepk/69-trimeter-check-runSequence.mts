import { readFileSync } from 'node:fs';
import { contendersOf, prepareContenders, runSequence, soliditySubject } from 'trimeter/check';
import { createReferenceBackend, createWasmBackend } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const machines = contendersOf([createWasmBackend(), createReferenceBackend()]);
const contenders = await prepareContenders(machines, subject.code);
const mint = { method: 'mint', args: ['bob', '5'] };
const sequence = subject.encode(subject.constructorArgs, [mint]);
const { agreed, steps } = await runSequence(contenders, sequence);
console.log(agreed, steps); // true 2
}
