import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBundledDirectory } from '../../contracts/bundled-cases.ts';
import { comparedFields, isComparedField } from '../../harness/agreement/accepted.ts';
import { formatReplayFile, type ReplayFile } from '../../harness/agreement/replay-file.ts';
import { runtimeUnder } from '../../harness/machines/process-backend.ts';
import {
  type DefaultMachines,
  defaultMachines,
  defaultMachinesFor,
  matrixMachines,
} from '../../harness/machines/register.ts';
import { checkFindings } from '../../harness/results/check-findings.ts';
import { checkJson } from '../../harness/results/check-json.ts';
import { checkMarkdown } from '../../harness/results/check-markdown.ts';
import type { CheckRun } from '../../harness/results/check-run.ts';
import { checkText, variantsText } from '../../harness/results/check-text.ts';
import { type DescribedSubject, partsOf } from '../../harness/subjects/subject.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import { auditNotes } from '../audit-notes.ts';
import { checkAll } from '../check-all.ts';
import { chooseBackends, missingOptions } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { contractForms, contractOptions, contractUsage, contractWords, loadSubjects } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { withPlaces } from '../localise-found.ts';
import { checkPlaces, exitWith, jsonTarget, writeOrShow } from '../output.ts';
import { resultOptions, resultPlaces, resultTargets, resultUsage } from '../result-documents.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { parseShard, shardOf, shardOption, shardUsage } from '../shard-option.ts';
import { look } from '../style.ts';
import { assignMachines, machinesOf, machinesOfSome, trustedDefaults } from '../subject-machines.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const MAX_SEED = 2n ** 31n - 1n;

export const check: Command = {
  usage: `trimeter check [contract...] [options]

Runs random sequences of calls on each contract (default: all bundled ones) on
every machine and compares status, output, events, storage and balances after
each call; gas too between machines that count it alike. The first disagreement
is shrunk to a small sequence and written as a replay file. Exit code 1 if
there was one, and 2 if a machine is missing or there is nothing to compare: a
check that did not compare is not passed. The C++ of contracts that are not
bundled runs only if --on names native.

${contractForms}

  --calls <n>           random calls per contract; default 2000
  --seed <n>            0 to ${MAX_SEED}; the same seed gives the same calls;
                        default a new one, which is printed
  --on <machines>       separated by commas; default ${defaultMachines.join(',')};
                        wasm@liftoff and the like are wasm on other engines, or
                        on this one with other flags, in another process
  --allow-missing <machines>
                        go on without these if they are missing
  --require <machines>  go on without all others of the machines
${contractUsage(24)}
${scheduleUsage(24)}
  --matrix              every engine that runs WebAssembly, in place of --on:
                        this one in all its forms, with other flags and in a
                        worker, other Node lines, other engines, an interpreter.
                        What is not installed is listed with how to get it; with
                        --require only these have to be there
  --repeats             every machine runs everything twice and must not differ
                        from itself; one machine is then enough
  --accept <fields>     go on past differences in these, separated by commas,
                        and say how many there were: gas, events,
                        accounts[0].balance, as a disagreement names them
  --replay-dir <dir>    where replay files go; default the current directory
${shardUsage(24)}
${resultUsage(24)}
${jsonUsage(24, 'result as JSON')}

Examples:
  trimeter check erc20 vault --calls 10000
  trimeter check src/Token.sol
  trimeter check port.wasm --evm out/Token.sol/Token.json
  trimeter check port.wasm --abi abi.json --matrix --require wasm@node24
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      ...missingOptions,
      ...contractOptions,
      ...shardOption,
      ...resultOptions,
      calls: { type: 'string', default: '2000' },
      seed: { type: 'string' },
      on: { type: 'string' },
      matrix: { type: 'boolean', default: false },
      repeats: { type: 'boolean', default: false },
      accept: { type: 'string' },
      'replay-dir': { type: 'string', default: '.' },
    });
    const callBudget = Number(parseInteger('--calls', values.calls, 1n, 10_000_000n));
    const seed =
      values.seed === undefined ? randomInt(2 ** 31) : Number(parseInteger('--seed', values.seed, 0n, MAX_SEED));
    const schedule = parseSchedule(values.schedule);
    const accept = parseFields(values.accept);
    if (values.matrix && values.on !== undefined)
      throw new UsageError('--matrix is a choice of machines; leave out --on');
    const shard = parseShard(values.shard);
    checkPlaces({ ...resultPlaces(values), '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const documents = resultTargets(terminal, values);
    const isQuiet = json.isQuiet || documents.isQuiet;
    const subjects = await loadSubjects(terminal, positionals, values);
    if (!isQuiet) terminal.out(auditNotes(subjects, schedule));
    const byDefault = subjects.map((subject) =>
      values.matrix ? matrixMachinesFor(subject) : defaultMachinesFor(partsOf(subject)),
    );
    const wanted = [...new Set(byDefault.flatMap(({ names }) => names))];
    const trusted = trustedDefaults(terminal, values.on === undefined ? wanted : [], subjects);
    // Machines of one kind have the same faults more often: each has to agree with itself as well.
    const isOneForm = byDefault.every((found) => found.isOneForm);
    const repeats = values.repeats || isOneForm;
    const least = repeats && !values.matrix ? 1 : 2;
    const { backends, missing } = await chooseBackends(terminal, {
      on: values.on,
      defaults: trusted.defaults,
      optional: byDefault.flatMap(({ optional }) => optional),
      possible: machinesOfSome(subjects),
      schedule,
      allowMissing: values['allow-missing'],
      require: values.require,
      isLenient: values.matrix,
      isSilent: values.matrix && !isQuiet,
      least,
    });

    const assigned = assignMachines(terminal, subjects, backends, least);
    const alone = subjects
      .filter((subject) => !assigned.some((found) => found.subject === subject))
      .map(({ id }) => id);
    if (alone.length > 0 && (positionals.length > 0 || assigned.length === 0)) {
      throw new UsageError(`of the machines only one runs ${alone.join(', ')}, so that nothing would be compared`);
    }
    const found = await checkAll(terminal, shardOf(assigned, shard, 'contract'), {
      callBudget,
      seed,
      repeats,
      schedule,
      accept,
    });
    const checks = await withPlaces(terminal, found, { subjects, backends, schedule });
    const leftOut = [...trusted.leftOut, ...missing];
    if (!isQuiet) terminal.out(`${checkText(checks, { missing: leftOut, ...look(terminal) })}seed ${seed}\n`);
    if (!isQuiet && isOneForm && !values.matrix) terminal.out(oneFormNote(subjects));
    const disagreements = checks.filter(({ agreed }) => agreed === false);
    const wordsOf = (id: string) =>
      contractOf(subjects.find((subject) => subject.id === id) as DescribedSubject, [
        ...contractWords(values),
        ...(values.contract === undefined ? nameWords(positionals[subjects.findIndex((one) => one.id === id)]) : []),
      ]);
    const files = new Map<string, string>();
    for (const { id, counterexample } of disagreements) {
      const text = formatReplayFile(counterexample as ReplayFile);
      const file = writeReplay(terminal, values['replay-dir'], `${id}-${seed}.replay.json`, text);
      if (file !== undefined) files.set(id, file);
    }
    if (!isQuiet) for (const [id, file] of files) terminal.out(describeReplay(file, wordsOf(id)));
    const run: CheckRun = {
      ...(shard !== undefined && { shard: { ...shard, of: assigned.map(({ subject }) => subject.id) } }),
      seed,
      schedule: schedule.id,
      repeats,
      backends: backends.map((backend) => ({ ...backend, runtime: runtimeUnder(backend) })),
      missing: leftOut,
      showsVariants: values.matrix,
      notCompared: alone,
      reports: checks,
      replayFiles: files,
    };
    if (!isQuiet && values.matrix) terminal.out(`\n${variantsText(run, look(terminal).screenColumns)}`);
    const fileOf = (id: string) => positionals[subjects.findIndex((one) => one.id === id)] ?? id;
    const written = documents.write(checkFindings(run, fileOf), checkMarkdown(run), isQuiet);
    const isWritten = json.write(checkJson(run));
    return exitWith(disagreements.length === 0 ? ExitCode.Done : ExitCode.Disagreement, [...written, isWritten]);
  },
};

/** @throws UsageError for a contract without WebAssembly. */
function matrixMachinesFor(subject: DescribedSubject): DefaultMachines {
  if (machinesOf(subject).includes('wasm')) return { names: matrixMachines, optional: [], isOneForm: false };
  const id = printable(subject.id);
  throw new UsageError(
    `--matrix is of engines for WebAssembly, and ${id} has none: without it, trimeter check runs ${id} on EVMs`,
  );
}

function parseFields(text: string | undefined): readonly string[] {
  const fields = text?.split(',') ?? [];
  const unknown = fields.find((field) => !isComparedField(field));
  if (unknown === undefined) return fields;
  throw new UsageError(
    `--accept: nothing compared is called ${printable(unknown)}; there are ${comparedFields.join(', ')}`,
  );
}

/** What was compared is less than it looks. */
function oneFormNote(subjects: readonly DescribedSubject[]): string {
  const ids = printable(subjects.map(({ id }) => id).join(', '));
  const option = subjects.some(({ code }) => code.evm === undefined) ? '--evm' : '--wasm';
  const another = subjects.every(({ contract }) => contract !== undefined)
    ? `; ${option} <file> gives another form`
    : '';
  return `${ids}: one form alone, so that each machine ran everything twice${another}\n`;
}

/** The path of a subject is that of its file alone. */
function nameWords(given: string | undefined): readonly string[] {
  const [, name] = /\.sol:([A-Za-z_$][\w$]*)$/.exec(given ?? '') ?? [];
  return name === undefined ? [] : ['--contract', name];
}

/** What a replay needs to find a contract that is not bundled, which it finds by its name. */
function contractOf(subject: DescribedSubject, words: readonly string[]): readonly string[] {
  if (isBundledDirectory(subject.path) && words.length === 0) return [];
  return [subject.path, ...words];
}

/** Not wrapped: what is broken cannot be copied as a command. */
function describeReplay(file: string, contract: readonly string[]): string {
  const command = [file, ...contract].map((word) => (word.startsWith('--') ? word : shellWord(word))).join(' ');
  return `replay file ${printable(file)}\nrun it again: npx trimeter replay ${printable(command)}\n`;
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  const path = text.startsWith('-') ? `./${text}` : text;
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Returns where it is, or undefined if it had to be shown in place of being written. */
function writeReplay(terminal: Terminal, directory: string, name: string, text: string): string | undefined {
  try {
    makeDirectory(resolve(directory));
  } catch {
    // Writing into it says what is wrong.
  }
  const path = join(directory, name);
  return writeOrShow(terminal, path, text) ? path : undefined;
}

/** One by one: Node's `recursive` never comes back from a file system that lets nobody make directories (/proc). */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory);
}
