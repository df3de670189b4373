import type { Backend } from '../engine/backend.ts';
import { defaultGasLimit } from '../engine/context.ts';
import { TrapCode } from '../engine/outcome.ts';
import { judge } from '../harness/agreement/judge.ts';
import type { Observation } from '../harness/agreement/observe.ts';
import { gasUnitOf } from '../harness/machines/register.ts';
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

/** What the judge says, with gas where machines count it alike and were given as much of it. */
export function compareResults(results: readonly [Result, ...Result[]], limits: GasLimits): Verdict {
  const unitOf = ({ backend: { name } }: Result): string | undefined => {
    const unit = gasUnitOf(name);
    return unit && `${unit}, up to ${limits.of(name)}`;
  };
  const findings = judge(
    results.map((result) => ({
      name: result.backend.name,
      observation: result.observation,
      gasUnit: unitOf(result),
    })),
  );
  const named = (name: string) => results.find(({ backend }) => backend.name === name) as Result;
  let outOfGas: string | undefined;
  for (const { backends, field, left, right } of findings) {
    const [one, other] = backends.map(named) as [Result, Result];
    const isAlike = unitOf(one) !== undefined && unitOf(one) === unitOf(other);
    const reason = isAlike ? undefined : (whyOutOfGas(one, other, limits) ?? whyOutOfGas(other, one, limits));
    if (reason === undefined) {
      return { agreed: false, difference: `${backends.join(' and ')} disagree in ${field}: ${left} and ${right}` };
    }
    outOfGas ??= reason;
  }
  if (outOfGas !== undefined) return { agreed: null, difference: outOfGas };
  return { agreed: results.length === 1 ? null : true };
}

/** No disagreement and no agreement: one limit is much on one machine and little on another. */
function whyOutOfGas(left: Result, right: Result, limits: GasLimits): string | undefined {
  const { outcome } = left.observation;
  const [out, other] = [left.backend.name, right.backend.name];
  const limit = limits.of(out);
  if (outcome.status !== 'trap' || outcome.code !== TrapCode.OutOfGas || limit === defaultGasLimit) return undefined;
  const what = `${out} ran out of its ${limit} gas and ${other} did not`;
  const unit = gasUnitOf(out);
  // The same limit would have made it a disagreement.
  if (unit !== undefined && unit === gasUnitOf(other))
    return `${what}, with ${limits.of(other)}: this compares nothing`;
  if (!right.backend.isMetered) return `${what}, as it counts none: this compares nothing`;
  return (
    `${what}. Machines count gas in units of their own, so that ` +
    'this compares nothing; give each a limit, such as --gas-limit wasm=8000,evm=60000'
  );
}
