/** Random calls of a guest that does what its call data says, on every machine here, with outcomes and states compared. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { World } from '../../engine/backend.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import type { CallMessage } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { randomScript } from '../host-calls/random-script.ts';
import { alice, bob, STEP_BYTES, scripted, scriptedGuest } from '../host-calls/scripted-guest.ts';
import type { Random } from '../random.ts';
import { simplerHex, withoutParts } from '../shrink.ts';
import { type Counts, Finding, type FuzzTarget } from '../target.ts';

interface ScriptedCall {
  readonly caller: 'alice' | 'bob';
  /** Which of the two contracts. */
  readonly to: number;
  readonly value: number;
  readonly gasLimit: number;
  readonly script: string;
}

export interface HostCallsInput {
  /** Machines of this process that are held against the reference interpreter. */
  readonly machines: readonly string[];
  readonly calls: readonly ScriptedCall[];
}

const REFERENCE = 'reference';
const DEPLOY_GAS = 5_000_000n;
const CALLS_PER_CASE = 40;
const callers = { alice, bob };

export interface HostCallsOptions {
  /** Further machines of the register, which get every call. */
  readonly variants?: readonly string[];
}

/** Opens no machine before it runs. */
export function hostCallsTarget({ variants = [] }: HostCallsOptions = {}): FuzzTarget<HostCallsInput> {
  let worlds = new Map<string, OpenWorld>();
  const open = async (name: string): Promise<OpenWorld> => {
    const found = worlds.get(name) ?? (await openWorld(name));
    worlds.set(name, found);
    return found;
  };
  return {
    name: 'host-calls',
    title: 'random host calls, nested ones among them, on all machines against the reference interpreter',
    share: 35,
    make: async (random) => ({
      // A new instance for every frame costs more than all the rest.
      machines: ['wasm', ...(random.chance(40) ? ['wasm-plain'] : []), ...(random.chance(10) ? ['wasm-fresh'] : [])],
      calls: Array.from({ length: CALLS_PER_CASE }, () => randomCall(random)),
    }),
    run: async ({ machines, calls }) => {
      try {
        const reference = await open(REFERENCE);
        const others: OpenWorld[] = [];
        for (const name of [...machines, ...variants]) others.push(await open(name));
        return await run(reference, others, calls);
      } catch (error) {
        // Whatever is wrong with them is not to be seen again in the next case.
        for (const { world } of worlds.values()) await world.close().catch(() => undefined);
        worlds = new Map();
        throw error;
      }
    },
    smaller: function* ({ machines, calls }) {
      for (const rest of withoutParts(machines, 1)) yield { machines: rest, calls };
      for (const rest of withoutParts(calls, 1)) yield { machines, calls: rest };
      for (const [at, call] of calls.entries()) {
        const changed = (other: Partial<ScriptedCall>) => ({ machines, calls: calls.with(at, { ...call, ...other }) });
        if (call.value !== 0) yield changed({ value: 0 });
        for (const script of simplerHex(call.script)) yield changed({ script });
      }
    },
  };
}

/** With both contracts deployed. It is taken back to that before each case, so that a case also runs on what others used. */
interface OpenWorld {
  readonly name: string;
  readonly world: World;
  readonly snapshot: number;
}

/** @throws EngineError for a machine that is not there. */
async function openWorld(name: string): Promise<OpenWorld> {
  const { bytes } = await guest();
  const backend = await openMachine(name, defaultSchedule);
  const program = await backend.prepare({ name: 'scripted', wasm: { bytes, abi: stylusAbi } });
  const world = await backend.createWorld();
  for (const account of [alice, bob]) await world.setBalance(account, 1_000n);
  for (const wanted of scripted) {
    const message = { deployer: alice, value: 0n, input: new Uint8Array(0), gasLimit: DEPLOY_GAS };
    assert.deepEqual(deployedAddress(await world.deploy(program, message)), wanted);
  }
  return { name, world, snapshot: await world.snapshot() };
}

let made: Promise<{ readonly bytes: Uint8Array; readonly hash: Uint8Array }> | undefined;

function guest(): NonNullable<typeof made> {
  made ??= scriptedGuest().then((bytes) => ({
    bytes,
    hash: new Uint8Array(createHash('sha256').update(bytes).digest()),
  }));
  return made;
}

/** First of call data in place of the module's hash. */
const HASH_MARK = 0xc0;
const header = Uint8Array.of(HASH_MARK);

function randomCall(random: Random): ScriptedCall {
  return {
    caller: random.pick(['alice', 'bob'] as const),
    to: random.below(scripted.length),
    value: random.chance(20) ? random.below(3) : 0,
    gasLimit: random.pick([400_000, 400_000, 150_000, 30_000, random.below(60_000)]),
    script: toHex(randomScript(random, header)).slice(2),
  };
}

async function run(
  reference: OpenWorld,
  others: readonly OpenWorld[],
  calls: readonly ScriptedCall[],
): Promise<Counts> {
  const counts: Record<string, number> = { calls: calls.length, runs: calls.length * (1 + others.length) };
  const { hash } = await guest();
  for (const { world, snapshot } of [reference, ...others]) await world.restore(snapshot);
  for (const [step, { caller, to, value, gasLimit, script }] of calls.entries()) {
    const input = fromHex(`0x${script}`);
    // Stands for the hash of the module, which a creation needs, whatever the module's bytes are by now.
    if (input.length >= STEP_BYTES && input[0] === HASH_MARK) input.set(hash);
    const message = {
      caller: callers[caller],
      to: scripted[to] as Uint8Array,
      value: BigInt(value),
      input,
      gasLimit: BigInt(gasLimit),
    };
    const isLast = step === calls.length - 1;
    const expected = await seen(reference, message, isLast);
    for (const other of others) {
      const actual = await seen(other, message, isLast);
      if (actual !== expected)
        throw new Finding('difference', `${other.name} at call ${step}: ${actual}\n  instead of ${expected}`);
    }
    const end = `ends in ${/^(?:trap \w+|\w+)/.exec(expected)?.[0]}`;
    counts[end] = (counts[end] ?? 0) + 1;
  }
  return counts;
}

async function seen({ world }: OpenWorld, message: CallMessage, isLast: boolean): Promise<string> {
  const text = outcomeText(await world.call(message));
  return isLast ? `${text} state ${await world.stateDigest()}` : text;
}

function outcomeText(outcome: Outcome): string {
  const gas = `gas ${outcome.gasUsed}`;
  if (outcome.status === 'trap') return `trap ${trapName(outcome.code)} ${gas}`;
  const output = toHex(outcome.output);
  if (outcome.status === 'revert') return `revert ${output} ${gas}`;
  const events = outcome.events.map(({ address, topics, data }) => [address, ...topics, data].map(toHex).join(' '));
  return `success ${output} ${gas} events ${events.join('; ')}`;
}
