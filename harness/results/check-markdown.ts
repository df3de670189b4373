import { agreedOnAll, type CheckReport } from '../check.ts';
import { escapeMarkdown } from '../text/markdown-text.ts';
import { counted } from '../text/words.ts';
import type { CheckRun } from './check-run.ts';
import { agreementWords, callsOf, callWords, machinesWords, placeWords, warningsOf } from './check-words.ts';
import { variantRows } from './variants.ts';

/**
 * The check as a comment on a change: who agreed, a table of contracts, and for each disagreement the calls that lead to it.
 * Nothing in it from outside is markup.
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const lines = checkMarkdown({ ...about, reports: [report], replayFiles: new Map() }).split('\n');
 * console.log(lines[2]); // **wasm, reference agree on 51 calls of 1 contract.**
 */
export function checkMarkdown(run: CheckRun): string {
  const { seed, schedule, repeats, missing, notCompared, reports, replayFiles, showsVariants = false } = run;
  const differing = reports.filter(({ agreed }) => agreed === false);
  const over = `${counted(callsOf(reports), 'call')} of ${counted(reports.length, 'contract')}`;
  const verdict =
    differing.length > 0
      ? `Machines disagree on ${differing.length} of ${counted(reports.length, 'contract')}`
      : agreedOnAll(reports) === null
        ? 'Nothing was compared'
        : `${agreementWords(reports)} on ${over}`;
  const absent = [
    ...(showsVariants ? [] : missing).map(({ name, reason }) => `Without ${name}: ${reason}`),
    ...notCompared.map((id) => `${id} runs on one machine only and was not compared.`),
  ];
  return [
    '### Trimeter check',
    `**${escapeMarkdown(`${verdict}.`)}**`,
    ...[...absent, ...reports.flatMap(warningsOf)].map(escapeMarkdown),
    [
      '| contract | random calls | sequences | machines | |',
      '| --- | --: | --: | --- | --- |',
      ...reports.map((report) => `| ${rowOf(report).map(escapeMarkdown).join(' | ')} |`),
    ].join('\n'),
    ...(showsVariants ? [variantsTable(run)] : []),
    ...differing.flatMap((report) => disagreement(report, replayFiles.get(report.id))),
    escapeMarkdown(`Seed ${seed}, schedule ${schedule}${repeats ? ', everything twice' : ''}.`),
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join('\n');
}

function variantsTable(run: CheckRun): string {
  return [
    '| variant | calls | what ran it |',
    '| --- | --: | --- |',
    ...variantRows(run).map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
  ].join('\n');
}

function rowOf({ id, calls, sequences, machines, agreed }: CheckReport): readonly string[] {
  const end = agreed === null ? 'not compared' : agreed ? 'agree' : 'disagree';
  return [id, String(calls), String(sequences), machinesWords(machines), end];
}

function disagreement(
  { id, counterexample, explanation, divergences }: CheckReport,
  file: string | undefined,
): readonly string[] {
  if (counterexample === undefined) return [];
  const { steps, disagreement } = counterexample;
  const { field, left, right, backends } = { ...disagreement, ...explanation };
  const [first, second] = backends;
  const place = placeWords(disagreement);
  const others = divergences.slice(1).map(({ backends: [, name] }) => name);
  const calls = steps.map((call, at) => `${at + 1}. ${escapeMarkdown(callWords(call))}`);
  return [
    `**${escapeMarkdown(`${id}: after ${place}, ${first} and ${second} differ in ${field}`)}**`,
    `- ${escapeMarkdown(`${first}: ${left}`)}\n- ${escapeMarkdown(`${second}: ${right}`)}`,
    ...(others.length === 0 ? [] : [escapeMarkdown(`So do ${others.join(', ')}.`)]),
    ...(calls.length === 0 ? [] : [calls.join('\n')]),
    ...(file === undefined ? [] : [escapeMarkdown(`Replay file: ${file}`)]),
  ];
}
