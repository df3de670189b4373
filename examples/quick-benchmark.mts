// How one contract's calls compare on two machines, in this process and in seconds: enough to see a few percent. For numbers
// to publish there is `trimeter bench`.
import { flatV2Schedule } from 'trimeter';
import { benchReport, benchTable, describeEnvironment, quickPlan, runSuite } from 'trimeter/bench';
import { loadCase, openMachine } from 'trimeter/check';
import { selectWorkloads } from 'trimeter/contracts';

const backends = [await openMachine('wasm', flatV2Schedule), await openMachine('wasm-unmetered', flatV2Schedule)];
const names = backends.map(({ name }) => name);
const cases = selectWorkloads([await loadCase('fibonacci')], ['small']);
const plan = { ...quickPlan, sampleNs: 1e6, warmUpNs: 10e6 };
const results = await runSuite({ cases, backends, plan });

const [subject = '', ...compared] = names;
const environment = describeEnvironment(backends, new Date());
const report = benchReport(results, environment, { subject, compared, wasCold: true });
console.error(benchTable(report, names, 80));
console.log(report.cases.map(({ workload, agreed }) => `${workload} ${agreed}`).join()); // iterative-small true
