import { median } from '../stats/median.ts';
import { theilSenSlope } from '../stats/theil-sen.ts';

/**
 * How the samples of one process developed: level from the start, falling to a level (the compilers got to it), rising to
 * one, or still moving when it had to be measured. Barrett et al., "Virtual Machine Warmup Blows Hot and Cold" (2017),
 * found all four.
 */
export type Steadiness = 'flat' | 'warm-up' | 'slowdown' | 'not steady';

const WINDOW = 10;
/** Windows of samples closer than this are at the same level. */
const TOLERANCE = 0.03;

/** So many of the last samples are compared with as many before them; fewer while there are only few. */
function windowOf(samplesNs: readonly number[]): number {
  return Math.min(WINDOW, samplesNs.length >> 1);
}

/** Whether the last window lies level with the one before it and does not drift. At least six samples. */
export function isSteady(samplesNs: readonly number[]): boolean {
  const window = windowOf(samplesNs);
  if (window < 3) return false;
  const last = samplesNs.slice(-window);
  const level = median(last);
  const shift = Math.abs(median(samplesNs.slice(-2 * window, -window)) - level);
  const drift = Math.abs(
    theilSenSlope(
      last.map((_, at) => at),
      last,
    ) *
      (window - 1),
  );
  return shift < TOLERANCE * level && drift < TOLERANCE * level;
}

export function steadinessOf(samplesNs: readonly number[]): Steadiness {
  if (!isSteady(samplesNs)) return 'not steady';
  const window = windowOf(samplesNs);
  const [first, last] = [median(samplesNs.slice(0, window)), median(samplesNs.slice(-window))];
  if (Math.abs(first - last) < TOLERANCE * last) return 'flat';
  return first > last ? 'warm-up' : 'slowdown';
}
