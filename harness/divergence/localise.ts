import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { mostCommitments, type RecordedWindow, type Recording, type RecordOptions } from '../../engine/recording.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { createReferenceBackend } from '../../engine/wasm-backend.ts';
import type { Difference } from '../agreement/compare.ts';
import { judge } from '../agreement/judge.ts';
import { type Observation, observe } from '../agreement/observe.ts';
import type { ReplayFile } from '../agreement/replay-file.ts';
import { gasLimitAmong } from '../machines/contenders.ts';
import { openMachine } from '../machines/register.ts';
import { partsOf, type Subject } from '../subjects/subject.ts';
import { type Cause, causeOf, type Look } from './cause.ts';
import { firstDifferent } from './first-different.ts';
import { type RecordableStep, runRecorded, visitSteps } from './record-sequence.ts';

export interface LocaliseOptions {
  /** What the machines count by. Default `flatV2Schedule`. */
  readonly schedule?: Schedule;
}

/** Where a machine and the reference interpreter part. */
export interface Localisation {
  /** Names: of the machine, and what it is held against. */
  readonly machine: string;
  readonly reference: string;
  /** 0 is the deployment, 1 the first call. */
  readonly call: number;
  /** Of that call, as it usually runs: undefined if the two come to the same. */
  readonly difference: Difference | undefined;
  /**
   * Whether the difference is there while the machine is recorded, too. If not, it lies in what only the usual form has: charges
   * that are planned, the kernel, instances that are used again, or what an engine makes of code without anybody looking on.
   */
  readonly isReproduced: boolean;
  /** `values` as a rule; `calls` if the difference shows in the usual form alone, of which no more is known than what it asks the host. */
  readonly detail: 'values' | 'calls';
  /** Of gas, from one commitment to the next. */
  readonly every: number;
  /** Commitments of the reference, and how many hashes were held against each other to find the interval. */
  readonly commitments: number;
  readonly hashes: number;
  /** Number of the last commitment that is equal, -1 for the beginning. */
  readonly interval: number | undefined;
  /** Undefined where nothing differs, or more happens in the interval than is kept. */
  readonly cause: Cause | undefined;
}

/** Finer, and the intervals are full of nothing; coarser, and more is kept of one than is needed. */
const LEAST_EVERY = 500n;
const INTERVALS = 8192n;
/** Kept beyond the one that differs: what follows may tell what a difference in gas comes from. */
const INTERVALS_BEYOND = 16;

/**
 * Finds where machines that run WebAssembly part from the reference interpreter in the call that a replay file names: first the
 * interval between two commitments, by halving, and then in it the first instruction and what of it differs. One result for
 * each machine that is not the reference itself.
 *
 * @param machines Names in the register, or machines of your own.
 * @throws EngineError `bad-argument` for a machine that cannot record what it does, and for a file about another contract.
 *
 * @example
 * const found = await check(subject, [createWasmBackend(), 'reference'], { callBudget: 20 });
 * const file = found.counterexample;
 * const places = file && (await localise(subject, file, file.backends));
 * console.log(places); // undefined
 */
export async function localise(
  subject: Subject,
  file: Pick<ReplayFile, 'case' | 'constructorArgs' | 'steps' | 'disagreement'>,
  machines: readonly (string | Backend)[],
  { schedule = defaultSchedule }: LocaliseOptions = {},
): Promise<readonly Localisation[]> {
  if (file.case !== subject.id) throw new EngineError('bad-argument', `a replay of ${file.case}, not of ${subject.id}`);
  const opened: Backend[] = [];
  for (const machine of machines) {
    opened.push(typeof machine === 'string' ? await openMachine(machine, schedule) : machine);
  }
  const reference = opened.find(({ name }) => name === 'reference') ?? createReferenceBackend({ schedule });
  const found: Localisation[] = [];
  for (const machine of opened) {
    if (machine === reference) continue;
    const one = await localisePair(subject, file, machine, reference, schedule);
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** One of the two machines, in front of the call that is looked into. */
interface Side {
  readonly step: RecordableStep;
  readonly snapshot: number;
  /** As it usually runs. */
  readonly usual: Observation;
}

async function localisePair(
  subject: Subject,
  { constructorArgs, steps, disagreement }: Pick<ReplayFile, 'constructorArgs' | 'steps' | 'disagreement'>,
  machine: Backend,
  reference: Backend,
  schedule: Schedule,
): Promise<Localisation | undefined> {
  const target = disagreement.step;
  const sequence = subject.encode(constructorArgs, steps.slice(0, target));
  const gasLimit = gasLimitAmong([machine, reference]);
  const parts = partsOf(subject);
  let result: Localisation | undefined;
  const goTo = (backend: Backend, then: (side: Side) => Promise<void>): Promise<void> =>
    visitSteps(backend, parts, sequence, gasLimit, async (step, number) => {
      if (number < target) {
        await step.run();
        return true;
      }
      const snapshot = await step.world.snapshot();
      const usual = await observe(step.world, await step.run(), step.addresses());
      await step.world.restore(snapshot);
      await then({ step, snapshot, usual });
      return false;
    });
  await goTo(machine, (ours) =>
    goTo(reference, async (theirs) => {
      const modules = parts.flatMap(({ wasm }) => (wasm === undefined ? [] : [wasm.bytes]));
      const place = await findPlace(ours, theirs, { modules, schedule });
      result = {
        machine: machine.name,
        reference: reference.name,
        call: target,
        difference: differenceOf(ours, theirs),
        ...place,
      };
    }),
  );
  return result;
}

function differenceOf(ours: Side, theirs: Side): Difference | undefined {
  const [finding] = judge([
    { name: 'machine', observation: ours.usual, gasUnit: 'wasm' },
    { name: 'reference', observation: theirs.usual, gasUnit: 'wasm' },
  ]);
  return finding && { field: finding.field, left: finding.left, right: finding.right };
}

interface About {
  readonly modules: readonly Uint8Array[];
  readonly schedule: Schedule;
}

type Place = Pick<Localisation, 'isReproduced' | 'detail' | 'every' | 'commitments' | 'hashes' | 'interval' | 'cause'>;

async function findPlace(ours: Side, theirs: Side, about: About): Promise<Place> {
  const outcomes = [ours.usual.outcome, theirs.usual.outcome];
  // A trap has used all there was, and run through less.
  const isTrap = outcomes.some(({ status }) => status === 'trap');
  const wanted = outcomes.reduce((most, { gasUsed }) => {
    const every = isTrap ? LEAST_EVERY : gasUsed / INTERVALS;
    return every > most ? every : most;
  }, LEAST_EVERY);
  const { every, left, right } = await recordBoth(ours, theirs, Number(wanted));
  const chains = ({ commitments, end }: Recording) => [...commitments.map(({ chain }) => chain), end.chain];
  const { at, hashes } = firstDifferent(chains(left), chains(right));
  const commitments = right.commitments.length;
  if (at === undefined) return ofCalls(ours, theirs, about, { every, commitments, hashes });
  const window = { from: at - 1, to: Math.min(at + INTERVALS_BEYOND, mostCommitments) };
  const [a, b] = await Promise.all([ours, theirs].map((side) => record(side, every, window)));
  const look = async (step: number): Promise<readonly [Look, Look]> => {
    const both: Recording[] = [];
    for (const side of [ours, theirs]) both.push(await record(side, every, { ...window, lookAt: step }));
    return [both[0]?.look, both[1]?.look];
  };
  const cause = await causeOf([a as Recording, b as Recording], look, { ...about, isOfCalls: false });
  return { isReproduced: true, detail: 'values', every, commitments, hashes, interval: at - 1, cause };
}

/** What the usual form asks the host, and with how much gas, where the form that can be looked into does as the reference does. */
async function ofCalls(
  ours: Side,
  theirs: Side,
  about: About,
  found: Pick<Place, 'every' | 'commitments' | 'hashes'>,
): Promise<Place> {
  const window = { from: -1, to: mostCommitments };
  const recorded = (side: Side, lookAt?: number) =>
    record(side, found.every, lookAt === undefined ? window : { ...window, lookAt }, 'calls');
  const pair = [await recorded(ours), await recorded(theirs)] as const;
  const look = async (step: number) =>
    [(await recorded(ours, step)).look, (await recorded(theirs, step)).look] as const;
  const cause = await causeOf(pair, look, { ...about, isOfCalls: true });
  return { isReproduced: false, detail: 'calls', ...found, interval: undefined, cause };
}

/** With an interval that is large enough for the call. */
async function recordBoth(
  ours: Side,
  theirs: Side,
  every: number,
): Promise<{ readonly every: number; readonly left: Recording; readonly right: Recording }> {
  try {
    return { every, left: await record(ours, every), right: await record(theirs, every) };
  } catch (error) {
    const isTooFine =
      error instanceof EngineError && error.code === 'bad-argument' && /larger interval/.test(error.message);
    if (!isTooFine) throw error;
    return recordBoth(ours, theirs, every * 16);
  }
}

async function record(
  { step, snapshot }: Side,
  every: number,
  window?: RecordedWindow,
  detail: Localisation['detail'] = 'values',
): Promise<Recording> {
  const options: RecordOptions = { every, detail, window };
  try {
    return (await runRecorded(step, options)).recording;
  } finally {
    await step.world.restore(snapshot);
  }
}
