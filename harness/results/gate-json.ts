import type { GateRun } from '../gate/gate-run.ts';

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
    contracts: contracts.map(({ source, costs, ...contract }) => ({
      ...contract,
      source: source ?? null,
      costs: costs.map(({ was, is, ...row }) => ({ ...row, was: String(was), is: String(is) })),
    })),
  };
}

export interface GateJson extends Omit<GateRun, 'contracts' | 'shard' | 'lockSha256'> {
  readonly lockSha256: string | null;
  readonly format: 'trimeter-gate';
  readonly version: 1;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly contracts: readonly object[];
}
