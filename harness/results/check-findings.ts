import { agreedOnAll, type CheckReport } from '../check.ts';
import { packageManifest } from '../package-manifest.ts';
import type { CheckRun } from './check-run.ts';
import { agreementWords, callsOf, callWords, placeWords, warningsOf } from './check-words.ts';
import { type Finding, type Findings, type HeldCase, withNothing } from './findings.ts';

/**
 * The check as cases: one for each contract.
 *
 * @param fileOf What a contract was read from, by its id.
 *
 * @example
 * const report = await check(await loadSubject('erc20'), ['wasm', 'reference'], { callBudget: 50 });
 * const about = { seed: 1, schedule: 'flat-v2', repeats: false, backends: [], missing: [], notCompared: [] };
 * const findings = checkFindings({ ...about, reports: [report], replayFiles: new Map() }, () => 'Token.sol');
 * console.log(findings.summary, findings.cases.length); // wasm, reference agree on 51 calls 1
 */
export function checkFindings(run: CheckRun, fileOf: (id: string) => string): Findings {
  const { reports, notCompared } = run;
  const differing = reports.filter(({ agreed }) => agreed === false).length;
  const agreed = agreedOnAll(reports);
  const alone = notCompared.map((id): HeldCase => {
    const message = `${id} runs on one machine only and was not compared`;
    return { suite: id, name: 'machines agree', findings: [lacking(message, fileOf(id))] };
  });
  const findings: Findings = {
    tool: 'trimeter check',
    version: packageManifest().version,
    summary:
      differing > 0
        ? `machines disagree on ${differing} of ${reports.length} contracts`
        : `${agreementWords(reports)} on ${callsOf(reports)} calls`,
    isCompared: agreed !== null,
    cases: [...reports.map((report) => caseOf(report, run, fileOf(report.id))), ...alone],
  };
  return withNothing(findings, reports[0] === undefined ? '.' : fileOf(reports[0].id));
}

function caseOf(report: CheckReport, { replayFiles }: CheckRun, file: string): HeldCase {
  const { id, agreed } = report;
  const warnings = warningsOf(report).map(
    (message): Finding => ({ level: 'warning', rule: 'agreement', message, file }),
  );
  const findings = [
    ...(agreed === null ? [lacking(`${id}: nothing was compared`, file)] : []),
    ...(agreed === false ? [disagreement(report, replayFiles.get(id), file)] : []),
    ...warnings,
  ];
  return { suite: id, name: 'machines agree', findings };
}

function lacking(message: string, file: string): Finding {
  return { level: 'error', rule: 'not-compared', message, file };
}

function disagreement(
  { id, counterexample, explanation }: CheckReport,
  replay: string | undefined,
  file: string,
): Finding {
  const base: Omit<Finding, 'message'> = { level: 'failure', rule: 'agreement', file };
  if (counterexample === undefined) return { ...base, message: `${id}: machines disagree` };
  const { steps } = counterexample;
  const { field, left, right, backends } = { ...counterexample.disagreement, ...explanation };
  const lines = [
    `${id}: after ${placeWords(counterexample.disagreement)}, ${backends.join(' and ')} differ in ${field}`,
    ...[left, right].map((value, at) => `${backends[at]}: ${value}`),
    ...steps.map((call, at) => `${at + 1}. ${callWords(call)}`),
    ...(replay === undefined ? [] : [`replay file ${replay}`]),
  ];
  return { ...base, message: lines.join('\n') };
}
