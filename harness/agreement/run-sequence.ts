import type { Backend, ContractCode, DeployResult, Program, World } from '../../engine/backend.ts';
import type { BlockContext } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import { type Difference, firstDifference, gasDifference } from './compare.ts';
import { type Observation, observe } from './observe.ts';

/** A machine that takes part. */
export interface Contender {
  readonly backend: Backend;
  /** Given to every step that names no limit. Machines count in units of their own, so choose it large on each. */
  readonly gasLimit: bigint;
  /** Contenders that name the same family must agree on gas as well. */
  readonly gasFamily?: string;
}

/** A contender with the contract and its companions compiled for it. */
export interface PreparedContender extends Contender {
  readonly program: Program;
  readonly companions: readonly Program[];
}

/** One deployment or call, encoded. */
export interface Step {
  /** Whom a call goes to, 20 bytes. Default: the contract that the sequence deployed. */
  readonly to?: Uint8Array;
  /** Deployer or caller, 20 bytes. */
  readonly from: Uint8Array;
  /** Wei. */
  readonly value: bigint;
  readonly input: Uint8Array;
  /** In place of the contenders' own limits. Only for contenders that are all of one gas family. */
  readonly gasLimit?: bigint;
}

/** A deployment and the calls after it, on a world where nothing else ever happened. */
export interface Sequence {
  readonly balances: readonly { readonly address: Uint8Array; readonly wei: bigint }[];
  readonly block?: BlockContext;
  /** Deployments of the companions, all of them, before that of the contract. Default none. */
  readonly companions?: readonly Step[];
  readonly deployment: Step;
  readonly calls: readonly Step[];
}

/** The first difference that a sequence brought out. */
export interface Disagreement extends Difference {
  /** 0 is the deployment, 1 the first call. */
  readonly step: number;
  /** Names of the two backends; the second ends in ` (repeated)` where a backend differs from itself. */
  readonly backends: readonly [left: string, right: string];
}

export interface SequenceReport {
  /** Steps that ran on all contenders, the deployment and the step that disagreed included. */
  readonly steps: number;
  readonly disagreement: Disagreement | undefined;
  /** Null where one contender ran everything once: nothing was compared. */
  readonly agreed: boolean | null;
  /** Whether the deployment was a success. If it was not, the calls went to an address without code. */
  readonly isDeployed: boolean;
}

export interface RunOptions {
  /** Runs every backend a second time, on a fresh world, and wants everything equal, gas too. Default false. */
  readonly repeats?: boolean;
}

/** One world in the comparison. */
interface Lane {
  readonly name: string;
  readonly contender: PreparedContender;
  readonly world: World;
  /** Where the companions live. */
  readonly companions: readonly Uint8Array[];
  /** The lane it must equal, and whether in gas too. The first lane has none. */
  readonly peers: readonly { readonly index: number; readonly withGas: boolean }[];
}

/** @throws whatever `Backend.prepare` throws. */
export async function prepareContenders(
  contenders: readonly Contender[],
  code: ContractCode,
  companions: readonly ContractCode[] = [],
): Promise<readonly PreparedContender[]> {
  const prepared: PreparedContender[] = [];
  for (const contender of contenders) {
    const { backend } = contender;
    const programs: Program[] = [];
    for (const companion of companions) programs.push(await backend.prepare(companion));
    prepared.push({ ...contender, program: await backend.prepare(code), companions: programs });
  }
  return prepared;
}

/**
 * Runs a sequence step by step on a fresh world of each contender and compares after every step, until two differ.
 *
 * @throws EngineError `bad-argument` for a step with a gas limit on contenders of several gas families, `not-deployed` for
 * a companion that does not deploy, and on host failure.
 */
export async function runSequence(
  contenders: readonly PreparedContender[],
  sequence: Sequence,
  { repeats = false }: RunOptions = {},
): Promise<SequenceReport> {
  checkGasLimits(contenders, sequence);
  const lanes = await openLanes(contenders, sequence, repeats);
  try {
    const contracts: Uint8Array[] = [];
    const isCompared = repeats || new Set(contenders.map(({ backend }) => backend)).size > 1;
    let steps = 0;
    let isDeployed = false;
    for (const step of [sequence.deployment, ...sequence.calls]) {
      const observations: Observation[] = [];
      for (const [i, lane] of lanes.entries()) {
        const contract = contracts[i];
        const { address, outcome } =
          contract === undefined
            ? await deploy(lane.contender, lane.world, lane.contender.program, step)
            : await call(lane, step, contract);
        contracts[i] = address;
        observations.push(await observe(lane.world, outcome, [address, ...lane.companions]));
      }
      const disagreement = findDisagreement(lanes, observations, steps++);
      if (steps === 1) isDeployed = observations.every(({ outcome }) => outcome.status === 'success');
      if (disagreement !== undefined) return { steps, disagreement, agreed: false, isDeployed };
    }
    return { steps, disagreement: undefined, agreed: isCompared ? true : null, isDeployed };
  } finally {
    for (const { world } of lanes) await world.close();
  }
}

function checkGasLimits(contenders: readonly Contender[], { deployment, calls }: Sequence): void {
  if ([deployment, ...calls].every(({ gasLimit }) => gasLimit === undefined)) return;
  const families = new Set(contenders.map(({ gasFamily, backend }) => gasFamily ?? backend.name));
  if (families.size > 1) {
    throw new EngineError('bad-argument', `a gas limit means different things to ${[...families].join(', ')}`);
  }
}

async function openLanes(
  contenders: readonly PreparedContender[],
  { balances, block, companions: deployments = [] }: Sequence,
  repeats: boolean,
): Promise<readonly Lane[]> {
  const lanes: Lane[] = [];
  const open = async (contender: PreparedContender, name: string, peers: Lane['peers']) => {
    const world = await contender.backend.createWorld(block);
    for (const { address, wei } of balances) await world.setBalance(address, wei);
    const companions: Uint8Array[] = [];
    lanes.push({ name, contender, world, companions, peers });
    for (const [i, program] of contender.companions.entries()) {
      const { address, outcome } = await deploy(contender, world, program, deployments[i] as Step);
      if (outcome.status !== 'success') throw new EngineError('not-deployed', `${program.name} does not deploy`);
      companions.push(address);
    }
  };
  for (const [i, contender] of contenders.entries()) {
    const { gasFamily } = contender;
    const relative = gasFamily === undefined ? i : contenders.findIndex((other) => other.gasFamily === gasFamily);
    const peers = [
      ...(i > 0 ? [{ index: 0, withGas: false }] : []),
      ...(relative < i ? [{ index: relative, withGas: true }] : []),
    ];
    await open(contender, contender.backend.name, peers);
  }
  if (repeats) {
    for (const [index, contender] of contenders.entries()) {
      await open(contender, `${contender.backend.name} (repeated)`, [{ index, withGas: true }]);
    }
  }
  return lanes;
}

async function deploy(
  { gasLimit: ample }: Contender,
  world: World,
  program: Program,
  { from, value, input, gasLimit = ample }: Step,
): Promise<DeployResult> {
  return world.deploy(program, { deployer: from, value, input, gasLimit });
}

async function call(
  { contender, world }: Lane,
  { from, to, value, input, gasLimit = contender.gasLimit }: Step,
  address: Uint8Array,
): Promise<DeployResult> {
  return { address, outcome: await world.call({ caller: from, to: to ?? address, value, input, gasLimit }) };
}

/** Equality carries over from one to the next, so comparing each lane with its first relatives compares all pairs. */
function findDisagreement(
  lanes: readonly Lane[],
  observations: readonly Observation[],
  step: number,
): Disagreement | undefined {
  for (const [i, lane] of lanes.entries()) {
    const right = observations[i] as Observation;
    for (const { index, withGas } of lane.peers) {
      const left = observations[index] as Observation;
      const difference = firstDifference(left, right) ?? (withGas ? gasDifference(left, right) : undefined);
      if (difference !== undefined) return { step, ...difference, backends: [(lanes[index] as Lane).name, lane.name] };
    }
  }
  return undefined;
}
