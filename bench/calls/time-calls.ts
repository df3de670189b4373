import type { ContractCase, Workload } from '../../contracts/contract-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { type Clock, takeTurns, timeNs } from '../sample.ts';
import { openSession, type Session } from '../session.ts';
import { median } from '../stats/median.ts';
import { throughputRatio } from '../stats/ratio.ts';
import type { Estimate } from '../stats/signed-rank.ts';

export interface CallPlan {
  /** What a sample should take; it is at least one round of the workload's calls. */
  readonly sampleMs: number;
  /** Samples of each machine; at least 6. */
  readonly blocks: number;
  /** How long each machine runs before the first sample. */
  readonly warmUpMs: number;
  /** Decides the order of machines and forms within each block. */
  readonly seed: number;
  /** Default: that of the wall. */
  readonly clock?: Clock;
  /** Default: all. */
  readonly forms?: readonly CallTimes['form'][];
}

/** A machine under the name that the report gives it. */
export interface NamedBackend {
  readonly name: string;
  readonly backend: Backend;
}

const forms = ['batch', 'outcomes', 'call'] as const;

/** What calls of one workload take on one machine, by `Batch.run`, `World.callMany` with its outcomes, and `World.call` one by one. */
export interface CallTimes {
  readonly workload: string;
  readonly machine: string;
  readonly form: (typeof forms)[number];
  /** Median, ns per call. */
  readonly callNs: number;
  /** Times as long as the machine of that name, with a 95 % interval. */
  readonly timesAsLong: Readonly<Record<string, Estimate>>;
}

interface Cell {
  readonly machine: string;
  readonly form: CallTimes['form'];
  readonly run: () => Promise<unknown>;
  readonly callCount: number;
  readonly session: Session;
  readonly snapshot: number;
}

/** All machines take turns in every block, so that whatever else the computer does meets them alike. */
export async function timeCalls(
  contract: ContractCase,
  workload: Workload,
  machines: readonly NamedBackend[],
  comparedWith: readonly string[],
  plan: CallPlan,
): Promise<readonly CallTimes[]> {
  const cells: Cell[] = [];
  for (const machine of machines) {
    for (const form of plan.forms ?? forms) {
      const session = await openSession(machine.backend, contract, workload);
      const snapshot = await session.world.snapshot();
      const small = await newCell(machine.name, form, session, snapshot, 1);
      const callNs = await warmUp(small, plan);
      const repeats = Math.max(1, Math.round((1e6 * plan.sampleMs) / (callNs * small.callCount)));
      cells.push(await newCell(machine.name, form, session, snapshot, repeats));
    }
  }
  // A block does not count: batches and lists of this length are new.
  const { blocks, seed } = plan;
  const samples = await takeTurns(
    cells.map((cell) => () => sample(cell, plan)),
    { rounds: blocks, untimed: 1, seed },
  );
  const samplesOf = (cell: Cell): readonly number[] => samples[cells.indexOf(cell)] as readonly number[];
  return cells.map((cell) => ({
    workload: `${contract.id} ${workload.id}`,
    machine: cell.machine,
    form: cell.form,
    callNs: median(samplesOf(cell)),
    timesAsLong: Object.fromEntries(
      cells
        .filter((other) => other.form === cell.form && comparedWith.includes(other.machine))
        .map((other) => [other.machine, throughputRatio(samplesOf(other), samplesOf(cell))]),
    ),
  }));
}

async function newCell(
  machine: string,
  form: CallTimes['form'],
  session: Session,
  snapshot: number,
  repeats: number,
): Promise<Cell> {
  const { world } = session;
  const messages = Array.from({ length: repeats }, () => session.messages).flat();
  const common = { machine, form, session, snapshot, callCount: messages.length };
  if (form === 'outcomes') return { ...common, run: () => world.callMany(messages) };
  if (form === 'call') return { ...common, run: () => callEach(session, messages) };
  const batch = await world.loadBatch(messages);
  return { ...common, run: () => batch.run() };
}

async function callEach({ world }: Session, messages: Session['messages']): Promise<void> {
  for (const message of messages) await world.call(message);
}

/** Returns about how long a call takes in the end, in ns. */
async function warmUp(cell: Cell, plan: CallPlan): Promise<number> {
  const recent: number[] = [];
  let spentNs = 0;
  while (spentNs < 1e6 * plan.warmUpMs || recent.length < 3) {
    const callNs = await sample(cell, plan);
    spentNs += callNs * cell.callCount;
    recent.push(callNs);
    if (recent.length > 20) recent.shift();
  }
  return median(recent);
}

/** Between samples the machine comes back to where it was, and background compilation gets its turn. */
async function sample({ run, callCount, session, snapshot }: Cell, { clock }: CallPlan): Promise<number> {
  const [, ns] = await timeNs(run, clock);
  await session.world.restore(snapshot);
  await new Promise((resolve) => setImmediate(resolve));
  return ns / callCount;
}
