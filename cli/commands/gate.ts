import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drawCalls } from '../../harness/gate/draw-calls.ts';
import type { GateSubject } from '../../harness/gate/gate.ts';
import { gate } from '../../harness/gate/gate.ts';
import { formatLock } from '../../harness/gate/lock-file.ts';
import { meterIds } from '../../harness/gate/meters.ts';
import { parseTolerance } from '../../harness/gate/tolerance.ts';
import { updatedLock } from '../../harness/gate/updated-lock.ts';
import { gateFindings } from '../../harness/results/gate-findings.ts';
import { gateJson } from '../../harness/results/gate-json.ts';
import { gateMarkdown } from '../../harness/results/gate-markdown.ts';
import { gateText } from '../../harness/results/gate-text.ts';
import { lockDiffText } from '../../harness/results/lock-diff-text.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger, parseNames } from '../arguments.ts';
import type { Command } from '../command.ts';
import { contractForms, contractOptions, contractUsage, contractWords, loadSubjects } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { gateExitCodes } from '../gate-exit-codes.ts';
import { readLock } from '../gate-lock.ts';
import { configuredSubjects, readGateConfig, scriptOf } from '../gate-subjects.ts';
import { judgeFile } from '../judge-file.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { createProgress } from '../progress.ts';
import { resultOptions, resultPlaces, resultTargets, resultUsage } from '../result-documents.ts';
import { parseShard, shardOption, shardUsage } from '../shard-option.ts';
import { gateLook, style } from '../style.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { checkWritable, writeFile } from '../write-file.ts';

const CONFIG = 'trimeter.json';
const LOCK = 'trimeter.lock.json';

export const gateCommand: Command = {
  usage: `trimeter gate [contract...] [options]

Runs the calls of contracts and holds what each came to, and the gas and size
that it cost, against a lock file that is committed: ${LOCK}. Any
change of behaviour fails; a cost that changed fails, warns or passes by its
tolerance. Contracts and calls are those of ${CONFIG}, or contracts that are
named, with their examples and workloads or a script (docs/ci.md). Exit code 0
if all is as it was or within tolerance, 1 if not, and 2 if there is no lock or
something was not compared.

${contractForms}

  --update               write the lock as it is now, after showing what changes
  --config <file>        default ${CONFIG}, if it is there
  --lock <file>          default ${LOCK} beside the configuration
  --schedules <ids>      count gas under these, separated by commas:
                         ${meterIds.slice(0, 4).join(',')},
                         ${meterIds.slice(4).join(',')}
                         default ${meterIds[0]} and, if it has that form, evm
  --tolerance <how>      of gas, in place of the configuration's: exact, +2%,
                         -5%..+2%, +100, any; "pass +0.1%, +2%" warns of
                         nothing up to 0.1 %
  --script <file>        of a contract that is named: these calls, a replay file
                         too, in place of its own
  --draw <file.json>     write calls of one contract that are drawn at random,
                         for a script; --calls <n> of them, default 40, from
                         --seed <n>, default 1. Holds nothing
  --allow-missing <ids>  go on without gas under these if it cannot be counted
${shardUsage(25)}
${contractUsage(25)}
${resultUsage(25)}
${jsonUsage(25, 'result as JSON')}

Examples:
  trimeter gate ./my-token --update
  trimeter gate ./my-token
  trimeter gate --tolerance +2%
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...shardOption,
      ...resultOptions,
      ...contractOptions,
      update: { type: 'boolean', default: false },
      config: { type: 'string' },
      lock: { type: 'string' },
      schedules: { type: 'string' },
      tolerance: { type: 'string' },
      script: { type: 'string' },
      'allow-missing': { type: 'string' },
      draw: { type: 'string' },
      calls: { type: 'string' },
      seed: { type: 'string' },
    });
    const shard = parseShard(values.shard);
    if (shard !== undefined && values.update)
      throw new UsageError('--shard holds a part, and --update writes the whole');
    const documented = Object.entries({ ...resultPlaces(values), '--github': values.github || undefined });
    const document = documented.find(([, place]) => place !== undefined)?.[0];
    const isDrawn = values.calls !== undefined || values.seed !== undefined;
    if (isDrawn && values.draw === undefined) throw new UsageError('--calls and --seed go with --draw');
    if (values.update && document !== undefined) {
      throw new UsageError(`--update compares nothing, so that ${document} has no place`);
    }
    const schedules =
      values.schedules === undefined ? undefined : parseNames('--schedules', values.schedules, meterIds);
    const tolerance = values.tolerance === undefined ? undefined : parseTolerance(values.tolerance, '--tolerance');
    const allowMissing =
      values['allow-missing'] === undefined ? [] : parseNames('--allow-missing', values['allow-missing'], meterIds);
    const about = contractWords(values);
    if (values.config !== undefined && about.length > 0) {
      throw new UsageError(`${about[0]} is about a contract that is named here; a configuration says it of its own`);
    }
    const configPath = values.config ?? (about.length === 0 && existsSync(CONFIG) ? CONFIG : undefined);
    const config = configPath === undefined ? undefined : readGateConfig(configPath);
    const lockPath = values.lock ?? join(configPath === undefined ? '' : dirname(configPath), config?.lock ?? LOCK);
    checkPlaces(
      { ...resultPlaces(values), '--json': values.json, ...(values.update && { 'the lock': lockPath }) },
      {
        ...(!values.update && { 'the lock': lockPath }),
        '--script': values.script,
        'the configuration': configPath,
      },
    );
    const json = jsonTarget(terminal, values.json);
    const documents = resultTargets(terminal, values);
    const isQuiet = json.isQuiet || documents.isQuiet;
    const lock = readLock(lockPath);
    if (values.update) checkWritable(lockPath);
    const isConfigured = config !== undefined && configPath !== undefined;
    const named = isConfigured
      ? await configuredSubjects(terminal, configPath, config, positionals)
      : await namedSubjects(terminal, positionals, values);
    if (values.draw !== undefined) return drawScript(terminal, named, values);
    const subjects = named.map((item): GateSubject => {
      const sequences = values.script === undefined ? item.sequences : [scriptOf(item.subject, values.script)];
      const tolerances = { gas: {}, sizes: {}, ...item.tolerances, ...(tolerance && { gas: { '*': tolerance } }) };
      return { ...item, sequences, tolerances, schedules: schedules ?? item.schedules };
    });
    if (values.script !== undefined && subjects.length !== 1)
      throw new UsageError('--script is about one contract: name it');
    const isWhole = isConfigured && positionals.length === 0;
    const progress = createProgress(terminal);
    const result = await gate(subjects, lock, {
      lockFile: lockPath,
      isWhole,
      allowMissing,
      shard,
      onProgress: (done, total, id) => progress.step(done, total, `running ${id}`),
    }).finally(() => progress.clear());
    if (values.update) {
      const updated = updatedLock(lock, result, isWhole);
      const text = formatLock(updated);
      if (!isQuiet) terminal.out(describeUpdate(terminal, lockPath, lockDiffText(lock, updated, terminal.columns)));
      writeFile(lockPath, text);
      return exitWith(ExitCode.Done, [json.write({ ...gateJson(result), updated: true })]);
    }
    if (!isQuiet) {
      terminal.out(gateText(result, gateLook(terminal)));
    }
    const written = documents.write(gateFindings(result), gateMarkdown(result), isQuiet);
    return exitWith(gateExitCodes[result.verdict], [...written, json.write(gateJson(result))]);
  },
};

/** @throws UsageError where nothing is named: what is held is said, and not guessed. */
async function namedSubjects(
  terminal: Terminal,
  names: readonly string[],
  values: Parameters<typeof loadSubjects>[2],
): Promise<readonly GateSubject[]> {
  if (names.length === 0)
    throw new UsageError(`gate takes contracts, or a ${CONFIG} that names them; there is none here`);
  const subjects = await loadSubjects(terminal, names, values);
  return subjects.map((subject, at) => ({ subject, source: names[at] }));
}

/** Over nothing that is there: calls that a lock is of are not to be drawn anew by mistake. */
function drawScript(
  terminal: Terminal,
  subjects: readonly GateSubject[],
  values: { readonly draw?: string; readonly calls?: string; readonly seed?: string },
): ExitCode {
  const [item, ...others] = subjects;
  if (item === undefined || others.length > 0) throw new UsageError('--draw is about one contract: name it');
  const path = values.draw ?? '';
  const count = Number(parseInteger('--calls', values.calls ?? '40', 1n, 2000n));
  const seed = Number(parseInteger('--seed', values.seed ?? '1', 0n, 2n ** 31n - 1n));
  if (existsSync(path)) throw new UsageError(`--draw ${path}: is there already`);
  const text = judgeFile(item.subject.id, () => drawCalls(item.subject, count, seed));
  checkWritable(path);
  writeFile(path, text);
  terminal.out(`${printable(path)}: ${count} calls of ${printable(item.subject.id)}\n`);
  return ExitCode.Done;
}

function describeUpdate(terminal: Terminal, path: string, changes: string): string {
  const last = changes === '' ? `${path} stays as it is` : `writing ${path}`;
  return `${changes}${changes === '' ? '' : '\n'}${style(terminal, 'good', printable(last))}\n`;
}
