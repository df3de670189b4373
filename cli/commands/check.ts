import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { formatReplayFile } from '../../engine/agreement/replay-file.ts';
import { jsonOption, parseArguments, parseInteger } from '../arguments.ts';
import { writeFileAtomically } from '../atomic-write.ts';
import { assignMachines, machinesOfSome } from '../case-machines.ts';
import { checkCases } from '../check-cases.ts';
import { checkReport } from '../check-report.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { loadCases } from '../load-subject.ts';
import { jsonTarget } from '../output.ts';
import { printable } from '../printable.ts';
import { createProgress } from '../progress.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';

const DEFAULT_BACKENDS = ['wasm', 'reference', 'native', 'evm'];
const MAX_SEED = 2n ** 31n - 1n;

export const check: Command = {
  usage: `trimeter check [contract...] [options]

Runs random sequences of calls on each contract (default: all bundled ones) on
every machine and compares status, output, events, storage and balances after
each call; gas too between machines that count it alike. The first disagreement
is shrunk to a small sequence and written as a replay file. Exit code 1 if
there was one.

  --calls <n>           random calls per contract; default 2000
  --seed <n>            0 to ${MAX_SEED}; the same seed gives the same calls. Default: a new one, which is printed
  --on <machines>       separated by commas; default ${DEFAULT_BACKENDS.join(',')}
${scheduleUsage(24)}
  --repeats             every machine runs everything twice and must not differ from itself
  --replay-dir <dir>    where replay files go; default the current directory
  --json <file|->       result as JSON
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      calls: { type: 'string', default: '2000' },
      seed: { type: 'string' },
      on: { type: 'string' },
      repeats: { type: 'boolean', default: false },
      'replay-dir': { type: 'string', default: '.' },
    });
    const callBudget = Number(parseInteger('--calls', values.calls, 1n, 10_000_000n));
    const seed =
      values.seed === undefined ? randomInt(2 ** 31) : Number(parseInteger('--seed', values.seed, 0n, MAX_SEED));
    const schedule = parseSchedule(values.schedule);
    const json = jsonTarget(terminal, values.json);
    const cases = await loadCases(positionals);
    const backends = await chooseBackends(terminal, {
      on: values.on,
      defaults: DEFAULT_BACKENDS,
      possible: machinesOfSome(cases),
      schedule,
    });

    const assigned = assignMachines(terminal, cases, backends);
    const progress = createProgress(terminal);
    const checks = await checkCases(assigned, {
      callBudget,
      seed,
      repeats: values.repeats,
      onProgress: progress.step,
    }).finally(progress.clear);
    const files = new Map<string, string>();
    for (const { id, counterexample } of checks) {
      if (counterexample === undefined) continue;
      files.set(id, writeReplay(values['replay-dir'], `${id}-${seed}.replay.json`, formatReplayFile(counterexample)));
    }
    json.write({
      calls: checks.reduce((sum, { calls }) => sum + calls, 0),
      disagreements: files.size,
      seed,
      schedule: schedule.id,
      backends: backends.map(({ name, description }) => ({ name, description })),
      cases: checks.map(({ id, backendNames, calls, sequences, counterexample }) => ({
        id,
        backends: backendNames,
        calls,
        sequences,
        agreed: counterexample === undefined,
        ...(counterexample !== undefined && { disagreement: counterexample.disagreement, replayFile: files.get(id) }),
      })),
    });
    if (!json.isQuiet) {
      terminal.out(`${checkReport(terminal, checks)}seed ${seed}\n`);
      for (const file of files.values()) terminal.out(`replay file ${printable(file)}\n`);
    }
    return files.size === 0 ? ExitCode.Done : ExitCode.Disagreement;
  },
};

function writeReplay(directory: string, name: string, text: string): string {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new InputRejected(directory, `cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
  const path = join(directory, name);
  writeFileAtomically(path, text);
  return path;
}
