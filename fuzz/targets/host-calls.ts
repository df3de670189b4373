/** Random calls of a guest that does what its call data says, on every machine here, with outcomes and states compared. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, Program, World } from '../../engine/backend.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { randomScript } from '../host-calls/random-script.ts';
import { alice, bob, scripted, scriptedGuest } from '../host-calls/scripted-guest.ts';
import type { Random } from '../random.ts';
import { simplerHex, withoutParts } from '../shrink.ts';
import type { Counts, FuzzTarget } from '../target.ts';

interface ScriptedCall {
  readonly caller: 'alice' | 'bob';
  /** Which of the two contracts. */
  readonly to: number;
  readonly value: number;
  readonly gasLimit: number;
  readonly script: string;
}

export interface HostCallsInput {
  readonly calls: readonly ScriptedCall[];
}

/** The first is what the others are held against. */
const inProcess = ['reference', 'wasm', 'wasm-fresh', 'wasm-plain'];
const DEPLOY_GAS = 5_000_000n;
const CALLS_PER_CASE = 24;
const callers = { alice, bob };

export interface HostCallsOptions {
  /** Further machines of the register. */
  readonly variants?: readonly string[];
}

/** @throws EngineError for a variant that is not there. */
export async function hostCallsTarget({ variants = [] }: HostCallsOptions = {}): Promise<FuzzTarget<HostCallsInput>> {
  const bytes = await scriptedGuest();
  const hash = new Uint8Array(createHash('sha256').update(bytes).digest());
  const machines: { readonly backend: Backend; readonly program: Program }[] = [];
  for (const name of [...inProcess, ...variants]) {
    const backend = await openMachine(name, defaultSchedule);
    const program = await backend.prepare({ name: 'scripted', wasm: { bytes, abi: stylusAbi } });
    machines.push({ backend, program });
  }
  return {
    name: 'host-calls',
    title: 'random host calls, nested ones among them, on all machines against the reference interpreter',
    share: 35,
    make: async (random) => ({ calls: Array.from({ length: CALLS_PER_CASE }, () => randomCall(random, hash)) }),
    run: (input) => run(machines, input),
    smaller: function* ({ calls }) {
      for (const rest of withoutParts(calls, 1)) yield { calls: rest };
      for (const [at, call] of calls.entries()) {
        const changed = (other: Partial<ScriptedCall>) => ({ calls: calls.with(at, { ...call, ...other }) });
        if (call.value !== 0) yield changed({ value: 0 });
        for (const script of simplerHex(call.script)) yield changed({ script });
      }
    },
  };
}

function randomCall(random: Random, header: Uint8Array): ScriptedCall {
  return {
    caller: random.pick(['alice', 'bob'] as const),
    to: random.below(scripted.length),
    value: random.chance(20) ? random.below(3) : 0,
    gasLimit: random.pick([2_000_000, 2_000_000, 500_000, 100_000, 20_000, random.below(60_000)]),
    script: toHex(randomScript(random, header)).slice(2),
  };
}

async function run(
  machines: readonly { readonly backend: Backend; readonly program: Program }[],
  { calls }: HostCallsInput,
): Promise<Counts> {
  const worlds: { readonly name: string; readonly world: World }[] = [];
  const counts: Record<string, number> = { calls: 0 };
  try {
    for (const { backend, program } of machines) {
      const world = await backend.createWorld();
      worlds.push({ name: backend.name, world });
      for (const account of [alice, bob]) await world.setBalance(account, 1_000n);
      for (const wanted of scripted) {
        const message = { deployer: alice, value: 0n, input: new Uint8Array(0), gasLimit: DEPLOY_GAS };
        assert.deepEqual(deployedAddress(await world.deploy(program, message)), wanted);
      }
    }
    for (const [step, { caller, to, value, gasLimit, script }] of calls.entries()) {
      const message = {
        caller: callers[caller],
        to: scripted[to] as Uint8Array,
        value: BigInt(value),
        input: fromHex(`0x${script}`),
        gasLimit: BigInt(gasLimit),
      };
      const isLast = step === calls.length - 1;
      const expected = await seen(worlds, 0, message, isLast);
      for (let other = 1; other < worlds.length; other += 1) {
        const actual = await seen(worlds, other, message, isLast);
        assert.equal(actual, expected, `${worlds[other]?.name} at call ${step}: ${actual} instead of ${expected}`);
      }
      counts['calls'] = (counts['calls'] ?? 0) + worlds.length;
      const end = `ends in ${expected.split(' gas', 1)[0]?.split(' 0x', 1)[0]}`;
      counts[end] = (counts[end] ?? 0) + 1;
    }
  } finally {
    for (const { world } of worlds) await world.close();
  }
  return counts;
}

async function seen(
  worlds: readonly { readonly world: World }[],
  at: number,
  message: Parameters<World['call']>[0],
  isLast: boolean,
): Promise<string> {
  const { world } = worlds[at] as { readonly world: World };
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
