import { agreedOnAll } from '../check.ts';
import type { CheckRun } from './check-run.ts';
import { callsOf } from './check-words.ts';
import { type Divergence, divergencesOf, type VariantResult, variantsOf } from './variants.ts';

/**
 * The check as JSON can hold it; what `trimeter check --json` writes (`schemas/check.schema.json`).
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const json = checkJson({ ...about, reports: [report], replayFiles: new Map() });
 * console.log(json.agreed, json.disagreements); // true 0
 */
export function checkJson(run: CheckRun): CheckJson {
  const { reports, replayFiles, ...about } = run;
  const { shard, seed, schedule, repeats, backends, missing, notCompared, showsVariants = false } = about;
  return {
    format: 'trimeter-check',
    version: 1,
    ...(shard !== undefined && { shard }),
    agreed: agreedOnAll(reports),
    calls: callsOf(reports),
    disagreements: reports.filter(({ agreed }) => agreed === false).length,
    seed,
    schedule,
    repeats,
    ...(showsVariants && { showsVariants }),
    backends: backends.map(({ name, description, runtime }) => ({
      name,
      description,
      ...(runtime !== undefined && { runtime }),
    })),
    variants: variantsOf(run),
    divergences: divergencesOf(run),
    missing,
    notCompared,
    cases: reports.map(({ id, machines, calls, sequences, agreed, counterexample, ...found }) => ({
      id,
      backends: machines,
      calls,
      sequences,
      agreed,
      methods: found.methods,
      failedDeployments: found.failedDeployments,
      accepted: found.accepted,
      ...(counterexample !== undefined && {
        disagreement: counterexample.disagreement,
        explanation: found.explanation,
        constructorArgs: counterexample.constructorArgs,
        steps: counterexample.steps,
        replayFile: replayFiles.get(id) ?? null,
        ...(found.places !== undefined && { places: found.places }),
      }),
    })),
  };
}

export interface CheckJson extends Omit<CheckRun, 'reports' | 'replayFiles'> {
  readonly format: 'trimeter-check';
  readonly version: 1;
  /** Null if there is a contract on which nothing was compared. */
  readonly agreed: boolean | null;
  readonly calls: number;
  readonly disagreements: number;
  /** Every machine that was wanted, and how many calls it was compared on. */
  readonly variants: readonly VariantResult[];
  /** For each contract on which machines disagree, every machine that differs on the smallest sequence found. */
  readonly divergences: readonly Divergence[];
  readonly cases: readonly object[];
}
