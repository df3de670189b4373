import { readInputText } from '../../contracts/read-input.ts';
import { defaultRecordEvery } from '../../engine/recording.ts';
import { replaySetting } from '../../harness/agreement/replay-origin.ts';
import { compareTraces } from '../../harness/divergence/compare-traces.ts';
import { formatTraceFile, parseTraceFile, traceCalls } from '../../harness/divergence/trace-file.ts';
import { recordableMachines } from '../../harness/machines/register.ts';
import { traceDifferenceText, traceSummaryText } from '../../harness/results/divergence-text.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { contractOptions, contractUsage, loadOptionsOf } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { judgeFile, rejecting } from '../judge-file.ts';
import { checkPlaces, exitWith, fileTarget, jsonTarget } from '../output.ts';
import { readScript } from '../read-script.ts';
import { defaultScheduleId, parseSchedule, scheduleUsage } from '../schedule-option.ts';
import { look } from '../style.ts';
import { machinesOf } from '../subject-machines.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const MAX_FILE_BYTES = 64 << 20;

export const trace: Command = {
  usage: `trimeter trace <calls.json> [contract] [options]
trimeter trace --diff <a.json> <b.json>

Runs the calls of a script or replay file on one machine and writes what they
come to on their way: gas, memory, globals, storage and a running hash of all
that happened, at places that are the same on every WebAssembly machine. With
--diff it finds the first interval in which two such files differ, by halving:
exit code 0 if they are equal, 1 if not (docs/traces.md).

  -o, --output <file|->  where the trace goes
  --on <machine>         default wasm
  --every <gas>          a commitment after so much gas; default ${defaultRecordEvery}
  --values               what instructions leave goes in too, so that the first
                         interval is exact; takes some ten times as long
${scheduleUsage(25)};
                         of a replay file, its own
${contractUsage(25)}
${jsonUsage(25, 'what was found, as JSON')}

Examples:
  trimeter trace calls.json erc20 -o ours.json --on wasm@liftoff
  trimeter trace --diff ours.json theirs.json
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...contractOptions,
      diff: { type: 'boolean', default: false },
      output: { type: 'string', short: 'o' },
      on: { type: 'string' },
      every: { type: 'string' },
      values: { type: 'boolean', default: false },
      schedule: { type: 'string' },
    });
    const [path, second, ...others] = positionals;
    if (values.diff) {
      const odd = (['output', 'on', 'every', 'schedule', 'contract'] as const).find(
        (name) => values[name] !== undefined,
      );
      if (odd !== undefined || values.values) throw new UsageError(`--diff takes no --${odd ?? 'values'}`);
      if (path === undefined || second === undefined || others.length > 0) {
        throw new UsageError('trace --diff takes two trace files');
      }
      return diff(terminal, [path, second], values.json);
    }
    if (path === undefined || others.length > 0) {
      throw new UsageError('trace takes one file of calls, and a contract; or --diff and two traces');
    }
    const every = Number(
      parseInteger('--every', values.every ?? String(defaultRecordEvery), 1n, BigInt(Number.MAX_SAFE_INTEGER)),
    );
    checkPlaces({ '--output': values.output, '--json': values.json }, { 'the file of calls': path });
    const output = fileTarget(terminal, values.output);
    const json = jsonTarget(terminal, values.json);
    const script = readScript(path);
    const name = second ?? script.case;
    if (name === undefined) throw new UsageError(`${path} does not say which contract it is about: name it`);
    const options = loadOptionsOf(terminal, values);
    const constructorArgs = options.constructorArgs ?? script.constructorArgs;
    const subject = await loadSubject(name, { ...options, constructorArgs });
    const schedule = parseSchedule(values.schedule ?? script.origin?.schedule ?? defaultScheduleId);
    const { backends } = await chooseBackends(terminal, {
      on: values.on ?? 'wasm',
      defaults: [],
      possible: machinesOf(subject).filter((machine) => recordableMachines.includes(machine)),
      schedule,
      allowMissing: undefined,
      require: undefined,
    });
    const [machine, another] = backends;
    if (machine === undefined || another !== undefined)
      throw new UsageError('trace runs on one machine: --on <machine>');
    const calls = [...script.setup, ...script.steps];
    const detail = values.values ? 'values' : 'blocks';
    const traced = await rejecting(path, () =>
      traceCalls(subject, calls, machine, replaySetting(schedule.id), { every, detail, constructorArgs }),
    );
    const { file, unusual } = traced;
    if (!output.isQuiet && !json.isQuiet) terminal.out(traceSummaryText(file, look(terminal)));
    for (const at of unusual) {
      terminal.error(`${printable(file.calls[at]?.call ?? '')}: comes to something else when it is not recorded\n`);
    }
    const isWritten = output.write(formatTraceFile(file));
    const isJsonWritten = json.write({
      case: file.case,
      machine: file.machine,
      schedule: file.schedule,
      every,
      detail,
      unusual,
      calls: file.calls.map(({ call, commitments, end }) => ({ call, commitments: commitments.length, ...end })),
    });
    return exitWith(unusual.length === 0 ? ExitCode.Done : ExitCode.Disagreement, [isWritten, isJsonWritten]);
  },
};

function diff(terminal: Terminal, [left, right]: readonly [string, string], jsonPath: string | undefined): ExitCode {
  checkPlaces({ '--json': jsonPath }, { 'the first trace': left });
  checkPlaces({ '--json': jsonPath }, { 'the second trace': right });
  const json = jsonTarget(terminal, jsonPath);
  const read = (path: string) => judgeFile(path, () => parseTraceFile(readInputText(path, MAX_FILE_BYTES)));
  const [a, b] = [read(left), read(right)];
  const comparison = judgeFile(right, () => compareTraces(a, b));
  if (!json.isQuiet) terminal.out(traceDifferenceText(comparison, [a, b], look(terminal)));
  const isWritten = json.write({ files: [left, right], machines: [a.machine, b.machine], ...comparison });
  return exitWith(comparison.divergence === undefined ? ExitCode.Done : ExitCode.Disagreement, [isWritten]);
}
