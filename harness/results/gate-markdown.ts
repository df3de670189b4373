import type { CostRow, GateRun } from '../gate/gate-run.ts';
import { escapeMarkdown } from '../text/markdown-text.ts';
import {
  behaviourWords,
  callsWords,
  changeWords,
  contractWords,
  levelWords,
  placeWords,
  remarksOf,
  toldCosts,
  verdictWords,
} from './gate-words.ts';

/** A comment has room for 65,536 characters. */
const MOST_ROWS = 100;

const icons = { green: '🟢', amber: '🟡', red: '🔴', 'not-compared': '⚪' } as const;

/**
 * The gate as a comment on a change: the verdict, what costs something else with its delta, the calls that came to something
 * else, and folded away what everything costs. Nothing in it from outside is markup.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const lines = gateMarkdown(await gate([{ subject }], lock)).split('\n');
 * console.log(lines[2]); // 🟢 **23 calls of 1 contract as in trimeter.lock.json.**
 */
export function gateMarkdown(run: GateRun): string {
  const { verdict, contracts, trimeter, schedules, shard } = run;
  const { notCompared, notes } = remarksOf(run);
  const changed = contracts.flatMap(toldCosts);
  const behaviour = contracts.flatMap((contract) => contract.behaviour);
  const all = contracts.flatMap(({ costs }) => costs);
  const part = shard === undefined ? '' : `, part ${shard.index} of ${shard.count}`;
  return [
    '### Trimeter gate',
    `${icons[verdict]} **${escapeMarkdown(`${verdictWords(run)}.`)}**`,
    ...notCompared.map((line) => escapeMarkdown(`Not compared: ${line}`)),
    ...(contracts.length === 0 ? [] : [overview(run)]),
    ...(changed.length === 0 ? [] : [costTable(changed)]),
    ...listed(
      behaviour.map(
        (change) =>
          `- **${escapeMarkdown(`${change.contract} ${change.entry}`)}**: ${escapeMarkdown(behaviourWords(change))}: ${escapeMarkdown(placeWords(change))}`,
      ),
    ),
    ...notes.map(escapeMarkdown),
    ...(all.length === 0 ? [] : [`<details><summary>All costs</summary>\n\n${costTable(all)}\n\n</details>`]),
    escapeMarkdown(
      `trimeter ${trimeter}, gas under ${schedules.length === 0 ? 'no schedule' : schedules.join(', ')}${part}.`,
    ),
  ]
    .map((paragraph) => `${paragraph}\n`)
    .join('\n');
}

function overview({ contracts }: GateRun): string {
  const rows = contracts.map((contract) => [`${contract.id}`, contractWords(contract), String(contract.calls)]);
  return table(['contract', 'verdict', 'calls'], ['---', '---', '--:'], rows);
}

function costTable(rows: readonly CostRow[]): string {
  const cells = rows.map((row) => {
    const of = row.kind === 'gas' ? `${row.contract} ${row.of}` : row.of;
    return [of, row.measure, `${row.was}`, `${row.is}`, changeWords(row), callsWords(row), levelWords(row)];
  });
  return table(
    ['entry point', 'measure', 'was', 'is', 'change', 'calls', ''],
    ['---', '---', '--:', '--:', '--:', '---', '---'],
    cells,
  );
}

function table(heads: readonly string[], lines: readonly string[], rows: readonly (readonly string[])[]): string {
  const left = rows.length - MOST_ROWS;
  return [
    `| ${heads.join(' | ')} |`,
    `| ${lines.join(' | ')} |`,
    ...rows.slice(0, MOST_ROWS).map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
    ...(left > 0 ? [`| and ${left} more |${' |'.repeat(heads.length - 1)}`] : []),
  ].join('\n');
}

function listed(items: readonly string[]): readonly string[] {
  const left = items.length - MOST_ROWS;
  const shown = [...items.slice(0, MOST_ROWS), ...(left > 0 ? [`- and ${left} more`] : [])];
  return shown.length === 0 ? [] : [shown.join('\n')];
}
