/** Chance that a self-test fails although the method is right. */
const ALARM_CHANCE = 0.01;

/**
 * How many of `count` intervals of 95 % may miss the truth: the smallest number that more than so many misses exceed with
 * a chance of at most 1 %, if each misses with 5 %.
 */
export function allowedMisses(count: number, missRate = 0.05): number {
  let probability = (1 - missRate) ** count;
  let cumulative = probability;
  let misses = 0;
  while (1 - cumulative > ALARM_CHANCE && misses < count) {
    probability *= ((count - misses) / (misses + 1)) * (missRate / (1 - missRate));
    cumulative += probability;
    misses++;
  }
  return misses;
}
