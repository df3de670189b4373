import { InputRejected } from '../../contracts/input-rejected.ts';
import { readInputText } from '../../contracts/read-input.ts';
import { parseStrictJson } from '../../contracts/strict-json.ts';
import { agreedOnAll } from '../../harness/check.ts';
import { mergeGates } from '../../harness/gate/merge-gates.ts';
import { checkFindings } from '../../harness/results/check-findings.ts';
import { checkJson } from '../../harness/results/check-json.ts';
import { checkMarkdown } from '../../harness/results/check-markdown.ts';
import type { CheckRun } from '../../harness/results/check-run.ts';
import { checkText } from '../../harness/results/check-text.ts';
import type { Findings } from '../../harness/results/findings.ts';
import { gateFindings } from '../../harness/results/gate-findings.ts';
import { gateJson } from '../../harness/results/gate-json.ts';
import { gateMarkdown } from '../../harness/results/gate-markdown.ts';
import { gateText } from '../../harness/results/gate-text.ts';
import { mergeChecks } from '../../harness/results/merge-checks.ts';
import { readCheckJson } from '../../harness/results/read-check-json.ts';
import { readGateJson } from '../../harness/results/read-gate-json.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { gateExitCodes } from '../gate-exit-codes.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { resultOptions, resultPlaces, resultTargets, resultUsage } from '../result-documents.ts';
import { gateLook, look } from '../style.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const MAX_FILE_BYTES = 64 << 20;
const MAX_FILES = 1000;

export const merge: Command = {
  usage: `trimeter merge <file.json...> [options]

Joins what \`trimeter gate --shard\` or \`trimeter check --shard\` wrote with
--json, all parts of one run, to the result that it would have in one piece.
The order of the files does not matter. Exit code as that of the command; 2 if
a part is missing, is there twice, or is of another run.

${resultUsage(23)}
${jsonUsage(23, 'result as JSON')}

Examples:
  trimeter merge part-1.json part-2.json
  trimeter merge parts/*.json --json whole.json --github
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { ...jsonOption, ...resultOptions });
    if (positionals.length === 0) throw new UsageError('merge takes the results of all parts of a run');
    if (positionals.length > MAX_FILES) throw new UsageError(`merge takes at most ${MAX_FILES} files`);
    const inputs = Object.fromEntries(positionals.map((path, at) => [`part ${at + 1}`, path]));
    checkPlaces({ ...resultPlaces(values), '--json': values.json }, inputs);
    const json = jsonTarget(terminal, values.json);
    const documents = resultTargets(terminal, values);
    const isQuiet = json.isQuiet || documents.isQuiet;
    const joined = join(positionals);
    if (!isQuiet) terminal.out(joined.text(terminal));
    const written = documents.write(joined.findings, joined.markdown, isQuiet);
    return exitWith(joined.exitCode, [...written, json.write(joined.json)]);
  },
};

interface Joined {
  readonly exitCode: ExitCode;
  readonly findings: Findings;
  readonly markdown: string;
  readonly json: unknown;
  text(terminal: Terminal): string;
}

/** @throws InputRejected */
function join(paths: readonly string[]): Joined {
  const values = paths.map((path) => parseStrictJson(readInputText(path, MAX_FILE_BYTES), path));
  const formats = values.map((value) => (value as { readonly format?: unknown } | null)?.format);
  const odd = formats.findIndex((format) => format !== 'trimeter-gate' && format !== 'trimeter-check');
  if (odd !== -1) throw new InputRejected(paths[odd] as string, 'is no result of trimeter gate or trimeter check');
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other !== -1) throw new InputRejected(paths[other] as string, `is a result of another command than ${paths[0]}`);
  if (formats[0] === 'trimeter-check') {
    return joinedCheck(mergeChecks(values.map((value, at) => readCheckJson(value, paths[at]))));
  }
  const run = mergeGates(values.map((value, at) => readGateJson(value, paths[at])));
  return {
    exitCode: gateExitCodes[run.verdict],
    findings: gateFindings(run),
    markdown: gateMarkdown(run),
    json: gateJson(run),
    text: (terminal) => gateText(run, gateLook(terminal)),
  };
}

function joinedCheck(run: CheckRun): Joined {
  const { reports, missing, seed } = run;
  const agreed = agreedOnAll(reports);
  return {
    exitCode: agreed === null ? ExitCode.BadInput : agreed ? ExitCode.Done : ExitCode.Disagreement,
    findings: checkFindings(run, (id) => id),
    markdown: checkMarkdown(run),
    json: checkJson(run),
    text: (terminal) => `${checkText(reports, { missing, ...look(terminal) })}seed ${seed}\n`,
  };
}
