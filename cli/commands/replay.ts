import { InputRejected } from '../../contracts/input-rejected.ts';
import { replay } from '../../engine/agreement/replay.ts';
import { parseReplayFile, type ReplayFile, ReplayRejected } from '../../engine/agreement/replay-file.ts';
import { agreementSubject, contenders } from '../agreement-subject.ts';
import { jsonOption, parseArguments } from '../arguments.ts';
import { machinesOf } from '../case-machines.ts';
import { checkReport } from '../check-report.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { loadCase } from '../load-subject.ts';
import { jsonTarget } from '../output.ts';
import { readInput } from '../../contracts/read-input.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { UsageError } from '../usage-error.ts';

const MAX_FILE_BYTES = 16 << 20;

export const replayCommand: Command = {
  usage: `trimeter replay <file.json> [options]

Runs the calls of a replay file again, on the machines that the file names.
Exit code 1 if machines still disagree.

  --contract <folder>    where the contract lies if it is not a bundled one
  --on <machines>        other machines than the file's, separated by commas
${scheduleUsage(25)}
  --json <file|->        result as JSON
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      contract: { type: 'string' },
      on: { type: 'string' },
    });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('replay takes one replay file');
    const json = jsonTarget(terminal, values.json);
    const file = parse(path);
    const contract = await loadCase(values.contract ?? file.case);
    if (contract.id !== file.case) throw new InputRejected(path, `is about ${file.case}, not ${contract.id}`);
    const backends = await chooseBackends(terminal, {
      on: values.on ?? file.backends.join(','),
      defaults: [],
      possible: machinesOf(contract),
      schedule: parseSchedule(values.schedule),
    });
    const isRepeat = file.disagreement.backends.some((name) => name.endsWith(' (repeated)'));
    const { steps, disagreement } = await replay(agreementSubject(contract), file, contenders(backends), {
      repeats: isRepeat,
    });
    json.write({ file: path, case: file.case, steps, agreed: disagreement === undefined, disagreement });
    if (!json.isQuiet) {
      const counterexample = disagreement && { ...file, steps: file.steps.slice(0, disagreement.step), disagreement };
      const check = {
        id: contract.id,
        backendNames: backends.map(({ name }) => name),
        calls: steps - 1,
        sequences: 1,
        counterexample,
      };
      terminal.out(checkReport(terminal, [check]));
    }
    return disagreement === undefined ? ExitCode.Done : ExitCode.Disagreement;
  },
};

function parse(path: string): ReplayFile {
  const text = new TextDecoder().decode(readInput(path, MAX_FILE_BYTES));
  try {
    return parseReplayFile(text);
  } catch (error) {
    if (error instanceof ReplayRejected) throw new InputRejected(path, error.message);
    throw error;
  }
}
