import type { CheckRun } from './check-run.ts';

/** What a run came to for one machine. */
export interface VariantResult {
  /** Its name. */
  readonly id: string;
  /** How many of the calls it was compared on. */
  readonly ran: number;
  /** Null for one that ran. */
  readonly skippedBecause: string | null;
  /** Of the process that it ran in; null where nobody asked. */
  readonly runtime: string | null;
}

/** One machine that came to something else than another. */
export interface Divergence {
  /** Its id. */
  readonly contract: string;
  readonly variant: string;
  /** Whom it differs from. With the variant's own name where it differs from itself. */
  readonly against: string;
  /** 0 is the deployment, 1 the first call of those in the replay file. */
  readonly step: number;
  readonly field: string;
  /** What `against` came to. */
  readonly expected: string;
  readonly actual: string;
  readonly replayFile: string | null;
}

/** All machines of a run, those that were not there last. */
export function variantsOf({
  backends,
  missing,
  reports,
}: Pick<CheckRun, 'backends' | 'missing' | 'reports'>): readonly VariantResult[] {
  const there = backends.map(({ name, runtime = null }) => {
    const of = reports.filter(({ machines, agreed }) => agreed !== null && machines.includes(name));
    const skippedBecause = of.length > 0 ? null : 'it was compared with nothing on any of the contracts';
    return { id: name, ran: of.reduce((sum, { calls }) => sum + calls, 0), skippedBecause, runtime };
  });
  return [
    ...there,
    ...missing.map(({ name, reason }) => ({ id: name, ran: 0, skippedBecause: reason, runtime: null })),
  ];
}

/** For people: which, how many calls, and what ran it or why nothing did. */
export function variantRows(run: Parameters<typeof variantsOf>[0]): readonly (readonly string[])[] {
  return variantsOf(run).map(({ id, ran, skippedBecause, runtime }) => [
    id,
    skippedBecause === null ? String(ran) : '-',
    skippedBecause ?? runtime ?? '',
  ]);
}

export function divergencesOf({
  reports,
  replayFiles,
}: Pick<CheckRun, 'reports' | 'replayFiles'>): readonly Divergence[] {
  return reports.flatMap(({ id, divergences }) =>
    divergences.map(({ backends: [against, variant], step, field, left, right }) => ({
      contract: id,
      variant,
      against,
      step,
      field,
      expected: left,
      actual: right,
      replayFile: replayFiles.get(id) ?? null,
    })),
  );
}
