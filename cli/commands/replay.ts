import { bundledCases } from '../../contracts/bundled-cases.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readInputText } from '../../contracts/read-input.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { explain } from '../../harness/agreement/explain.ts';
import { replay } from '../../harness/agreement/replay.ts';
import { parseReplayFile, type ReplayFile } from '../../harness/agreement/replay-file.ts';
import { originChanges, originOf, replaySetting } from '../../harness/agreement/replay-origin.ts';
import { contendersOf } from '../../harness/machines/contenders.ts';
import { checkText } from '../../harness/results/check-text.ts';
import { type LoadOptions, loadSubject } from '../../harness/subjects/load.ts';
import type { DescribedSubject } from '../../harness/subjects/subject.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import { chooseBackends, missingOptions } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { contractOptions, contractUsage, loadOptionsOf } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { judgeFile, rejecting } from '../judge-file.ts';
import { localiseFound } from '../localise-found.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { defaultScheduleId, parseSchedule } from '../schedule-option.ts';
import { look } from '../style.ts';
import { machinesOf, untrusted } from '../subject-machines.ts';
import { UsageError } from '../usage-error.ts';

const MAX_FILE_BYTES = 16 << 20;

export const replayCommand: Command = {
  usage: `trimeter replay <file.json> [contract] [options]

Runs the calls of a replay file again, on the machines and under the schedule
that the file names, and says what is not as it was when it was recorded. Exit
code 1 if machines still disagree. A contract that is not bundled is named as
for check; --contract alone may be its path.

  --on <machines>        other machines than the file's, separated by commas
  --allow-missing <machines>
                         go on without these if they are missing
  --require <machines>   go on without all others of the machines
  --schedule <id>        another gas schedule than the file's
${contractUsage(25)}
${jsonUsage(25, 'result as JSON')}

Examples:
  trimeter replay erc20-7.replay.json
  trimeter replay vault2-7.replay.json ./vault2 --on wasm,reference
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...missingOptions,
      schedule: { type: 'string' },
      ...contractOptions,
      on: { type: 'string' },
    });
    const [path, name, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('replay takes one replay file, and a contract');
    checkPlaces({ '--json': values.json }, { 'the replay file': path });
    const json = jsonTarget(terminal, values.json);
    const file = judgeFile(path, () => parseReplayFile(readInputText(path, MAX_FILE_BYTES)));
    const options = loadOptionsOf(terminal, values);
    const subject = await (name === undefined
      ? subjectOf(path, file, values.contract, { ...options, contract: undefined })
      : loadSubject(name, options));
    if (subject.id !== file.case) throw new InputRejected(path, `is about ${file.case}, not ${subject.id}`);
    const schedule = scheduleOf(path, file, values.schedule);
    for (const name of values.on === undefined ? file.backends : []) {
      const reason = untrusted(name, [subject]);
      if (reason !== undefined) throw new InputRejected(path, `names ${name}: ${reason}`);
    }
    const isRepeat = file.disagreement.backends.some((name) => name.endsWith(' (repeated)'));
    const { backends, missing } = await chooseBackends(terminal, {
      on: values.on ?? file.backends.join(','),
      ...(values.on === undefined && { onSource: `${path}: backends` }),
      defaults: [],
      possible: machinesOf(subject),
      schedule,
      allowMissing: values['allow-missing'],
      require: values.require,
      least: isRepeat ? 1 : 2,
    });
    const leftOut = file.backends.filter((name) => !backends.some((backend) => backend.name === name));
    const changes = [
      ...(leftOut.length === 0 ? [] : [`without ${leftOut.join(', ')}`]),
      ...(file.origin === undefined ? [] : originChanges(file.origin, originOf(subject, replaySetting(schedule.id)))),
    ];
    for (const change of changes) terminal.error(`not as it was recorded: ${printable(change)}\n`);
    const { steps, disagreement, disagreements, agreed } = await rejecting(path, () =>
      replay(subject, file, contendersOf(backends), { repeats: isRepeat }),
    );
    const counterexample = disagreement && { ...file, steps: file.steps.slice(0, disagreement.step), disagreement };
    const places = await localiseFound(terminal, { subject, counterexample, backends, schedule });
    const finding = disagreement === undefined ? ExitCode.Done : ExitCode.Disagreement;
    if (!json.isQuiet) {
      const absent = leftOut.map((name) => ({ name, reason: 'named by the file' }));
      const check = {
        id: subject.id,
        machines: backends.map(({ name }) => name),
        calls: steps - 1,
        sequences: 1,
        agreed,
        counterexample,
        methods: [],
        failedDeployments: 0,
        accepted: [],
        divergences: disagreements,
        explanation: disagreement && explain(subject, disagreement),
        places,
      };
      terminal.out(checkText([check], { missing: absent, ...look(terminal) }));
    }
    const isWritten = json.write({
      file: path,
      case: file.case,
      schedule: schedule.id,
      backends: backends.map(({ name, description }) => ({ name, description })),
      missing,
      leftOut,
      changes,
      steps,
      agreed,
      disagreement,
      ...(places !== undefined && { places }),
    });
    return exitWith(finding, [isWritten]);
  },
};

/** @throws InputRejected, which says how to name a contract that is not bundled. */
async function subjectOf(
  path: string,
  file: ReplayFile,
  place: string | undefined,
  options: LoadOptions,
): Promise<DescribedSubject> {
  if (place !== undefined) return loadSubject(place, options);
  if (bundledCases().includes(file.case)) return loadSubject(file.case, options);
  throw new InputRejected(
    path,
    `is about ${file.case}, which is not bundled: name it as for check, \`replay ${path} <contract>\``,
  );
}

/** @throws InputRejected for one that the file names and that there is no more. */
function scheduleOf(path: string, { origin }: ReplayFile, wanted: string | undefined): Schedule {
  if (wanted !== undefined || origin === undefined) return parseSchedule(wanted ?? defaultScheduleId);
  try {
    return parseSchedule(origin.schedule);
  } catch (error) {
    if (error instanceof UsageError) throw new InputRejected(`${path}: origin.schedule`, error.message);
    throw error;
  }
}
