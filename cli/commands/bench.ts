import { BOUNDARY_CASE, headlineMachines } from '../../bench/protocol/bench-machine.ts';
import { quickPlan } from '../../bench/protocol/protocol-plan.ts';
import { changeTable } from '../../bench/report/change-table.ts';
import { textReport } from '../../bench/report/text-report.ts';
import { compareReports } from '../../bench/result/compare-reports.ts';
import { describeEnvironment } from '../../bench/result/environment.ts';
import { isOfOneProcess, type ProtocolReport } from '../../bench/result/protocol-report.ts';
import { type ContractCase, type Workload, type WorkloadSize, workloadSizes } from '../../contracts/contract-case.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import type { Script } from '../../harness/agreement/replay-file.ts';
import { variantOf } from '../../harness/machines/register.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger, parseNames } from '../arguments.ts';
import { openAnchors, withOwnBackends } from '../bench-machines.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { checkComparable, whyNothingCompared } from '../compared-run.ts';
import { contractOptions, contractUsage, loadCases } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { exitWith, jsonTarget } from '../output.ts';
import { readReport } from '../read-report.ts';
import { readScript } from '../read-script.ts';
import { documentOptions, documentTargets } from '../report-documents.ts';
import { planFor, runBench } from '../run-bench.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { machinesOfAll, machinesOfSome, trustedDefaults } from '../subject-machines.ts';
import { UsageError } from '../usage-error.ts';

const MACHINES = ['wasm', 'native', 'evm', 'wasm-unmetered'];
/** Seen on one workload of each contract, those that are installed. */
const ANCHORS = [
  'evm-default',
  'revm',
  'wasm-plain',
  'wasm@liftoff',
  'wasm@jsc',
  'wasmtime',
  'wasm-assemblyscript',
  'wasm-rust',
];
/** In one process there is time for more. */
const QUICK_MACHINES = [...MACHINES, 'evm-default', 'wasm-fresh'];
export const bench: Command = {
  usage: `trimeter bench [contract...] [options]

Times the workloads of contracts (default: all bundled ones). Before a workload
is timed, all machines run it once and must agree on every outcome and on the
state; while it is timed, every batch must come to the agreed checksum. Ratios
are the first machine's throughput relative to each other one, with 95 %
intervals. Exit code 1 if machines disagree, 2 if calls of a workload fail, or
the computer was too busy for verdicts. docs/benchmarking.md explains it.

  --quick            all in this process, in two to three minutes: intervals,
                     and no verdicts
  --on <machines>    separated by commas; default ${MACHINES.join(',')}
                     and with --quick evm-default and wasm-fresh
  --anchors <names>  machines that run one workload of each contract in fewer
                     blocks, without verdicts, or none; default those that are
                     installed of
                     ${ANCHORS.slice(0, 5).join(', ')},
                     ${ANCHORS.slice(5).join(', ')}
${contractUsage(21)}
${scheduleUsage(21)}
  --script <file>    calls to time in place of the workloads of the one contract
                     that is named: { "setup": [...], "steps": [...] }
  --size <sizes>     of the workloads: ${workloadSizes.join(', ')}, separated by
                     commas; default typical, and without --quick all sizes of
                     ${BOUNDARY_CASE}
  --blocks <n>       blocks per workload, each machine once in a process of its
                     own; default 10, or what verdicts on so many workloads
                     need, and 10 with --quick
  --seed <n>         of all random orders; default ${quickPlan.seed}
${jsonUsage(21, 'result as JSON')}
  --html <file|->    result as one self-contained page
  --markdown <file|->
                     claims, results and soundness for a comment on GitHub
  --compare <file>   verdicts against an earlier --json; exit code 1 if
                     something is slower, and 2 if nothing can be concluded.
                     Of --quick only changes of more than a half count
  --allow-different  compare although the earlier run had another runtime,
                     processor, schedule or version of a machine

Examples:
  trimeter bench erc20 vault --quick
  trimeter bench erc20 --json before.json --html before.html
  trimeter bench erc20 --compare before.json
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      ...documentOptions,
      ...contractOptions,
      script: { type: 'string' },
      quick: { type: 'boolean', default: false },
      on: { type: 'string' },
      anchors: { type: 'string' },
      size: { type: 'string' },
      blocks: { type: 'string' },
      seed: { type: 'string', default: String(quickPlan.seed) },
      compare: { type: 'string' },
      'allow-different': { type: 'boolean', default: false },
    });
    const { quick, size } = values;
    if (quick && values.anchors !== undefined) throw new UsageError('--anchors does not go with --quick');
    if (values['allow-different'] && values.compare === undefined) {
      throw new UsageError('--allow-different goes with --compare');
    }
    const seed = Number(parseInteger('--seed', values.seed, 0n, 2n ** 31n - 1n));
    const blockCount =
      values.blocks === undefined ? undefined : Number(parseInteger('--blocks', values.blocks, 6n, 100n));
    const older = values.compare === undefined ? undefined : readReport(values.compare);
    const documents = documentTargets(terminal, {
      html: values.html,
      markdown: values.markdown,
      json: values.json,
      data: values.json === '-' ? undefined : values.json,
      inputs: { '--compare': values.compare },
    });
    const json = jsonTarget(terminal, values.json);
    const sizes = parseNames('--size', size ?? 'typical', workloadSizes) as readonly WorkloadSize[];
    const script = values.script === undefined ? undefined : readScript(values.script);
    const all = scripted(await loadCases(terminal, positionals, values), script);
    const cases = all.flatMap((contract) =>
      selectWorkloads(
        [contract],
        !quick && size === undefined && contract.id === BOUNDARY_CASE ? workloadSizes : sizes,
      ),
    );
    if (cases.length === 0) throw new UsageError(`no contract here has a workload of size ${sizes.join(' or ')}`);
    const subjects = cases.map(soliditySubject);
    const schedule = parseSchedule(values.schedule);
    const machineNames = quick ? QUICK_MACHINES : MACHINES;
    const { backends } = await chooseBackends(terminal, {
      on: values.on,
      defaults: values.on === undefined ? trustedDefaults(terminal, machineNames, subjects).defaults : [],
      possible: quick
        ? machinesOfAll(subjects).filter((name) => variantOf(name) === undefined)
        : machinesOfSome(subjects),
      schedule,
      isLenient: true,
    });
    const headline = headlineMachines(backends);
    const anchors = quick ? [] : await openAnchors(terminal, values.anchors, ANCHORS, headline, schedule);
    const machines = await withOwnBackends([...headline, ...anchors], schedule);
    const plan = planFor(cases, quick, seed, blockCount);
    const names = machines.map(({ name }) => name);
    const run = {
      cases,
      machines: headline.map(({ name }) => name),
      scheduleId: schedule.id,
      environment: describeEnvironment(machines, new Date()),
      plan,
    };
    const different =
      older === undefined || values.compare === undefined
        ? []
        : checkComparable(values.compare, older, run, values['allow-different']);
    for (const change of different) terminal.error(`not as in the earlier run: ${printable(change)}\n`);
    const report = await runBench(terminal, { cases, machines, scheduleId: schedule.id, plan });
    const changes = older === undefined ? [] : compareReports(older, report);
    if (!json.isQuiet && !documents.isQuiet) {
      terminal.out(textReport(report, names, terminal.columns));
      if (older !== undefined)
        terminal.out(`\n${changeTable(changes, [older, report].some(isOfOneProcess), terminal.columns)}`);
    }
    const allAgreed = report.cases.every(({ difference }) => difference === null);
    const noneSlower = changes.every(({ verdict }) => verdict !== 'slower');
    const nothing = older === undefined ? undefined : whyNothingCompared(report, changes);
    if (nothing !== undefined) terminal.error(`${nothing}\n`);
    const isConclusive = nothing === undefined && !report.isTooNoisy;
    const noneFails = report.cases.every(({ failure }) => failure === undefined);
    const finding = findingOf(allAgreed && noneSlower, isConclusive && noneFails);
    const result =
      older === undefined ? report : { ...report, comparedWith: { ...comparedWith(older), different }, changes };
    const written = [json.write(result), documents.write(report)];
    return exitWith(finding, written);
  },
};

/** With the script's calls in place of a contract's workloads. @throws UsageError, InputRejected */
function scripted(cases: readonly ContractCase[], script: Script | undefined): readonly ContractCase[] {
  const bare = cases.find(({ workloads }) => workloads.length === 0);
  if (script === undefined && bare !== undefined) {
    throw new UsageError(`${bare.id} has no workloads: --script <file> has the calls to time, as { "steps": [...] }`);
  }
  const [contract, ...others] = cases;
  if (script === undefined || contract === undefined) return cases;
  if (others.length > 0) throw new UsageError('--script is about one contract: name it');
  const { setup, steps } = script;
  const operation = steps.length === 1 ? 'call' : `call, of ${steps.length} in turn`;
  const workload: Workload = { id: 'script', size: 'typical', operation, operationsPerCall: 1, setup, calls: steps };
  const timed = { ...contract, workloads: [workload] };
  // What does not fit the interface is the script's fault, and known before a run of an hour.
  soliditySubject(timed).encode(timed.constructorArgs, [...setup, ...steps]);
  return [timed];
}

function findingOf(isGood: boolean, isConclusive: boolean): ExitCode {
  if (!isGood) return ExitCode.Disagreement;
  return isConclusive ? ExitCode.Done : ExitCode.BadInput;
}

/** What an earlier run was, for whoever reads the changes. */
function comparedWith({ environment, scheduleId }: ProtocolReport): object {
  return { environment, scheduleId: scheduleId ?? null };
}
