import { readFileSync } from 'node:fs';
import { createWasmBackend, type TraceEvent } from 'trimeter';
import { openContract, soliditySubject } from 'trimeter/check';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const subject = soliditySubject(erc20);
{
const names: string[] = [];
const onEvent = (event: TraceEvent) => void (event.kind === 'host call' && names.push(event.name));
const contract = await openContract(subject, createWasmBackend({ tracer: { onEvent } }));
await contract.call('totalSupply');
console.log(names.at(-1)); // vm_hooks.write_result
}
