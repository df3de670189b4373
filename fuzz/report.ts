import { columnsOf, textTable } from '../harness/text/text-table.ts';
import type { CampaignState, TargetState } from './campaign/campaign.ts';

export function progressLine(state: CampaignState, seconds: number): string {
  const all = Object.values(state.targets);
  const sum = (of: (target: TargetState) => number): number => all.reduce((total, target) => total + of(target), 0);
  const runs = sum(({ counts }) => counts['runs'] ?? 0);
  return `${seconds.toFixed(0)} s: ${sum(({ cases }) => cases)} cases, ${runs} runs, ${sum(({ findings }) => findings)} findings`;
}

/** What was done with the seed so far, in earlier runs too. */
export function reportText({ seed, targets }: CampaignState): string {
  const columns = [...columnsOf(['target'], ['cases', 'modules', 'calls', 'runs', 'no case', 'seconds', 'findings'])];
  const rows = Object.entries(targets).map(([name, { cases, counts, discarded, seconds, findings }]) => [
    name,
    String(cases),
    String(counts['modules'] ?? 0),
    String(counts['calls'] ?? 0),
    String(counts['runs'] ?? 0),
    String(Object.values(discarded).reduce((sum, times) => sum + times, 0)),
    seconds.toFixed(0),
    String(findings),
  ]);
  return `seed ${seed}\n${textTable(columns, rows)}`;
}
