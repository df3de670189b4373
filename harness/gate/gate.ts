import { createHash } from 'node:crypto';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { EngineError } from '../../engine/errors.ts';
import type { MissingMachine } from '../machines/register.ts';
import { packageManifest } from '../package-manifest.ts';
import { type DescribedSubject, partsOf } from '../subjects/subject.ts';
import { counted } from '../text/words.ts';
import { byText, sortedOnce } from './by-text.ts';
import { codeFacts, codeLimits } from './code-facts.ts';
import { type ComparedContract, type Comparison, compareContract } from './compare-contract.ts';
import { type GateContract, type GateResult, type GateVerdict, type Shard, worstVerdict } from './gate-run.ts';
import { formatLock, type Lock, type LockedContract, MAX_CALLS } from './lock-file.ts';
import { type GateSequence, measure, prepareMeters } from './measure.ts';
import { canMeter, defaultMeterIds, type Meter, openMeter } from './meters.ts';
import { ownField } from './own-field.ts';
import type { Receipt } from './receipt.ts';
import { exampleSequences, workloadSequences } from './sequences.ts';
import { isInShard } from './shard.ts';
import { type Tolerances, unknownEntries } from './tolerances.ts';

/** A contract to hold, and what of it. */
export interface GateSubject {
  readonly subject: DescribedSubject;
  /** What it was read from, for those who are told of it. */
  readonly source?: string | undefined;
  /** Default: its examples and its workloads of typical size. */
  readonly sequences?: readonly GateSequence[] | undefined;
  /** Default: gas exactly as it was, and sizes as docs/ci.md has them. */
  readonly tolerances?: Tolerances | undefined;
  /** Ids of schedules that gas is counted under, `evm` for the EVM's own. Default: `flat-v2` and `evm`, as far as it has these forms. */
  readonly schedules?: readonly string[] | undefined;
}

export interface GateOptions {
  /** What the lock is called where it is spoken of. Default `trimeter.lock.json`. */
  readonly lockFile?: string;
  /** Whether these are all contracts that the lock is about, so that another one in it is missing. Default true. */
  readonly isWhole?: boolean;
  /** Schedules that are left out where they cannot be had. Default none. */
  readonly allowMissing?: readonly string[];
  readonly shard?: Shard | undefined;
  /** Before each sequence. */
  readonly onProgress?: (done: number, total: number, contract: string) => void;
}

interface Planned extends GateSubject {
  readonly sequences: readonly GateSequence[];
  readonly schedules: readonly string[];
}

const noTolerances: Tolerances = { gas: {}, sizes: {} };

/**
 * Runs the calls of contracts and holds what each came to, and what it cost, against a lock.
 *
 * @param lock Undefined where there is none: then nothing is compared, and the result has what would be the lock.
 * @throws InputRejected; EngineError `backend-unavailable` for a schedule whose machine is not installed, `not-deployed`, and on
 * host failure.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const { verdict, contracts } = await gate([{ subject }], lock);
 * console.log(verdict, contracts[0]?.costs.length); // green 16
 */
export async function gate(
  subjects: readonly GateSubject[],
  lock: Lock | undefined,
  { lockFile = 'trimeter.lock.json', isWhole = true, allowMissing = [], shard, onProgress }: GateOptions = {},
): Promise<GateResult> {
  refuseTwice(subjects);
  const planned = subjects.map(plan).toSorted((a, b) => byText(a.subject.id, b.subject.id));
  const { meters, missing } = await openMeters(planned, allowMissing);
  const units = planned.flatMap(({ subject, sequences }) => sequences.map(({ id }) => unitName(subject.id, id)));
  const isMine = (contract: string, sequence: string) => isInShard(units, unitName(contract, sequence), shard);
  const total = units.filter((unit) => isInShard(units, unit, shard)).length;
  let done = 0;
  const found = new Map<string, LockedContract>();
  for (const { subject, sequences, schedules } of planned) {
    const mine = sequences.filter(({ id }) => isMine(subject.id, id));
    const used = meters.filter(({ id }) => schedules.includes(id));
    if (mine.length === 0 || used.length === 0) continue;
    const prepared = await prepareMeters(used, subject);
    const receipts: [string, readonly Receipt[]][] = [];
    for (const sequence of mine) {
      onProgress?.(done++, total, subject.id);
      receipts.push([sequence.id, await measure(subject, prepared, sequence)]);
    }
    found.set(subject.id, { code: codeFacts(partsOf(subject)), sequences: Object.fromEntries(receipts) });
  }
  const measured: Lock = {
    trimeter: packageManifest().version,
    schedules: Object.fromEntries(meters.map(({ id, backend }) => [id, backend.description])),
    contracts: Object.fromEntries(found),
  };
  const setting = lock === undefined ? [] : settingChanges(lock, measured);
  const contracts = planned
    .filter(({ subject, sequences }) => shard === undefined || sequences.some(({ id }) => isMine(subject.id, id)))
    .map((item) => {
      const is = found.get(item.subject.id);
      const was = lock === undefined ? undefined : (ownField(lock.contracts, item.subject.id) ?? 'absent');
      return hold(item, was, is, setting, {
        isElsewhere: (sequence) =>
          units.includes(unitName(item.subject.id, sequence)) && !isMine(item.subject.id, sequence),
        without: missing.map(({ name }) => name),
      });
    });
  const ids = planned.map(({ subject }) => subject.id);
  const gone = isWhole ? Object.keys(lock?.contracts ?? {}).filter((id) => !ids.includes(id)) : [];
  const notCompared = sortedOnce([
    ...(lock === undefined ? [`there is no ${lockFile}: --update writes it`] : []),
    ...(planned.length === 0 ? ['there is no contract to hold'] : []),
    ...(total === 0 && shard !== undefined && planned.length > 0
      ? [
          `shard ${shard.index} of ${shard.count} is empty: there ${units.length === 1 ? 'is' : 'are'} ${counted(units.length, 'sequence')}`,
        ]
      : []),
    ...gone.map((id) => `the lock is about ${id} too, which was not run`),
  ]);
  const verdicts = contracts.map(({ verdict }) => verdict);
  return {
    verdict: worstVerdict([...verdicts, ...(notCompared.length > 0 ? ['not-compared' as const] : [])]),
    lockFile,
    lockSha256: lock === undefined ? undefined : sha256(formatLock(lock)),
    trimeter: measured.trimeter,
    schedules: meters.map(({ id }) => id),
    shard,
    setting,
    missing,
    notCompared,
    contracts,
    lock: measured,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function unitName(contract: string, sequence: string): string {
  return JSON.stringify([contract, sequence]);
}

function refuseTwice(subjects: readonly GateSubject[]): void {
  const ids = subjects.map(({ subject }) => subject.id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined)
    throw new InputRejected(twice, 'two contracts are called so, and a lock knows them by their names');
}

/** @throws InputRejected for schedules of which the contract has no form, and for calls that are more than a lock holds. */
function plan(item: GateSubject): Planned {
  const { subject, sequences, schedules } = item;
  const parts = partsOf(subject);
  const impossible = schedules?.every((id) => !canMeter(id, parts));
  if (impossible)
    throw new InputRejected(subject.id, `has no form whose gas is counted under ${schedules?.join(', ')}`);
  const { contract } = subject;
  const own = contract === undefined ? [] : [...exampleSequences(contract), ...workloadSequences(contract)];
  const chosen = sequences ?? own;
  const ids = chosen.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new InputRejected(subject.id, `two sequences of calls are called ${twice}`);
  const long = chosen.find(({ calls }) => calls.length > MAX_CALLS);
  if (long !== undefined)
    throw new InputRejected(long.id, `has ${long.calls.length} calls, at most ${MAX_CALLS} are held`);
  return {
    ...item,
    sequences: chosen.filter(({ calls }) => calls.length > 0).toSorted((a, b) => byText(a.id, b.id)),
    schedules: (schedules ?? defaultMeterIds).filter((id) => canMeter(id, parts)),
  };
}

interface OpenedMeters {
  readonly meters: readonly Meter[];
  readonly missing: readonly MissingMachine[];
}

async function openMeters(planned: readonly Planned[], allowMissing: readonly string[]): Promise<OpenedMeters> {
  const ids = [...new Set(planned.flatMap(({ schedules }) => schedules))].toSorted(byText);
  const meters: Meter[] = [];
  const missing: MissingMachine[] = [];
  for (const id of ids) {
    try {
      meters.push(await openMeter(id));
    } catch (error) {
      if (!(error instanceof EngineError && error.code === 'backend-unavailable' && allowMissing.includes(id)))
        throw error;
      missing.push({ name: id, reason: error.message });
    }
  }
  return { meters, missing };
}

/** In words, what counted otherwise when the lock was made. Schedules that one of the two lacks are for the contracts to say. */
function settingChanges(was: Lock, is: Lock): readonly string[] {
  const version = was.trimeter === is.trimeter ? [] : [`trimeter was ${was.trimeter} and is ${is.trimeter}`];
  const others = Object.keys(is.schedules).flatMap((id) => {
    const before = ownField(was.schedules, id);
    return before === undefined || before === is.schedules[id]
      ? []
      : [`${id} was ${before} and is ${is.schedules[id]}`];
  });
  return [...version, ...others.toSorted(byText)];
}

function hold(
  { subject, source, sequences, tolerances = noTolerances }: Planned,
  was: LockedContract | 'absent' | undefined,
  is: LockedContract | undefined,
  setting: readonly string[],
  leftOut: Pick<ComparedContract, 'isElsewhere' | 'without'>,
): GateContract {
  const about = { id: subject.id, source };
  if (was === undefined || was === 'absent' || is === undefined) {
    const reason =
      sequences.length === 0
        ? 'there are no calls to hold: it has no examples and no workloads, and no script was given; --draw <file> draws some'
        : is === undefined
          ? 'no machine that counts its gas is there'
          : was === 'absent'
            ? 'is not in the lock'
            : undefined;
    return {
      ...about,
      ...nothing,
      verdict: 'not-compared',
      notCompared: reason === undefined ? [] : [reason],
      notes: [],
    };
  }
  const entries = [was, is].flatMap((side) =>
    Object.values(side.sequences)
      .flat()
      .map(({ entry }) => entry),
  );
  const [unknown] = unknownEntries(tolerances, entries);
  if (unknown !== undefined) {
    throw new InputRejected(
      `${subject.id}: tolerance`,
      `no call is of ${unknown}; there are ${[...new Set(entries)].join(', ')}`,
    );
  }
  const comparison = compareContract({ id: subject.id, was, is, tolerances, limits: codeLimits(subject), ...leftOut });
  return { ...about, ...comparison, verdict: verdictOf(comparison, setting), notes: notesOf(comparison, is, setting) };
}

const nothing = { calls: 0, changedCode: [], costs: [], behaviour: [] } as const;

function verdictOf({ costs, behaviour, notCompared, calls }: Comparison, setting: readonly string[]): GateVerdict {
  if (behaviour.length > 0 || costs.some(({ level }) => level === 'fail'))
    return setting.length > 0 ? 'not-compared' : 'red';
  if (notCompared.length > 0 || calls === 0) return 'not-compared';
  return costs.some(({ level }) => level === 'warn') ? 'amber' : 'green';
}

function notesOf(
  { costs, behaviour, changedCode }: Comparison,
  is: LockedContract,
  setting: readonly string[],
): readonly string[] {
  const differs = behaviour.length > 0 || costs.some(({ kind, changed }) => kind === 'gas' && changed > 0);
  const receipts = Object.values(is.sequences).flat();
  const odd = receipts.filter(({ otherwise }) => Object.keys(otherwise).length > 0);
  const failed = receipts.filter(({ entry, status }) => entry === 'constructor' && status !== 'success');
  return sortedOnce([
    ...(differs && setting.length > 0
      ? [
          'what differs may come of how it was counted, which is not as in the lock: write the lock anew with this version from the code before the change',
        ]
      : []),
    ...(differs && changedCode.length === 0 && setting.length === 0
      ? ['its code is what it was, byte by byte: what changed is what counts it']
      : []),
    ...(odd.length > 0 ? ['machines differ on some of its calls: trimeter check finds how'] : []),
    ...(failed.length > 0 ? ['it does not deploy, so that no call was run'] : []),
  ]);
}
