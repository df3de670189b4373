import { randomFrom } from '../random.ts';
import { Discarded, type FindingKind, type FuzzTarget } from '../target.ts';
import { minimise, type Seen, whatIsWrong } from './minimise.ts';

/** What was done with a target so far. Plain data: it is kept in a file. */
export interface TargetState {
  nextCase: number;
  cases: number;
  seconds: number;
  findings: number;
  /** Cases that were none, by reason. */
  readonly discarded: Record<string, number>;
  readonly counts: Record<string, number>;
}

export interface CampaignState {
  readonly seed: number;
  readonly targets: Record<string, TargetState>;
}

export interface CampaignFinding {
  readonly target: string;
  readonly case: number;
  readonly kind: FindingKind;
  readonly message: string;
  /** After it was made as small as it went. */
  readonly input: unknown;
  readonly tries: number;
}

export interface CampaignOptions {
  readonly targets: readonly FuzzTarget[];
  /** Goes on from there, and is changed. */
  readonly state: CampaignState;
  /** Asked before each case. */
  readonly goesOn: () => boolean;
  /** In seconds. Results do not depend on it, only which target has the next turn. */
  readonly now: () => number;
  readonly onFinding?: (finding: CampaignFinding) => void;
  /** Default true. */
  readonly minimises?: boolean;
}

export function emptyState(seed: number): CampaignState {
  return { seed, targets: {} };
}

/** One case after the other, of the target that had least of its share of the time. */
export async function runCampaign(options: CampaignOptions): Promise<void> {
  const { targets, state, goesOn, now } = options;
  while (goesOn()) {
    const due = targets.map((target) => ({ target, spent: stateOf(state, target).seconds / target.share }));
    const { target } = due.reduce((least, other) => (other.spent < least.spent ? other : least));
    const started = now();
    await runCase(target, options);
    const ofTarget = stateOf(state, target);
    // Never nothing, so that the clock's resolution starves no target.
    ofTarget.seconds += Math.max(now() - started, 1e-6);
  }
}

export function stateOf(state: CampaignState, { name }: FuzzTarget): TargetState {
  state.targets[name] ??= { nextCase: 0, cases: 0, seconds: 0, findings: 0, discarded: {}, counts: {} };
  return state.targets[name];
}

async function runCase(target: FuzzTarget, { state, onFinding, minimises = true }: CampaignOptions): Promise<void> {
  const ofTarget = stateOf(state, target);
  const number = ofTarget.nextCase;
  ofTarget.nextCase += 1;
  let made: { readonly input: unknown } | undefined;
  try {
    made = { input: await target.make(randomFrom(state.seed, number)) };
    const counts = await target.run(made.input);
    ofTarget.cases += 1;
    for (const [name, count] of Object.entries(counts)) ofTarget.counts[name] = (ofTarget.counts[name] ?? 0) + count;
  } catch (error) {
    if (error instanceof Discarded) {
      ofTarget.discarded[error.message] = (ofTarget.discarded[error.message] ?? 0) + 1;
      return;
    }
    ofTarget.findings += 1;
    const found = await smallest(target, made, whatIsWrong(error), minimises);
    const { kind, message } = found.seen;
    onFinding?.({ target: target.name, case: number, kind, message, input: found.input, tries: found.tries });
  }
}

async function smallest(
  target: FuzzTarget,
  made: { readonly input: unknown } | undefined,
  seen: Seen,
  minimises: boolean,
): Promise<{ readonly input: unknown; readonly seen: Seen; readonly tries: number }> {
  // A generator that fails has no input to make smaller.
  if (made === undefined || !minimises) return { input: made?.input, seen, tries: 0 };
  return minimise(target, made.input, seen);
}
