import { agreedOnAll, type CaseCheck } from '../harness/check.ts';
import { printable } from '../harness/results/printable.ts';
import { textTable } from '../harness/results/text-table.ts';
import { counted } from '../harness/results/words.ts';
import type { MissingMachine } from './choose-backends.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** A table of contracts, then for each disagreement the calls that lead to it, then who agreed and who was not there. */
export function checkReport(
  terminal: Terminal,
  checks: readonly CaseCheck[],
  missing: readonly MissingMachine[],
): string {
  const everyMachine = [...new Set(checks.flatMap(({ backendNames }) => backendNames))];
  const columns = [
    { heading: 'contract' },
    { heading: 'random calls', isRight: true },
    { heading: 'sequences', isRight: true },
    { heading: 'machines' },
  ];
  const rows = checks.map(({ id, backendNames, calls, sequences, agreed }) => [
    id,
    String(calls),
    String(sequences),
    [
      ...(backendNames.length < everyMachine.length ? [backendNames.join(', ')] : []),
      cellOf(agreed, backendNames),
    ].join(' '),
  ]);
  const disagreements = checks.flatMap((check) => describeCounterexample(terminal, check));
  const total = checks.reduce((sum, { calls }) => sum + calls, 0);
  const absent = missing.length === 0 ? '' : `; without ${missing.map(({ name }) => name).join(', ')}`;
  const verdict =
    disagreements.length === 0
      ? style(
          terminal,
          agreedOnAll(checks) ? 'good' : 'bad',
          `${agreement(checks, everyMachine)} on ${counted(total, 'call')}${absent}`,
        )
      : style(terminal, 'bad', `${disagreements.length} of ${checks.length} contracts on which machines disagree`);
  return `${textTable(columns, rows)}${disagreements.join('')}${verdict}\n`;
}

function cellOf(agreed: boolean | null, names: readonly string[]): string {
  if (agreed === null) return 'not compared';
  if (!agreed) return 'DISAGREE';
  return names.length === 1 ? 'agrees with itself' : 'agree';
}

function agreement(checks: readonly CaseCheck[], names: readonly string[]): string {
  if (agreedOnAll(checks) === null) return 'nothing was compared';
  return names.length === 1 ? `${names.join('')} agrees with itself` : `${names.join(', ')} agree`;
}

function describeCounterexample(terminal: Terminal, { id, counterexample }: CaseCheck): readonly string[] {
  if (counterexample === undefined) return [];
  const { steps, disagreement } = counterexample;
  const { step, field, left, right, backends } = disagreement;
  const [first, second] = backends;
  const calls = steps.map(({ to, method, args, caller = 'alice', value }, at) => {
    const call = `${to === undefined ? '' : `${to}.`}${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')}) by ${caller}`;
    return `  ${at + 1}. ${printable(call)}${value === undefined ? '' : ` with ${value} wei`}\n`;
  });
  const place = step === 0 ? 'the deployment' : `call ${step}`;
  const title = `${style(terminal, 'bold', printable(id))}: after ${place}, ${first} and ${second} differ in`;
  return [
    `${title} ${printable(field)}\n  ${first}: ${printable(left)}\n  ${second}: ${printable(right)}\n${calls.join('')}`,
  ];
}
