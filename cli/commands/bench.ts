import { quickPlan } from '../../bench/plan.ts';
import { closingSentences } from '../../bench/report/summary.ts';
import { benchTable } from '../../bench/report/table.ts';
import { type WorkloadSize, workloadSizes } from '../../contracts/contract-case.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import { createNoopBackend } from '../../engine/noop-backend.ts';
import { jsonOption, parseArguments, parseInteger, parseNames } from '../arguments.ts';
import { comparedBackends } from '../backends.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { loadCases } from '../load-subject.ts';
import { jsonTarget } from '../output.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { timeCases } from '../time-cases.ts';
import { UsageError } from '../usage-error.ts';

const DEFAULT_BACKENDS = ['wasm', 'native', 'evm', 'evm-tuned', 'wasm-unmetered', 'wasm-fresh'];

export const bench: Command = {
  usage: `trimeter bench [contract...] --quick [options]

Times the workloads of contracts (default: all bundled ones). Before a workload
is timed, all machines run it once and must agree on every outcome and on the
state; while it is timed, every batch must come to the agreed checksum. Ratios
are the first machine's throughput relative to each other one, with 95 %
intervals. Exit code 1 if machines disagree.

  --quick            ten interleaved blocks per workload in this process; the one protocol there is so far
  --on <machines>    separated by commas; default ${DEFAULT_BACKENDS.join(',')}
${scheduleUsage(21)}
  --size <sizes>     of the workloads: ${workloadSizes.join(', ')}, separated by commas; default typical
  --seed <n>         order of the machines within the blocks; default ${quickPlan.seed}
  --json <file|->    result as JSON
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      quick: { type: 'boolean', default: false },
      on: { type: 'string' },
      size: { type: 'string', default: 'typical' },
      seed: { type: 'string', default: String(quickPlan.seed) },
    });
    if (!values.quick) throw new UsageError('bench has only --quick so far: say bench --quick');
    const seed = Number(parseInteger('--seed', values.seed, 0n, 2n ** 31n - 1n));
    const json = jsonTarget(terminal, values.json);
    const sizes = parseNames('--size', values.size, workloadSizes) as readonly WorkloadSize[];
    const cases = selectWorkloads(await loadCases(positionals), sizes);
    const backends = await chooseBackends(terminal, {
      on: values.on,
      defaults: DEFAULT_BACKENDS,
      possible: comparedBackends,
      schedule: parseSchedule(values.schedule),
    });

    const calibration = createNoopBackend();
    const { results, report, allAgreed } = await timeCases(terminal, {
      cases,
      backends,
      calibration,
      seed,
      isCold: true,
    });
    json.write(report);
    if (!json.isQuiet) {
      const [subject = '', ...others] = backends.map(({ name }) => name);
      terminal.out(`${benchTable(report, [subject, ...others])}\n`);
      for (const sentence of closingSentences(results, subject, others)) terminal.out(`${sentence}\n`);
    }
    return allAgreed ? ExitCode.Done : ExitCode.Disagreement;
  },
};
