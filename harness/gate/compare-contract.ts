import { byText, sortedOnce } from './by-text.ts';
import type { BehaviourChange, CallPlace, CostRow, FieldChange } from './gate-run.ts';
import { type CodeFacts, type LockedContract, sizeNames } from './lock-file.ts';
import { ownField } from './own-field.ts';
import type { Behaviour, Receipt } from './receipt.ts';
import type { SizeLimit } from './size-limits.ts';
import { type ChangeLevel, judgeChange, type Tolerance } from './tolerance.ts';
import type { Tolerances } from './tolerances.ts';
import { sizeTolerance, toleranceOf } from './tolerances.ts';

/** What came of holding a contract against what the lock says of it. */
export interface Comparison {
  readonly calls: number;
  readonly changedCode: readonly string[];
  readonly costs: readonly CostRow[];
  readonly behaviour: readonly BehaviourChange[];
  readonly notCompared: readonly string[];
}

export interface ComparedContract {
  readonly id: string;
  readonly was: LockedContract;
  readonly is: LockedContract;
  readonly tolerances: Tolerances;
  /** By form. */
  readonly limits: Readonly<Record<string, readonly SizeLimit[]>>;
  /** Sequences of the lock that another shard holds. */
  readonly isElsewhere: (sequence: string) => boolean;
  /** Schedules that may be left out. */
  readonly without: readonly string[];
}

export function compareContract(compared: ComparedContract): Comparison {
  const { id, was, is, isElsewhere, without } = compared;
  const every = sortedOnce([...Object.keys(was.sequences), ...Object.keys(is.sequences)]);
  const names = every.filter((name) => !isElsewhere(name));
  const sequences = names.map((name) =>
    compareSequence(id, name, ownField(was.sequences, name), ownField(is.sequences, name)),
  );
  const pairs = sequences.flatMap((sequence) => sequence.pairs);
  const { rows, notCompared } = compareCode(compared);
  return {
    calls: pairs.length,
    changedCode: changedCode(was, is),
    costs: [...gasRows(id, pairs, compared.tolerances), ...rows],
    behaviour: sequences.flatMap(({ behaviour }) => behaviour),
    notCompared: sortedOnce([
      ...sequences.flatMap((sequence) => sequence.notCompared),
      ...gasNotCompared(pairs, without),
      ...notCompared,
    ]),
  };
}

interface Pair extends CallPlace {
  readonly was: Receipt;
  readonly is: Receipt;
}

interface SequenceComparison {
  readonly pairs: readonly Pair[];
  readonly behaviour: readonly BehaviourChange[];
  readonly notCompared: readonly string[];
}

function compareSequence(
  contract: string,
  sequence: string,
  was: readonly Receipt[] | undefined,
  is: readonly Receipt[] | undefined,
): SequenceComparison {
  const none = { pairs: [], behaviour: [] };
  if (was === undefined) return { ...none, notCompared: [`${sequence} is not in the lock`] };
  if (is === undefined) return { ...none, notCompared: [`${sequence} of the lock was not run`] };
  const firstOther = is.findIndex((receipt, step) => was[step]?.call !== receipt.call);
  const length = firstOther === -1 ? is.length : firstOther;
  const pairs = is.slice(0, length).map((receipt, step): Pair => {
    return { sequence, step, call: receipt.call, was: was[step] as Receipt, is: receipt };
  });
  const behaviour = changesOf(contract, pairs);
  // Where a deployment ends otherwise, that is what there is to say.
  const isDeploymentOther = pairs[0] !== undefined && pairs[0].was.status !== pairs[0].is.status;
  const isWhole = length === is.length && length === was.length;
  const notCompared =
    isWhole || isDeploymentOther ? [] : [`${sequence}: its calls are others than the lock's from call ${length} on`];
  return { pairs, behaviour, notCompared };
}

/** The first call of the sequence that differs, and of those after it what is more than a state that follows from it. */
function changesOf(contract: string, pairs: readonly Pair[]): readonly BehaviourChange[] {
  const found: BehaviourChange[] = [];
  for (const { sequence, step, call, was, is } of pairs) {
    for (const { schedule, changes } of behaviourChanges(was, is)) {
      const isMore = changes.some(({ field }) => field !== 'state');
      const last = found.at(-1);
      if (isMore || last === undefined) {
        const place = { contract, sequence, step, call, entry: is.entry };
        found.push({ ...place, ...(schedule !== undefined && { schedule }), changes, following: 0 });
      } else found[found.length - 1] = { ...last, following: last.following + 1 };
    }
  }
  return found;
}

interface ScheduleChanges {
  readonly schedule: string | undefined;
  readonly changes: readonly FieldChange[];
}

/**
 * How one call came to something else than it did.
 *
 * @returns For all schedules, or for those of them that differ; empty if none does.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const [deployment, call] = lock.contracts['erc20']?.sequences['approve'] ?? [];
 * if (deployment === undefined || call === undefined) throw new Error('there is no such sequence');
 * console.log(behaviourChanges(deployment, call)[0]?.changes[0]?.field); // result
 */
export function behaviourChanges(was: Receipt, is: Receipt): readonly ScheduleChanges[] {
  const found = { schedule: undefined, changes: fieldChanges(was, is) };
  const schedules = sortedOnce([...Object.keys(was.otherwise), ...Object.keys(is.otherwise)]);
  const others = schedules.map((schedule) => {
    return {
      schedule,
      changes: fieldChanges(ownField(was.otherwise, schedule) ?? was, ownField(is.otherwise, schedule) ?? is),
    };
  });
  return [found, ...others].filter(({ changes }) => changes.length > 0);
}

function fieldChanges(was: Behaviour, is: Behaviour): readonly FieldChange[] {
  const visible = (['status', 'result', 'events'] as const)
    .filter((field) => was[field] !== is[field])
    .map((field) => ({ field, was: String(was[field]), is: String(is[field]) }));
  if (visible.length > 0 || was.digest === is.digest) return visible;
  return [{ field: 'state', was: was.digest.slice(0, 16), is: is.digest.slice(0, 16) }];
}

function gasNotCompared(pairs: readonly Pair[], without: readonly string[]): readonly string[] {
  const lacking = (of: (pair: Pair) => readonly [Receipt, Receipt]) =>
    pairs.flatMap((pair) => {
      const [has, lacks] = of(pair);
      return Object.keys(has.gas).filter((schedule) => ownField(lacks.gas, schedule) === undefined);
    });
  const lines = [
    ...lacking(({ was, is }) => [is, was]).map((schedule) => `the lock has no gas under ${schedule}`),
    ...lacking(({ was, is }) => [was, is])
      .filter((schedule) => !without.includes(schedule))
      .map((schedule) => `gas under ${schedule}, which the lock has, was not counted`),
  ];
  return lines;
}

function gasRows(contract: string, pairs: readonly Pair[], tolerances: Tolerances): readonly CostRow[] {
  const rows = new Map<string, CostRow>();
  for (const { was: before, is: after, sequence, step, call } of pairs) {
    for (const measure of Object.keys(after.gas).toSorted(byText)) {
      const [was, is] = [ownField(before.gas, measure), ownField(after.gas, measure)];
      if (was === undefined || is === undefined) continue;
      const tolerance = toleranceOf(tolerances, after.entry);
      const row: CostRow = {
        contract,
        kind: 'gas',
        of: after.entry,
        measure,
        was,
        is,
        level: judgeChange(tolerance, was, is),
        tolerance: tolerance.text,
        calls: 1,
        changed: was === is ? 0 : 1,
        at: { sequence, step, call },
      };
      const key = JSON.stringify([after.entry, measure]);
      rows.set(key, together(rows.get(key), row));
    }
  }
  return [...rows.values()].toSorted((a, b) => byText(a.of, b.of) || byText(a.measure, b.measure));
}

const worstFirst: readonly ChangeLevel[] = ['fail', 'warn', 'pass', 'same'];

/**
 * One row of two about the same. The numbers are those of the call that is worst, of equally bad ones of that which changed
 * most, and of such the earlier one.
 *
 * @param row Of earlier calls, if there were any.
 */
export function together(row: CostRow | undefined, next: CostRow): CostRow {
  if (row === undefined) return next;
  const isWorse =
    worstFirst.indexOf(next.level) < worstFirst.indexOf(row.level) || (next.level === row.level && isMore(next, row));
  return { ...(isWorse ? next : row), calls: row.calls + next.calls, changed: row.changed + next.changed };
}

/** By what it changed in relation to what it was, without dividing. */
function isMore(one: CostRow, other: CostRow): boolean {
  const change = ({ was, is }: CostRow) => (is > was ? is - was : was - is);
  return change(one) * (other.was || 1n) > change(other) * (one.was || 1n);
}

function changedCode(was: LockedContract, is: LockedContract): readonly string[] {
  const forms = sortedOnce([...Object.keys(was.code), ...Object.keys(is.code)]);
  return forms.filter((form) => ownField(was.code, form)?.sha256 !== ownField(is.code, form)?.sha256);
}

function compareCode({ id, was, is, tolerances, limits }: ComparedContract): {
  readonly rows: readonly CostRow[];
  readonly notCompared: readonly string[];
} {
  const forms = sortedOnce([...Object.keys(was.code), ...Object.keys(is.code)]);
  const notCompared: string[] = [];
  const rows = forms.flatMap((form) => {
    const [before, after] = [ownField(was.code, form), ownField(is.code, form)];
    if (before === undefined) notCompared.push(`the form ${form} is not in the lock`);
    if (after === undefined) notCompared.push(`the form ${form}, which the lock has, is not there`);
    if (before === undefined || after === undefined) return [];
    return sizeRows(id, form, before, after, tolerances, ownField(limits, form) ?? []);
  });
  return { rows, notCompared };
}

function sizeRows(
  contract: string,
  of: string,
  before: CodeFacts,
  after: CodeFacts,
  tolerances: Tolerances,
  limits: readonly SizeLimit[],
): readonly CostRow[] {
  return sizeNames.flatMap((measure): readonly CostRow[] => {
    const [was, is] = [before.sizes[measure], after.sizes[measure]];
    if (was === undefined || is === undefined) return [];
    const limit = limits.find(({ size }) => size === measure);
    const tolerance = sizeTolerance(tolerances, measure);
    const judged = judgeSize(tolerance, was, is, limit);
    const numbers = { was: BigInt(was), is: BigInt(is), calls: 1, changed: was === is ? 0 : 1 };
    return [{ contract, kind: 'size', of, measure, ...numbers, ...judged }];
  });
}

/** What has grown beyond what its chain takes fails whatever the tolerance says. */
function judgeSize(
  tolerance: Tolerance,
  was: number,
  is: number,
  limit: SizeLimit | undefined,
): Pick<CostRow, 'level' | 'tolerance'> {
  if (limit !== undefined && is > limit.most && was <= limit.most) {
    return { level: 'fail', tolerance: `at most ${limit.most} (${limit.source})` };
  }
  return { level: judgeChange(tolerance, BigInt(was), BigInt(is)), tolerance: tolerance.text };
}
