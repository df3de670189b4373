import { accounts } from '../../contracts/accounts.ts';
import type { Backend, ContractCode, DeployResult, Program, World } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import { keepsOrder } from '../../engine/keeps-order.ts';
import { type PlacedStep, placedSteps } from '../session/placed-steps.ts';
import type { Sequence } from '../session/sequence.ts';
import { callMessage, deployedWorld, prepareAll } from '../session/stand-up.ts';
import { isPartOf } from './accepted.ts';
import type { Difference } from './compare.ts';
import { type Evidence, type Finding, judge } from './judge.ts';
import { type Observation, observe } from './observe.ts';

/** A machine that takes part. */
export interface Contender {
  readonly backend: Backend;
  /** Given to every step that names no limit. Machines count in units of their own, so choose it large on each. */
  readonly gasLimit: bigint;
  /** Contenders that name the same unit must agree on gas as well. */
  readonly gasUnit?: string;
}

/** A contender with the contract and its companions compiled for it. */
export interface PreparedContender extends Contender {
  /** In the order of their deployment: the companions, and last the contract. */
  readonly programs: readonly Program[];
}

/** The first difference that a sequence brought out. */
export interface Disagreement extends Finding {
  /** 0 is the deployment, 1 the first call. The second backend ends in ` (repeated)` where one differs from itself. */
  readonly step: number;
}

export interface SequenceReport {
  /** Steps that ran on all contenders, the deployment and the step that disagreed included. */
  readonly steps: number;
  readonly disagreement: Disagreement | undefined;
  /** One for each contender that differs in that step, `disagreement` being the first; empty if none does. */
  readonly disagreements: readonly Disagreement[];
  /** Null where one contender ran everything once: nothing was compared. */
  readonly agreed: boolean | null;
  /** Whether the deployment was a success. If it was not, there was nothing to call. */
  readonly isDeployed: boolean;
}

export interface RunOptions {
  /** Runs every backend a second time, on a fresh world, and wants everything equal, gas too. Default false. */
  readonly repeats?: boolean;
  /** Fields, or what they begin with (`gas`, `events`, `accounts[0].balance`), that may differ. Default none. */
  readonly accept?: readonly string[];
  /** For each difference that was accepted, the item of `accept` that it fell under. */
  readonly onAccepted?: (accepted: string) => void;
  /** After each step on which all agreed, with what the first contender came to; 0 is the deployment. */
  readonly onStep?: (step: number, observation: Observation) => void;
}

/** One world in the comparison. */
interface Lane {
  readonly name: string;
  readonly contender: PreparedContender;
  readonly world: World;
  readonly companions: readonly Uint8Array[];
  readonly contract: DeployResult;
  /** The lane that it is a repetition of. */
  readonly repeats?: number;
}

/**
 * Compiles a contract and its companions for every contender.
 *
 * @throws whatever `Backend.prepare` throws.
 *
 * @example
 * const [contender] = await prepareContenders(contendersOf([backend]), subject.code);
 * console.log(contender?.programs.map(({ name }) => name)); // [ 'erc20' ]
 */
export async function prepareContenders(
  contenders: readonly Contender[],
  code: ContractCode,
  companions: readonly ContractCode[] = [],
): Promise<readonly PreparedContender[]> {
  const programs = await Promise.allSettled(
    contenders.map(({ backend }) => prepareAll(backend, [...companions, code])),
  );
  const prepared = valuesOf(programs);
  return contenders.map((contender, at) => ({ ...contender, programs: prepared[at] as readonly Program[] }));
}

/**
 * Runs a sequence step by step on a fresh world of each contender and compares after every step, until two differ.
 *
 * @throws EngineError `bad-argument` for a step with a gas limit on contenders that count gas in several units, `not-deployed` for
 * a companion that does not deploy, and on host failure.
 *
 * @example
 * const machines = contendersOf([createWasmBackend(), createReferenceBackend()]);
 * const contenders = await prepareContenders(machines, subject.code);
 * const mint = { method: 'mint', args: ['bob', '5'] };
 * const sequence = subject.encode(subject.constructorArgs, [mint]);
 * const { agreed, steps } = await runSequence(contenders, sequence);
 * console.log(agreed, steps); // true 2
 */
export async function runSequence(
  contenders: readonly PreparedContender[],
  sequence: Sequence,
  { repeats = false, accept = [], onAccepted, onStep }: RunOptions = {},
): Promise<SequenceReport> {
  checkGasLimits(contenders, sequence);
  const isAccepted = ({ field }: Difference): boolean => {
    const found = accept.find((accepted) => isPartOf(field, accepted));
    if (found !== undefined) onAccepted?.(found);
    return found !== undefined;
  };
  const repetitions = repeats ? contenders.map((contender, at) => ({ contender, at })) : [];
  const lanes: Lane[] = [];
  try {
    // All that are open are in the list before what one of them threw is thrown on.
    const opening = [...contenders.map((contender) => ({ contender, at: undefined })), ...repetitions];
    const opened = await Promise.allSettled(opening.map(({ contender, at }) => openLane(contender, sequence, at)));
    for (const result of opened) if (result.status === 'fulfilled') lanes.push(result.value);
    valuesOf(opened);
    const isCompared = repeats || new Set(contenders.map(({ backend }) => backend)).size > 1;
    const isDeployed = lanes.every(({ contract }) => contract.outcome.status === 'success');
    const steps = isDeployed ? [undefined, ...placedSteps(sequence)] : [undefined];
    for (let first = 0; first < steps.length; first += STEPS_AHEAD) {
      const taken = lanes.map((lane) => takeAll(lane, steps.slice(first, first + STEPS_AHEAD)));
      for (let step = first; step < Math.min(steps.length, first + STEPS_AHEAD); step++) {
        const evidence = valuesOf(await Promise.allSettled(taken.map((all) => all[step - first] as Promise<Evidence>)));
        const disagreements: Disagreement[] = [];
        for (const finding of judge(evidence, isAccepted)) {
          const named = await withBalance(finding, lanes, sequence, steps.slice(0, step + 1));
          if (named === finding || !isAccepted(named)) disagreements.push({ step, ...named });
        }
        const [disagreement] = disagreements;
        if (disagreement !== undefined)
          return { steps: step + 1, disagreement, disagreements, agreed: false, isDeployed };
        onStep?.(step, (evidence[0] as Evidence).observation);
      }
    }
    return {
      steps: steps.length,
      disagreement: undefined,
      disagreements: [],
      agreed: isCompared ? true : null,
      isDeployed,
    };
  } finally {
    for (const { world } of lanes) await world.close();
  }
}

/**
 * Steps that each lane runs without waiting for the others: in other processes they then take as long as the slowest of them, and
 * not as long as the slowest at each step.
 */
const STEPS_AHEAD = 32;

/** @throws what the first of those that failed threw. */
function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): readonly T[] {
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/**
 * Where all that shows is the digest of everything: the account that has not the same money on both, if there is one. The worlds
 * have gone on since, so that others are brought there.
 */
async function withBalance(
  finding: Finding,
  lanes: readonly Lane[],
  sequence: Sequence,
  steps: readonly (PlacedStep | undefined)[],
): Promise<Finding> {
  if (finding.field !== 'stateDigest') return finding;
  const { balances, deployment, calls } = sequence;
  const touched = [
    ...balances.map(({ address }) => address),
    ...[deployment, ...calls].flatMap(({ from, to }) => [from, to]),
  ];
  const addresses = new Map(touched.flatMap((address) => (address === undefined ? [] : [[toHex(address), address]])));
  const parties = finding.backends.map((name) => lanes.find((lane) => lane.name === name) as Lane);
  const [left, right] = await Promise.all(
    parties.map(({ contender }) => balancesAfter(contender, sequence, steps, [...addresses.values()])),
  );
  for (const [at, text] of [...addresses.keys()].entries()) {
    if (left?.[at] === right?.[at]) continue;
    const name = Object.entries(accounts).find(([, account]) => account === text)?.[0] ?? text;
    return { ...finding, field: `balances[${name}]`, left: String(left?.[at]), right: String(right?.[at]) };
  }
  return finding;
}

async function balancesAfter(
  contender: PreparedContender,
  sequence: Sequence,
  steps: readonly (PlacedStep | undefined)[],
  addresses: readonly Uint8Array[],
): Promise<readonly bigint[]> {
  const lane = await openLane(contender, sequence);
  try {
    for (const step of steps) await evidenceOf(lane, step);
    return await Promise.all(addresses.map((address) => lane.world.balanceOf(address)));
  } finally {
    await lane.world.close();
  }
}

/** @throws EngineError `bad-argument` for a step with a gas limit on contenders that count gas in several units. */
export function checkGasLimits(contenders: readonly Contender[], { deployment, calls }: Sequence): void {
  if ([deployment, ...calls].every(({ gasLimit }) => gasLimit === undefined)) return;
  const units = new Set(contenders.map(({ gasUnit, backend }) => gasUnit ?? backend.name));
  if (units.size > 1) {
    throw new EngineError('bad-argument', `a gas limit means different things to ${[...units].join(', ')}`);
  }
}

async function openLane(contender: PreparedContender, sequence: Sequence, repeats?: number): Promise<Lane> {
  const { backend, programs, gasLimit } = contender;
  const { world, results } = await deployedWorld(backend, programs, sequence, gasLimit);
  const companions = results.slice(0, -1).map((result) => deployedAddress(result));
  const lane = { contender, world, companions, contract: results.at(-1) as DeployResult };
  if (repeats === undefined) return { ...lane, name: backend.name };
  return { ...lane, name: repetitionOf(backend.name), repeats };
}

/** What a machine is called where it runs everything for the second time. */
export function repetitionOf(backend: string): string {
  return `${backend} (repeated)`;
}

/** What a lane comes to with each of its next steps. */
function takeAll(lane: Lane, steps: readonly (PlacedStep | undefined)[]): readonly Promise<Evidence>[] {
  const isOrdered = keepsOrder(lane.world);
  let last: Promise<unknown> = Promise.resolve();
  return steps.map((step) => {
    const evidence = isOrdered ? evidenceOf(lane, step) : last.then(() => evidenceOf(lane, step));
    // It may be that nobody comes to it, after what came before.
    evidence.catch(() => {});
    last = evidence;
    return evidence;
  });
}

/** What a lane comes to with the next call, or, without one, came to when it was deployed. */
async function evidenceOf(lane: Lane, step: PlacedStep | undefined): Promise<Evidence> {
  const { name, contender, world, companions, contract, repeats } = lane;
  const moved = step?.block && world.setBlock(step.block);
  if (!keepsOrder(world)) await moved;
  const outcome = step
    ? world.call(callMessage(step.call, deployedAddress(contract), contender.gasLimit))
    : contract.outcome;
  const own = contract.address === undefined ? [] : [contract.address];
  const [observation] = await Promise.all([observe(world, outcome, [...own, ...companions]), moved]);
  return { name, observation, gasUnit: contender.gasUnit, ...(repeats !== undefined && { repeats }) };
}
