// How one contract's calls compare on two machines, in this process and in seconds: enough to see a few percent. For numbers
// to publish there is `trimeter bench`.
import { flatV2Schedule } from 'trimeter';
import { describeEnvironment, OwnProcess, protocolReport, quickPlan, runProtocol, textReport } from 'trimeter/bench';
import { loadCase, openMachine } from 'trimeter/check';
import { selectWorkloads } from 'trimeter/contracts';

const backends = [await openMachine('wasm', flatV2Schedule), await openMachine('wasm-unmetered', flatV2Schedule)];
const machines = backends.map((backend) => {
  const { name, description } = backend;
  return { name, description, backend, isAnchor: false };
});
const names = machines.map(({ name }) => name);
const cases = selectWorkloads([await loadCase('fibonacci')], ['small']);
const plan = { ...quickPlan, slot: { ...quickPlan.slot, warmUpNs: 10e6, sampleNs: 1e6, measureNs: 1e6 } };
const launcher = new OwnProcess(backends);
const scheduleId = flatV2Schedule.id;
const record = await runProtocol({ cases, machines, scheduleId, plan, launcher, nowMs: () => performance.now() });
await launcher.close();

const report = protocolReport(record, plan, describeEnvironment(backends, new Date()), names);
console.error(textReport(report, names, 80));
console.log(report.cases.map(({ workload, agreed }) => `${workload} ${agreed}`).join()); // iterative-small true
