import { type Difference, differences, gasDifference } from './compare.ts';
import type { Observation } from './observe.ts';

/** What one machine came to, and whom it is held against. */
export interface Evidence {
  /** Of the machine. */
  readonly name: string;
  readonly observation: Observation;
  /** Those that name the same unit must agree on gas as well. Undefined for a machine whose gas is its own. */
  readonly gasUnit?: string | undefined;
  /** Place of the evidence that it repeats: it must equal that one, gas too. */
  readonly repeats?: number;
}

/** The first difference between two machines. */
export interface Finding extends Difference {
  readonly backends: readonly [left: string, right: string];
}

/**
 * One finding for each that differs, in the order given: from what it repeats; or else from the first that counts gas in the
 * same unit, and from the first of all. Equality carries over from one to the next, so that no finding means that all are equal.
 *
 * @param isAccepted Whether a difference is passed over. It is asked about each until one is not.
 *
 * @example
 * const observation = await observe(world, await world.call({ caller: bob, to: token }), [token]);
 * const other = { ...observation, outcome: { ...observation.outcome, gasUsed: 1n } };
 * const mine = { name: 'mine', observation, gasUnit: 'flat' };
 * const findings = judge([mine, { name: 'yours', observation: other, gasUnit: 'flat' }]);
 * console.log(findings.map(({ field, backends }) => `${field} of ${backends}`)); // [ 'gas of mine,yours' ]
 */
export function judge(
  evidence: readonly Evidence[],
  isAccepted: (difference: Difference) => boolean = () => false,
): readonly Finding[] {
  return evidence.flatMap((right, at) => {
    for (const { place, withGas } of peersOf(evidence, at)) {
      const left = evidence[place] as Evidence;
      const [a, b] = [left.observation, right.observation];
      const ofGas = withGas ? gasDifference(a, b) : undefined;
      for (const difference of [...differences(a, b), ...(ofGas === undefined ? [] : [ofGas])]) {
        if (!isAccepted(difference)) return [{ ...difference, backends: [left.name, right.name] }];
      }
    }
    return [];
  });
}

function peersOf(evidence: readonly Evidence[], at: number): readonly { place: number; withGas: boolean }[] {
  const { gasUnit, repeats } = evidence[at] as Evidence;
  if (repeats !== undefined) return [{ place: repeats, withGas: true }];
  const relative = gasUnit === undefined ? at : evidence.findIndex((other) => other.gasUnit === gasUnit);
  return [
    ...(relative < at ? [{ place: relative, withGas: true }] : []),
    ...(at > 0 && relative !== 0 ? [{ place: 0, withGas: false }] : []),
  ];
}
