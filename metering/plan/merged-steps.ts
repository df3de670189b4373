import type { Step } from './charge-placement.ts';

/** Charges that follow each other at one place are one. The steps are in the order in which they are written. */
export function mergedSteps(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    const follows =
      last?.kind === 'charge' &&
      (step.kind === 'charge' || step.kind === 'turns') &&
      last.inLocal === step.inLocal &&
      last.place.kind === step.place.kind &&
      last.place.index === step.place.index;
    if (!follows) result.push(step);
    else if (step.kind === 'charge') {
      const amount = last.amount + step.amount;
      result[result.length - 1] = { ...last, amount, isChecked: amount > 0 };
    } else result[result.length - 1] = { ...step, once: last.amount };
  }
  return result.filter((step) => step.kind !== 'charge' || step.amount !== 0);
}
