import { headlineMachines } from '../../bench/protocol/bench-machine.ts';
import { quickPlan } from '../../bench/protocol/protocol-plan.ts';
import { quickTable, ratioTable, streamedTimes } from '../../bench/report/quick-table.ts';
import { closingSentences } from '../../bench/report/summary.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { agreedOnAll } from '../../harness/check.ts';
import { comparedMachines } from '../../harness/machines/register.ts';
import { checkText, streamedChecks } from '../../harness/results/check-text.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import { checkAll } from '../check-all.ts';
import { chooseBackends, missingOptions } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { loadCases } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { planFor, runBench } from '../run-bench.ts';
import { look, style } from '../style.ts';
import { assignMachines, trustedDefaults } from '../subject-machines.ts';
import { UsageError } from '../usage-error.ts';

const MACHINES = ['wasm', 'native', 'evm'];
/** Agreement is not its business: it differs from wasm by nothing but the charges, and shows what they cost. */
const TWIN = 'wasm-unmetered';

export const compare: Command = {
  usage: `trimeter compare [contract...] [options]

Runs every bundled contract on every machine: first random calls, to see that
the machines agree, then the typical workloads, to see what each machine costs.
Takes about a minute and a half. Exit code 1 if machines disagree, 2 if one is
missing.

  --calls <n>        random calls per contract; default 200
  --seed <n>         of the calls; default 1
  --allow-missing <machines>
                     of ${[...MACHINES, TWIN].join(', ')}: go on without
                     these if they are missing; npm start says native
  --require <machines>
                     go on without all others
${jsonUsage(21, 'both results as JSON')}

Examples:
  trimeter compare --calls 1000 --seed 7
  trimeter compare erc20 vault2 --allow-missing native
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...missingOptions,
      calls: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
    });
    const callBudget = Number(parseInteger('--calls', values.calls, 1n, 10_000_000n));
    const seed = Number(parseInteger('--seed', values.seed, 0n, 2n ** 31n - 1n));
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const say = json.isQuiet ? () => {} : (text: string) => terminal.out(text);

    const cases = await loadCases(terminal, positionals);
    const subjects = cases.map(soliditySubject);
    const trusted = trustedDefaults(terminal, [...MACHINES, TWIN], subjects);
    const { backends, missing } = await chooseBackends(terminal, {
      on: undefined,
      defaults: trusted.defaults,
      possible: comparedMachines,
      schedule: defaultSchedule,
      allowMissing: values['allow-missing'],
      require: values.require,
    });
    const leftOut = [...trusted.leftOut, ...missing];
    const machines = backends.filter(({ name }) => name !== TWIN);
    const names = machines.map(({ name }) => name);
    if (names.length < 2) throw new UsageError(`only ${names.join()} is there, so that nothing would be compared`);

    say(`${style(terminal, 'bold', 'Do the machines agree?')}\n\n`);
    const plan = { callBudget, seed, repeats: false, schedule: defaultSchedule };
    const assigned = assignMachines(terminal, subjects, machines, 2);
    const ids = subjects.map(({ id }) => id);
    const checkRows = streamedChecks(ids, names.length, terminal.columns);
    say(checkRows?.head ?? '');
    const checks = await checkAll(terminal, assigned, plan, checkRows && ((found) => say(checkRows.row(found))));
    const isHeadless = checkRows !== undefined;
    say(`${checkText(checks, { missing: leftOut, isHeadless, ...look(terminal) })}\n`);

    say(`${style(terminal, 'bold', 'What does each cost?')}\n\n`);
    const timed = selectWorkloads(cases, ['typical']);
    const bench = {
      cases: timed,
      machines: headlineMachines(backends),
      scheduleId: defaultSchedule.id,
      plan: planFor(timed, true, quickPlan.seed, undefined),
    };
    const planned = timed.flatMap(({ id, workloads }) =>
      workloads.map(({ id: workload, size, operation }) => ({ id, workload, size, operation })),
    );
    const timeRows = streamedTimes(planned, names, terminal.columns);
    say(timeRows?.head ?? '');
    const report = await runBench(terminal, bench, timeRows && ((found) => say(timeRows.row(found))));
    const [subject = '', ...others] = names;
    say(timeRows === undefined ? '' : '\n');
    const tableOf = timeRows === undefined ? quickTable : ratioTable;
    say(`${tableOf(report, names, terminal.columns)}\n`);
    const closing = closingSentences(report, subject, [...others, TWIN]);
    for (const sentence of closing) say(wrapText(`${sentence}\n`, terminal.columns));

    const agreed = agreedOnAll(checks);
    const isWritten = json.write({
      check: { agreed, seed, backends: names, missing: leftOut, cases: checks },
      bench: report,
    });
    const allAgreed = report.cases.every(({ difference }) => difference === null);
    const noneFails = report.cases.every(({ failure }) => failure === undefined);
    if (!allAgreed || agreed === false) return ExitCode.Disagreement;
    return exitWith(noneFails && agreed === true ? ExitCode.Done : ExitCode.BadInput, [isWritten]);
  },
};
