import type { BehaviourChange, CostRow, GateContract, GateRun, GateVerdict } from '../gate/gate-run.ts';
import { counted } from '../text/words.ts';

/** What every format for people says of a gate in the same words, none of it safe yet for where it is shown. */

/** A change in whole numbers and in percent: `+1 (+0.013%)`. Empty where there is none. */
export function changeWords({ was, is }: Pick<CostRow, 'was' | 'is'>): string {
  if (was === is) return '';
  const percent = percentWords(was, is);
  return `${is > was ? '+' : ''}${is - was}${percent === '' ? '' : ` (${percent})`}`;
}

/** To three places after the point, rounded towards zero, but never to nothing. */
function percentWords(was: bigint, is: bigint): string {
  if (was === 0n) return '';
  const [sign, change] = is > was ? ['+', is - was] : ['-', was - is];
  const thousandths = (change * 100_000n) / was;
  if (thousandths === 0n) return `<${sign}0.001%`;
  const fraction = String(thousandths % 1000n)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return `${sign}${thousandths / 1000n}${fraction === '' ? '' : `.${fraction}`}%`;
}

/** Rows with something to say, the worst first. What a tolerance passes over is none of them. */
export function toldCosts({ costs }: Pick<GateContract, 'costs'>): readonly CostRow[] {
  return (['fail', 'warn'] as const).flatMap((level) => costs.filter((row) => row.level === level));
}

export function callsWords({ kind, calls, changed }: CostRow): string {
  if (kind === 'size') return '';
  return calls === 1 ? '' : `${changed} of ${calls}`;
}

export function levelWords({ level }: Pick<CostRow, 'level'>): string {
  return { same: 'as it was', pass: 'passes', warn: 'warning', fail: 'FAIL' }[level];
}

export function contractWords({ verdict, calls, costs, behaviour }: GateContract): string {
  const failing = costs.filter(({ level }) => level === 'fail').length;
  const warning = costs.filter(({ level }) => level === 'warn').length;
  const parts = [
    ...(behaviour.length > 0 ? [`${counted(behaviour.length, 'call')} behaved otherwise`] : []),
    ...(failing > 0 ? [`${counted(failing, 'cost')} out of tolerance`] : []),
    ...(warning > 0 ? [`${counted(warning, 'cost')} changed`] : []),
  ];
  if (parts.length > 0) return parts.join(', ');
  return verdict === 'not-compared' ? (calls === 0 ? 'not compared' : 'not all compared') : 'as in the lock';
}

/** Of the whole, in a few words. */
export function verdictWords({ verdict, contracts, lockFile }: GateRun): string {
  const calls = contracts.reduce((sum, contract) => sum + contract.calls, 0);
  const over = `${counted(calls, 'call')} of ${counted(contracts.length, 'contract')}`;
  return {
    green: `${over} as in ${lockFile}`,
    amber: `${over} within tolerance of ${lockFile}`,
    red: `${contracts.filter((contract) => contract.verdict === 'red').length} of ${counted(contracts.length, 'contract')} not as in ${lockFile}`,
    'not-compared': calls === 0 ? 'nothing was compared' : `not everything was compared: ${over} were`,
  }[verdict];
}

/** `transfer("bob", "5") by alice (transfer 3)` */
export function placeWords({ call, sequence, step }: Pick<BehaviourChange, 'call' | 'sequence' | 'step'>): string {
  return `${call} (${sequence}, ${step === 0 ? 'deployment' : `call ${step}`})`;
}

export function behaviourWords(change: BehaviourChange): string {
  const { schedule, changes, following } = change;
  const fields = changes.map(({ field, was, is }) =>
    `${field} ${field === 'state' ? 'or event data' : ''} was ${was === '' ? 'nothing' : was}, is ${is === '' ? 'nothing' : is}`.replaceAll(
      '  ',
      ' ',
    ),
  );
  const under = schedule === undefined ? '' : ` under ${schedule}`;
  const after = following === 0 ? '' : `; so is the state of ${counted(following, 'call')} after it`;
  return `${fields.join(', ')}${under}${after}`;
}

/** What was not compared, and what to know; one line each. */
export function remarksOf(run: GateRun): {
  readonly notCompared: readonly string[];
  readonly notes: readonly string[];
} {
  return {
    notCompared: [
      ...run.notCompared,
      ...run.contracts.flatMap(({ id, notCompared }) => notCompared.map((line) => `${id}: ${line}`)),
    ],
    notes: [
      ...run.setting.map((line) => `since the lock was written, ${line}`),
      ...run.missing.map(({ name, reason }) => `without gas under ${name}: ${reason}`),
      ...run.contracts.flatMap(({ id, notes }) => notes.map((line) => `${id}: ${line}`)),
    ],
  };
}

export const verdictLevel: Readonly<Record<GateVerdict, 'good' | 'warn' | 'bad'>> = {
  green: 'good',
  amber: 'warn',
  red: 'bad',
  'not-compared': 'bad',
};
