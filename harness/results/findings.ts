/** What came of one run, for formats that list and count: JUnit, annotations of GitHub, SARIF. None of it is safe yet for where it is shown. */
export interface Findings {
  /** `trimeter gate`, `trimeter check`. */
  readonly tool: string;
  /** Of this package. */
  readonly version: string;
  /** The result in a few words. */
  readonly summary: string;
  /** Whether something that was to be compared was not; then something in the cases says so. */
  readonly isCompared: boolean;
  readonly cases: readonly HeldCase[];
}

/** One thing that was held. */
export interface HeldCase {
  /** The contract, or what there is where it is none. */
  readonly suite: string;
  readonly name: string;
  /** Empty where all is well. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  /** `error` where something was not compared, `failure` where it came out wrong. */
  readonly level: 'error' | 'failure' | 'warning';
  readonly rule: RuleId;
  readonly message: string;
  /** Path of the file that it is about. */
  readonly file: string;
}

/** What kinds of findings there are, and what they mean. */
export const rules = {
  behaviour: 'A call came to something else than the lock says.',
  gas: 'A call costs another amount of gas than the lock says.',
  size: 'A form of a contract has another size than the lock says.',
  agreement: 'Machines disagree on a contract.',
  'not-compared': 'Something was to be compared and was not, so that nothing is known of it.',
} as const;
export type RuleId = keyof typeof rules;

/** Whatever the cases say: where nothing was compared there is one that says so. */
export function withNothing(findings: Findings, file: string): Findings {
  const isSaid = findings.cases.some((held) => held.findings.some(({ level }) => level !== 'warning'));
  if (findings.isCompared || isSaid) return findings;
  const finding: Finding = { level: 'error', rule: 'not-compared', message: findings.summary, file };
  return { ...findings, cases: [...findings.cases, { suite: findings.tool, name: 'compared', findings: [finding] }] };
}
