import { agreedOnAll, type CheckReport } from '../check.ts';
import type { CheckRun } from './check-run.ts';
import { escapeMarkdown } from './markdown-text.ts';
import { counted } from './words.ts';

/**
 * The check as a comment on a change: who agreed, a table of contracts, and for each disagreement the calls that lead to it.
 * Nothing in it from outside is markup.
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const lines = checkMarkdown({ ...about, reports: [report], replayFiles: new Map() }).split('\n');
 * console.log(lines[2]); // **wasm, reference agree on 60 calls of 1 contract.**
 */
export function checkMarkdown({
  seed,
  schedule,
  repeats,
  missing,
  notCompared,
  reports,
  replayFiles,
}: CheckRun): string {
  const differing = reports.filter(({ agreed }) => agreed === false);
  const names = [...new Set(reports.flatMap(({ machines }) => machines))];
  const calls = reports.reduce((sum, report) => sum + report.calls, 0);
  const over = `${counted(calls, 'call')} of ${counted(reports.length, 'contract')}`;
  const verdict =
    differing.length > 0
      ? `Machines disagree on ${differing.length} of ${counted(reports.length, 'contract')}.`
      : agreedOnAll(reports) === null
        ? 'Nothing was compared.'
        : `${names.join(', ')} ${names.length === 1 ? 'agrees with itself' : 'agree'} on ${over}.`;
  const absent = [
    ...missing.map(({ name, reason }) => `Without ${name}: ${reason}`),
    ...notCompared.map((id) => `${id} runs on one machine only and was not compared.`),
  ];
  return [
    '### Trimeter check',
    `**${escapeMarkdown(verdict)}**`,
    ...absent.map(escapeMarkdown),
    [
      '| contract | random calls | sequences | machines | |',
      '| --- | --: | --: | --- | --- |',
      ...reports.map((report) => `| ${rowOf(report).map(escapeMarkdown).join(' | ')} |`),
    ].join('\n'),
    ...differing.flatMap((report) => disagreement(report, replayFiles.get(report.id))),
    escapeMarkdown(`Seed ${seed}, schedule ${schedule}${repeats ? ', everything twice' : ''}.`),
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join('\n');
}

function rowOf({ id, calls, sequences, machines, agreed }: CheckReport): readonly string[] {
  const end = agreed === null ? 'not compared' : agreed ? 'agree' : 'disagree';
  return [id, String(calls), String(sequences), machines.join(', '), end];
}

function disagreement({ id, counterexample }: CheckReport, file: string | undefined): readonly string[] {
  if (counterexample === undefined) return [];
  const { steps, disagreement } = counterexample;
  const { step, field, left, right, backends } = disagreement;
  const [first, second] = backends;
  const place = step === 0 ? 'the deployment' : `call ${step}`;
  const calls = steps.map(({ to, method, args, caller = 'alice', value }, at) => {
    const wei = value === undefined ? '' : ` with ${value} wei`;
    const call = `${to === undefined ? '' : `${to}.`}${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
    return `${at + 1}. ${escapeMarkdown(`${call} by ${caller}${wei}`)}`;
  });
  return [
    `**${escapeMarkdown(`${id}: after ${place}, ${first} and ${second} differ in ${field}`)}**`,
    `- ${escapeMarkdown(`${first}: ${left}`)}\n- ${escapeMarkdown(`${second}: ${right}`)}`,
    ...(calls.length === 0 ? [] : [calls.join('\n')]),
    ...(file === undefined ? [] : [escapeMarkdown(`Replay file: ${file}`)]),
  ];
}
