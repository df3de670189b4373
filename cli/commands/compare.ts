import { closingSentences } from '../../bench/report/summary.ts';
import { benchTable } from '../../bench/report/table.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import { flatV1Schedule } from '../../engine/schedules.ts';
import { jsonOption, parseArguments, parseInteger } from '../arguments.ts';
import { comparedBackends } from '../backends.ts';
import { assignMachines } from '../case-machines.ts';
import { checkCases } from '../check-cases.ts';
import { checkReport } from '../check-report.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { loadCases } from '../load-subject.ts';
import { jsonTarget } from '../output.ts';
import { createProgress } from '../progress.ts';
import { style } from '../style.ts';
import { timeCases } from '../time-cases.ts';

const MACHINES = ['wasm', 'native', 'evm'];
/** Agreement is not its business: it differs from wasm by nothing but the charges, and shows what they cost. */
const TWIN = 'wasm-unmetered';

export const compare: Command = {
  usage: `trimeter compare [contract...] [options]

Runs every bundled contract on every machine: first random calls, to see that
the machines agree, then the typical workloads, to see what each machine costs. Takes
about a minute. Exit code 1 if machines disagree.

  --calls <n>        random calls per contract; default 200
  --seed <n>         of the calls; default 1
  --json <file|->    both results as JSON
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      calls: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
    });
    const callBudget = Number(parseInteger('--calls', values.calls, 1n, 10_000_000n));
    const seed = Number(parseInteger('--seed', values.seed, 0n, 2n ** 31n - 1n));
    const json = jsonTarget(terminal, values.json);
    const say = json.isQuiet ? () => {} : (text: string) => terminal.out(text);

    const cases = await loadCases(positionals);
    const backends = await chooseBackends(terminal, {
      on: undefined,
      defaults: [...MACHINES, TWIN],
      possible: comparedBackends,
      schedule: flatV1Schedule,
    });
    const machines = backends.filter(({ name }) => name !== TWIN);
    const names = machines.map(({ name }) => name);

    say(`${style(terminal, 'bold', 'Do the machines agree?')}\n\n`);
    const progress = createProgress(terminal);
    const checks = await checkCases(assignMachines(terminal, cases, machines), {
      callBudget,
      seed,
      repeats: false,
      onProgress: progress.step,
    }).finally(progress.clear);
    say(`${checkReport(terminal, checks)}\n`);

    say(`${style(terminal, 'bold', 'What does each cost?')}\n\n`);
    const timed = selectWorkloads(cases, ['typical']);
    const { results, report, allAgreed } = await timeCases(terminal, { cases: timed, backends, isCold: false });
    const [subject = '', ...others] = names;
    say(`${benchTable(report, [subject, ...others])}\n`);
    for (const sentence of closingSentences(results, subject, [...others, TWIN])) say(`${sentence}\n`);

    json.write({ check: { seed, backends: names, cases: checks }, bench: report });
    const checkAgreed = checks.every(({ counterexample }) => counterexample === undefined);
    return allAgreed && checkAgreed ? ExitCode.Done : ExitCode.Disagreement;
  },
};
