import { escapeXml } from '../text/xml-text.ts';
import type { Finding, Findings, HeldCase } from './findings.ts';

/**
 * The result as JUnit XML, a suite to a contract: what failed is a failure, what was not compared an error, and a warning is
 * in the case's output. Without times, so that the same result is the same bytes.
 *
 * @example
 * const { lock } = await gate([{ subject }], undefined);
 * const run = await gate([{ subject }], lock);
 * console.log(junit(gateFindings(run)).split('\n')[1]); // <testsuites name="trimeter gate" tests="8" failures="0" errors="0">
 */
export function junit({ tool, cases }: Findings): string {
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const lines = suites.flatMap((suite) => {
    const own = cases.filter((held) => held.suite === suite);
    return [`  <testsuite name="${escapeXml(suite)}" ${counts(own)}>`, ...own.flatMap(caseLines), '  </testsuite>'];
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(tool)}" ${counts(cases)}>`,
    ...lines,
    '</testsuites>\n',
  ].join('\n');
}

function counts(cases: readonly HeldCase[]): string {
  const having = (level: Finding['level']) => cases.filter((held) => worstOf(held) === level).length;
  return `tests="${cases.length}" failures="${having('failure')}" errors="${having('error')}"`;
}

function worstOf({ findings }: HeldCase): Finding['level'] | undefined {
  return (['error', 'failure', 'warning'] as const).find((level) =>
    findings.some((finding) => finding.level === level),
  );
}

function caseLines(held: HeldCase): readonly string[] {
  const { suite, name, findings } = held;
  const open = `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(name)}"`;
  if (findings.length === 0) return [`${open}/>`];
  const worst = worstOf(held);
  const told = findings.filter(({ level }) => level === worst);
  const [first] = told as [Finding, ...Finding[]];
  const text = (some: readonly Finding[]) =>
    some.map(({ message }) => message.split('\n').map(escapeXml).join('\n')).join('\n');
  const warnings = findings.filter(({ level }) => level === 'warning');
  return [
    `${open}>`,
    ...(worst === 'warning'
      ? []
      : [`      <${worst} type="${first.rule}" message="${escapeXml(first.message)}">${text(told)}</${worst}>`]),
    ...(warnings.length === 0 ? [] : [`      <system-out>${text(warnings)}</system-out>`]),
    '    </testcase>',
  ];
}
