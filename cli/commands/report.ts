import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { historyText } from '../../bench/report/history-text.ts';
import { htmlHistory } from '../../bench/report/html/history-page.ts';
import { textReport } from '../../bench/report/text-report.ts';
import { historyOf } from '../../bench/result/history.ts';
import { machinesOf } from '../../bench/result/machines-of.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, fileTarget, jsonTarget } from '../output.ts';
import { readReport } from '../read-report.ts';
import { documentOptions, documentTargets } from '../report-documents.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

export const report: Command = {
  usage: `trimeter report <file.json...> [options]

Shows a result that \`trimeter bench --json\` wrote, without measuring anything:
as a table, or as the documents that are asked for. Of several results it shows
each workload's ratios and gas over the runs, from the oldest to the newest.

  --html <file|->      one self-contained page
  --markdown <file|->  claims, results and soundness for a comment on GitHub
${jsonUsage(23, 'the verdicts on public claims as JSON; of several\n                       results their history')}

Examples:
  trimeter report bench.json --html bench.html
  trimeter report monday.json tuesday.json wednesday.json
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { ...jsonOption, ...documentOptions });
    const [path, ...others] = positionals;
    if (path === undefined) throw new UsageError('report takes a result of trimeter bench, or several');
    const { html, markdown, json } = values;
    if (others.length > 0) return showHistory(positionals, values, terminal);
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

function showHistory(
  paths: readonly string[],
  { html, markdown, json }: { readonly html?: string; readonly markdown?: string; readonly json?: string },
  terminal: Terminal,
): ExitCode {
  if (markdown !== undefined) throw new UsageError(`--markdown takes one result, got ${paths.length}`);
  const inputs = Object.fromEntries(paths.map((path, at) => [`result ${at + 1}`, path]));
  checkPlaces({ '--html': html, '--json': json }, inputs);
  const [page, data] = [fileTarget(terminal, html), jsonTarget(terminal, json)];
  const history = historyOf(paths.map(readReport));
  if (html === undefined && json === undefined) terminal.out(historyText(history, terminal.columns));
  return exitWith(ExitCode.Done, [page.write(htmlHistory(history)), data.write(history)]);
}
