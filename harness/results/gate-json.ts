import type { GateContract, GateRun } from '../gate/gate-run.ts';

/**
 * The gate as JSON can hold it; what `trimeter gate --json` writes (`schemas/gate.schema.json`).
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const { format, version, verdict } = gateJson(await gate([{ subject }], lock));
 * console.log(format, version, verdict); // trimeter-gate 1 green
 */
export function gateJson(run: GateRun): GateJson {
  const { verdict, lockFile, lockSha256, trimeter, schedules, shard, setting, missing, notCompared, contracts } = run;
  return {
    format: 'trimeter-gate',
    version: 1,
    verdict,
    lockFile,
    lockSha256: lockSha256 ?? null,
    trimeter,
    schedules,
    ...(shard !== undefined && { shard }),
    setting,
    missing,
    notCompared,
    contracts: contracts.map(contractJson),
  };
}

/** Field by field, so that a result that was read writes the same again. */
function contractJson(contract: GateContract): object {
  const { id, source, verdict, calls, changedCode, notCompared, notes, behaviour, costs } = contract;
  return {
    id,
    source: source ?? null,
    verdict,
    calls,
    changedCode,
    notCompared,
    notes,
    behaviour: behaviour.map(({ contract, entry, sequence, step, call, schedule, changes, following }) => {
      return { contract, entry, sequence, step, call, ...(schedule !== undefined && { schedule }), changes, following };
    }),
    costs: costs.map(({ contract, kind, of, measure, was, is, level, tolerance, calls, changed, at }) => {
      const numbers = { was: String(was), is: String(is), level, tolerance, calls, changed };
      return { contract, kind, of, measure, ...numbers, ...(at !== undefined && { at }) };
    }),
  };
}

export interface GateJson extends Omit<GateRun, 'contracts' | 'shard' | 'lockSha256'> {
  readonly lockSha256: string | null;
  readonly format: 'trimeter-gate';
  readonly version: 1;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly contracts: readonly object[];
}
