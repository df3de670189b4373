import { writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { check, formatReplayFile, soliditySubject } from 'trimeter/check';
import { calibratedV1Schedule, createReferenceBackend, createWasmBackend } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const machines = [createWasmBackend(), createReferenceBackend({ schedule: calibratedV1Schedule })];
const { counterexample } = await check(subject, machines, { callBudget: 10 });
if (counterexample !== undefined) writeFileSync('found.json', formatReplayFile(counterexample));
console.log(counterexample?.disagreement.field); // gas
}
