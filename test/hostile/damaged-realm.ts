/**
 * A program for a process of its own: damages one built-in at a time, as code beside the engine might, runs the same story on
 * every machine of this process, and says of each whether it came out the same, was refused with an error, or came out
 * otherwise without a word.
 */
import { inspect } from 'node:util';
import { defaultSchedule } from '../../engine/schedules.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { printOutcome } from '../support/outcome.ts';

type Callable = (...args: unknown[]) => unknown;

/** What is damaged, and how a call of it goes wrong: its result is another one. */
const attacks: readonly (readonly [owner: object, name: string | symbol, wrong: (right: unknown) => unknown])[] = [
  [Array.prototype, 'push', (right) => right],
  [Array.prototype, 'map', () => []],
  [Array.prototype, 'slice', () => []],
  [Array.prototype, 'find', () => undefined],
  [Array.prototype, 'at', () => undefined],
  [Array.prototype, 'reverse', () => []],
  [Map.prototype, 'set', (right) => right],
  [Map.prototype, 'get', () => undefined],
  [Map.prototype, 'has', () => true],
  [Set.prototype, 'has', () => true],
  [BigInt, 'asUintN', () => 7n],
  [BigInt, 'asIntN', () => 7n],
  [BigInt.prototype, 'toString', () => '7'],
  [Number, 'isInteger', () => true],
  [Number.prototype, 'toString', () => '7'],
  [Math, 'min', () => 7],
  [Object, 'entries', () => []],
  [Object, 'keys', () => []],
  [Uint8Array.prototype, 'slice', () => new Uint8Array(32)],
  [Object.getPrototypeOf(Uint8Array.prototype), 'set', () => undefined],
  [Object.getPrototypeOf(Uint8Array.prototype), 'subarray', () => new Uint8Array(32)],
  [DataView.prototype, 'getUint32', () => 7],
  [DataView.prototype, 'setBigUint64', () => undefined],
];

async function story(machine: string): Promise<string> {
  const { world, call } = await bundledWorld(await openMachine(machine, defaultSchedule), 'erc20');
  const seen: unknown[] = [];
  for (const [method, args, gasLimit] of [
    ['transfer', ['bob', '5'], 1_000_000n],
    ['transfer', ['bob', `${2n ** 200n}`], 1_000_000n],
    ['transfer', ['bob', '6'], 900n],
    ['balanceOf', ['bob'], 1_000_000n],
  ] as const) {
    seen.push(printOutcome(await call({ method, args, caller: 'deployer' }, gasLimit)));
  }
  seen.push(await world.stateDigest());
  await world.close();
  return JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

const machines = (process.argv[2] ?? 'wasm').split(',');
const report: Record<string, string> = {};
for (const machine of machines) {
  const expected = await story(machine);
  for (const [owner, name, wrong] of attacks) {
    const right = Reflect.get(owner, name) as Callable;
    let isOn = true;
    // Not in what Node itself does for us between the calls: only where a file of the engine's or the metering's calls it.
    const damaged = function (this: unknown, ...args: unknown[]): unknown {
      if (!isOn) return Reflect.apply(right, this, args);
      isOn = false;
      const isOurs = /\/(?:engine|metering)\//.test((new Error('').stack ?? '').split('\n')[2] ?? '');
      const result = isOurs ? wrong(Reflect.apply(right, this, args)) : Reflect.apply(right, this, args);
      isOn = true;
      return result;
    };
    Object.defineProperty(owner, name, { value: damaged, configurable: true, writable: true });
    let end: string;
    try {
      const seen = await story(machine);
      isOn = false;
      end = seen === expected ? 'same' : 'other';
    } catch (error) {
      isOn = false;
      end = `error ${error instanceof Error ? error.name : inspect(error)}`;
    }
    Object.defineProperty(owner, name, { value: right, configurable: true, writable: true });
    report[`${machine} ${ownerName(owner)}.${String(name)}`] = end;
  }
}
process.stdout.write(JSON.stringify(report));

function ownerName(owner: object): string {
  if (typeof owner === 'function') return owner.name;
  const named = (owner as { readonly constructor?: { readonly name?: string } }).constructor?.name ?? '';
  return owner === Math ? 'Math' : named;
}
