import type { Backend } from '../engine/backend.ts';
import { TrapCode } from '../engine/outcome.ts';
import { type Difference, firstDifference, gasDifference } from '../harness/agreement/compare.ts';
import type { Observation } from '../harness/agreement/observe.ts';
import { gasFamily } from '../harness/machines/register.ts';
import { AMPLE_GAS } from '../harness/subjects/agreement-subject.ts';
import type { GasLimits } from './gas-limits.ts';

/** What one machine made of a call. */
export interface Result {
  readonly backend: Backend;
  readonly observation: Observation;
}

/** Whether machines agreed; null if that cannot be said: there is only one, or one ran out of the gas it was given. */
export interface Verdict {
  readonly agreed: boolean | null;
  /** In words, where two machines differ. */
  readonly difference?: string;
}

/** Each machine with the first of all, and with the first that counts gas alike and was given as much: gas too. */
export function compareResults(results: readonly [Result, ...Result[]], limits: GasLimits): Verdict {
  const [first, ...others] = results;
  let outOfGas: Verdict | undefined;
  for (const right of others) {
    const alike = results.find((left) => left === right || isAlike(left, right, limits)) as Result;
    const inFamily = alike === right ? undefined : differenceOf(alike, right, true);
    if (inFamily !== undefined) return { agreed: false, difference: inFamily };
    const difference = differenceOf(first, right, false);
    if (difference === undefined) continue;
    const reason = whyOutOfGas(first, right, limits) ?? whyOutOfGas(right, first, limits);
    if (reason === undefined) return { agreed: false, difference };
    outOfGas ??= { agreed: null, difference: reason };
  }
  return outOfGas ?? { agreed: others.length === 0 ? null : true };
}

function isAlike({ backend: left }: Result, { backend: right }: Result, limits: GasLimits): boolean {
  const family = gasFamily(left.name);
  const isFamily = family !== undefined && family === gasFamily(right.name);
  return isFamily && limits.of(left.name) === limits.of(right.name);
}

function differenceOf(left: Result, right: Result, withGas: boolean): string | undefined {
  const [a, b] = [left.observation, right.observation];
  const found: Difference | undefined = firstDifference(a, b) ?? (withGas ? gasDifference(a, b) : undefined);
  return (
    found &&
    `${left.backend.name} and ${right.backend.name} disagree in ${found.field}: ${found.left} and ${found.right}`
  );
}

/** No disagreement and no agreement: one limit is much on one machine and little on another. */
function whyOutOfGas(left: Result, right: Result, limits: GasLimits): string | undefined {
  const { outcome } = left.observation;
  const [out, other] = [left.backend.name, right.backend.name];
  const limit = limits.of(out);
  if (outcome.status !== 'trap' || outcome.code !== TrapCode.OutOfGas || limit === AMPLE_GAS) return undefined;
  const what = `${out} ran out of its ${limit} gas and ${other} did not`;
  const family = gasFamily(out);
  // The same limit would have made it a disagreement.
  if (family !== undefined && family === gasFamily(other))
    return `${what}, with ${limits.of(other)}: this compares nothing`;
  if (!right.backend.isMetered) return `${what}, as it counts none: this compares nothing`;
  return (
    `${what}. Machines count gas in units of their own, so that ` +
    'this compares nothing; give each a limit, such as --gas-limit wasm=8000,evm=60000'
  );
}
