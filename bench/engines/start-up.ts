import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../engine/errors.ts';
import { askOnce } from '../../processes/asked-child.ts';
import { wizerBinary } from '../../processes/engine-packages.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { shuffled, xorshift32 } from '../order.ts';
import { exponentiate, throughputRatio } from '../stats/ratio.ts';
import { type Estimate, signedRankEstimate } from '../stats/signed-rank.ts';

/** What pre-initialisation does for the start of a module. */
export interface StartUp {
  readonly id: string;
  /** Compile, instantiate, `init` and the first `run`, in a process that has compiled no WebAssembly before. */
  readonly plainNs: Estimate;
  /** The same without `init`, whose work is in the module. */
  readonly preinitialisedNs: Estimate;
  /** Speed of the pre-initialised one relative to the plain one: time(plain) / time(pre-initialised). */
  readonly ratio: Estimate;
}

/** One start: its time, and what the first `run` came to. */
export interface Start {
  readonly ns: number;
  readonly result: string;
}

/** For reports: what `plainModule` is. */
export const startUpModule = 'packet-filter';

/** Exports `init: () -> ()` and `run: (seed: i32) -> i64`, and imports nothing. */
export const plainModule: string = fileURLToPath(new URL(`./guests/build/${startUpModule}.wasm`, import.meta.url));

/**
 * Makes the pre-initialised module with wizer, and times both in fresh processes.
 *
 * @param pairCount Six at least, or no interval exists.
 * @throws EngineError `backend-unavailable` without wizer, `internal` if the two modules differ in their result.
 */
export async function measureStartUp(pairCount = 12, seed = 1): Promise<StartUp> {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-start-up-'));
  try {
    const preinitialised = join(folder, `${startUpModule}.wasm`);
    preinitialise(plainModule, preinitialised);
    return await pairStarts([plainModule, preinitialised], pairCount, seed, startInProcess);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the module as it is after its `init`. @throws EngineError `backend-unavailable`, `internal` */
export function preinitialise(input: string, output: string): void {
  const { status, stderr } = spawnSync(wizerBinary(), ['-f', 'init', '-o', output, input], { encoding: 'utf8' });
  if (status !== 0) throw new EngineError('internal', `wizer failed: ${stderr}`);
}

/**
 * Both modules once per pair, in random order, one after the other.
 *
 * @param start Starts the module in a file.
 */
export async function pairStarts(
  modules: readonly [plain: string, preinitialised: string],
  pairCount: number,
  seed: number,
  start: (path: string) => Promise<Start>,
): Promise<StartUp> {
  const next = xorshift32(seed);
  const times: [number[], number[]] = [[], []];
  let agreed: string | undefined;
  for (let pair = 0; pair < pairCount; pair++) {
    for (const at of shuffled(2, next) as readonly (0 | 1)[]) {
      const { ns, result } = await start(modules[at]);
      agreed ??= result;
      if (result !== agreed) {
        throw new EngineError('internal', `${startUpModule} comes to ${result} and to ${agreed}`);
      }
      times[at].push(ns);
    }
  }
  const [plain, preinitialised] = times;
  return {
    id: startUpModule,
    plainNs: timeEstimate(plain),
    preinitialisedNs: timeEstimate(preinitialised),
    ratio: throughputRatio(preinitialised, plain),
  };
}

function timeEstimate(times: readonly number[]): Estimate {
  return exponentiate(signedRankEstimate(times.map(Math.log)));
}

async function startInProcess(path: string): Promise<Start> {
  const command = nodeCommand('a starting process', new URL('./time-start.ts', import.meta.url));
  return (await askOnce(command, path)) as Start;
}
