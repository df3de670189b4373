import type { Machine } from '../../engine/machine.ts';
import { prepareBareGuest } from '../bare-guest.ts';
import { takeTurns, timeNs } from '../sample.ts';

const SAMPLES = 15;
const SAMPLE_NS = 400_000;

/**
 * Nanoseconds per turn of a micro-program's loop: the fastest of a few samples, since what other processes add is never
 * negative. What entering and leaving cost is the difference between two lengths and drops out.
 */
export async function timeTurn(machine: Machine, bytes: Uint8Array): Promise<number> {
  const run = prepareBareGuest(machine, bytes, 'i32');
  const time = async (turns: number): Promise<number> => (await timeNs(async () => run(turns)))[1];
  let turns = 64;
  // Twice, so that a pause of the machine is not taken for work.
  while ((await time(turns)) < SAMPLE_NS || (await time(turns)) < SAMPLE_NS) turns *= 2;
  const timed = [turns, 1].map((count) => () => time(count));
  const [long = 0, short = 0] = (await takeTurns(timed, { rounds: SAMPLES })).map((each) => Math.min(...each));
  return (long - short) / (turns - 1);
}
