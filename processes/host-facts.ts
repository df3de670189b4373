import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { formatRuntime, thisRuntime } from './runtime.ts';

/**
 * What runs a process of ours, as far as it can be seen from inside: a flag or a variable that is ignored would let the engine
 * that runs us pass for another.
 */
export interface HostFacts {
  /** `Node v24.1.0 (V8 13.6.233.8)` */
  readonly runtime: string;
  /** The process's own flags, as they were given. */
  readonly flags: readonly string[];
  readonly isMainThread: boolean;
  /** Whether WebAssembly is the engine's own, and not a script's. */
  readonly hasNativeWasm: boolean;
  /** Who made the code of a small function for its first call, and after it has run for some time. */
  readonly tiers: readonly [first: Tier, later: Tier];
  /** How many calls of a small function fit on the native stack. */
  readonly stackFrames: number;
}

/** V8 can be asked which of its compilers it was. Elsewhere it shows in the speed whether there was one. */
export type Tier = 'baseline' | 'optimised' | 'interpreted' | 'compiled' | 'unknown';

/**
 * @param asksForTiers For a process of ours: V8 is asked by way of a flag of the whole process, so that in a worker the tiers stay
 * unknown. Takes some 50 ms.
 */
export function hostFacts(asksForTiers: boolean): HostFacts {
  const hasNativeWasm = String(WebAssembly.Instance).includes('[native code]');
  return {
    runtime: formatRuntime(thisRuntime()),
    flags: process.execArgv,
    isMainThread,
    hasNativeWasm,
    // V8 ends the process when it is asked of a function that is not WebAssembly's.
    tiers: asksForTiers && isMainThread && hasNativeWasm ? tiersOf(newLoop()) : ['unknown', 'unknown'],
    stackFrames: framesBelow(0),
  };
}

function framesBelow(depth: number): number {
  try {
    return framesBelow(depth + 1);
  } catch {
    return depth;
  }
}

type Loop = (count: number, x: number) => number;

function tiersOf(loop: Loop): HostFacts['tiers'] {
  const ask = v8Tier();
  if (ask === undefined) {
    const tier = tierBySpeed(loop);
    return [tier, tier];
  }
  loop(1, 1);
  const first = ask(loop);
  const start = performance.now();
  while (ask(loop) === first && performance.now() - start < WARM_UP_MS) loop(LOOP_COUNT, 1);
  return [first, ask(loop)];
}

/** Undefined where the engine cannot be asked. */
function v8Tier(): ((loop: Loop) => Tier) | undefined {
  if (!thisRuntime().engine.startsWith('V8 ')) return undefined;
  try {
    setFlagsFromString('--allow-natives-syntax');
    const [isBaseline, isOptimised] = ['%IsLiftoffFunction', '%IsTurboFanFunction'].map(
      (native) => new Function('f', `return ${native}(f)`) as (f: Loop) => boolean,
    );
    setFlagsFromString('--no-allow-natives-syntax');
    return (loop) => (isBaseline?.(loop) ? 'baseline' : isOptimised?.(loop) ? 'optimised' : 'unknown');
  } catch {
    return undefined;
  }
}

/** How long V8 is given to compile a function again, which it does beside what runs. */
const WARM_UP_MS = 50;
const LOOP_COUNT = 20_000;
const ROUNDS = 60;
/** An interpreter takes 20 times as long as the same loop in compiled JavaScript, and compiled code as long. */
const INTERPRETED = 4;

function tierBySpeed(loop: Loop): Tier {
  const inScript: Loop = (count, start) => {
    let x = start;
    for (let left = count; left !== 0; left = (left - 1) | 0) x = (Math.imul(x, 1664525) + 1013904223) | 0;
    return x;
  };
  return quickest(loop) > INTERPRETED * quickest(inScript) ? 'interpreted' : 'compiled';
}

function quickest(loop: Loop): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    loop(LOOP_COUNT, round);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** `(func (param $count i32) (param $x i32) (result i32))`: a linear congruential generator's number after so many steps. */
function newLoop(): Loop {
  const body = [
    ...[0x03, 0x40],
    ...[0x20, 1, 0x41, 0x8d, 0xcc, 0xe5, 0x00, 0x6c, 0x41, 0xdf, 0xe6, 0xbb, 0xe3, 0x03, 0x6a, 0x21, 1],
    ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0],
    ...[0x0b, 0x20, 1, 0x0b],
  ];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f],
    ...[3, 2, 1, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, body.length + 3, 1, body.length + 1, 0, ...body],
  ];
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
  return exports['f'] as Loop;
}
