import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { textReport } from '../../bench/report/text-report.ts';
import { machinesOf } from '../../bench/result/machines-of.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { exitWith, jsonTarget } from '../output.ts';
import { readReport } from '../read-report.ts';
import { documentOptions, documentTargets } from '../report-documents.ts';
import { UsageError } from '../usage-error.ts';

export const report: Command = {
  usage: `trimeter report <file.json> [options]

Shows a result that \`trimeter bench --json\` wrote, without measuring anything:
as a table, or as the documents that are asked for.

  --html <file|->      one self-contained page
  --markdown <file|->  claims, results and soundness for a comment on GitHub
${jsonUsage(23, 'the verdicts on public claims as JSON')}
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { ...jsonOption, ...documentOptions });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('report takes one result of trimeter bench');
    const { html, markdown, json } = values;
    const documents = documentTargets(terminal, { html, markdown, json, data: path, inputs: { 'the result': path } });
    const claims = jsonTarget(terminal, json);
    const found = readReport(path);
    if (html === undefined && markdown === undefined && json === undefined) {
      terminal.out(textReport(found, machinesOf(found), terminal.columns));
    }
    const written = [documents.write(found), claims.write({ file: path, claims: judgeClaims(found) })];
    return exitWith(ExitCode.Done, written);
  },
};
