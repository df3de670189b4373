import { readFileSync } from 'node:fs';
import { OwnProcess, describeEnvironment, protocolReport, quickPlan, runProtocol } from 'trimeter/bench';
import { createReferenceBackend, createWasmBackend, type Backend } from 'trimeter';
import { readBundledCase } from 'trimeter/contracts';
const erc20 = await readBundledCase('erc20');
const backend = createWasmBackend();
const cases = [{ ...erc20, workloads: erc20.workloads.slice(0, 1) }];
const slot = { ...quickPlan.slot, warmUpNs: 1e6, sampleNs: 1e6, measureNs: 1e6 };
const plan = { ...quickPlan, blockCount: 6, batchNs: 1e5, slot };
const asMachine = (it: Backend) => ({ name: it.name, description: it.description, backend: it, isAnchor: false });
const machines = [backend, createReferenceBackend()].map(asMachine);
const launcher = new OwnProcess(machines.map((machine) => machine.backend));
const options = { cases, machines, scheduleId: 'flat-v2', plan, launcher, nowMs: () => performance.now() };
const record = await runProtocol(options);
{
const environment = describeEnvironment(machines, new Date());
const report = protocolReport(record, plan, environment, ['wasm', 'reference']);
console.log(Object.keys(report.cases[0]?.comparisons ?? {})); // [ 'wasm/reference' ]
}
