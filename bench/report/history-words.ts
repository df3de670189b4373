import { counted, listed } from '../../harness/text/words.ts';
import { PROCESS_FLOOR } from '../result/compare-reports.ts';
import { type GasHistory, type History, type HistoryRun, lastGas } from '../result/history.ts';
import { formatNumber } from '../result/units.ts';
import { dateText } from './date-text.ts';
import { whatWasMeasured } from './what-was-measured.ts';

/** `erc20 on wasm and evm, over 3 runs` */
export function historyTitle({ runs, ratios, gas }: History): string {
  const machines = [...ratios.flatMap((row) => row.machines.split('/')), ...gas.map(({ machine }) => machine)];
  return `${whatWasMeasured([...ratios, ...gas], [...new Set(machines)])}, over ${counted(runs.length, 'run')}`;
}

/** By what a run goes: when it was made, and with which versions. */
export function runName({ date, trimeter, runtime }: HistoryRun): string {
  return [dateText(date), ...(trimeter === undefined ? [] : [`trimeter ${trimeter}`]), runtime].join(', ');
}

/** What the newest run brought. */
export function historySentences({ runs, ratios, gas }: History): readonly string[] {
  const last = runs.at(-1);
  const found = ratios.flatMap(({ lastChange }) => (lastChange === null ? [] : [lastChange.verdict]));
  const verdicts = [...new Set(found)].sort();
  const counts = verdicts.map((verdict) => `${found.filter((each) => each === verdict).length} ${verdict}`);
  const common = gas.flatMap((row) => (lastGas(row) === undefined ? [] : [gasChangeText(row)]));
  const changedCount = common.filter((text) => text !== 'same').length;
  const isOfOne = runs.slice(-2).some(({ inOneProcess }) => inOneProcess);
  return [
    last !== undefined && last.settingChanges.length > 0
      ? 'The last two runs were made with different settings, so that their ratios are not compared.'
      : found.length === 0
        ? 'The last two runs have no ratio in common.'
        : `Of ${counted(found.length, 'ratio')}, in the last run against the one before: ${listed(counts)}.`,
    ...(isOfOne && found.length > 0
      ? [`Quick runs may differ by chance: only a change of more than a factor of ${PROCESS_FLOOR} counts.`]
      : []),
    ...(common.length === 0
      ? []
      : [
          changedCount === 0
            ? 'Gas is the same in both.'
            : `Gas differs between them in ${changedCount} of ${counted(common.length, 'place')}.`,
        ]),
  ];
}

/** `same`, `+3.2 %`; a factor where percent would be many. */
export function gasChangeText(row: GasHistory): string {
  const found = lastGas(row);
  if (found === undefined) return '-';
  const [before, last] = found;
  if (before === last) return 'same';
  if (before === 0) return 'from 0';
  const ratio = last / before;
  if (ratio > 10 || ratio < 0.1) return `× ${formatNumber(ratio)}`;
  return `${ratio > 1 ? '+' : ''}${formatNumber(100 * (ratio - 1))} %`;
}
