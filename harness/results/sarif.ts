import { escapeInJson } from '../text/printable.ts';
import { type Finding, type Findings, rules } from './findings.ts';

/** Of findings in one run, as much as GitHub takes. */
const MOST = 5000;

/**
 * The findings as SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
 *
 * @example
 * const { runs } = JSON.parse(sarif(gateFindings(await gate([{ subject }], undefined))));
 * console.log(runs[0].results[0].ruleId); // not-compared
 */
export function sarif({ tool, version, isCompared, summary, cases }: Findings): string {
  const findings = cases.flatMap((held) => held.findings).slice(0, MOST);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool,
            semanticVersion: version,
            rules: Object.entries(rules).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        // What was not compared is no result of the tool's: it did not get to one.
        invocations: [
          {
            executionSuccessful: isCompared,
            ...(!isCompared && { toolExecutionNotifications: [{ level: 'error', message: { text: summary } }] }),
          },
        ],
        results: findings.map(resultOf),
      },
    ],
  };
  return `${escapeInJson(JSON.stringify(log, undefined, 2))}\n`;
}

function resultOf({ level, rule, message, file }: Finding): object {
  return {
    ruleId: rule,
    level: level === 'warning' ? 'warning' : 'error',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } } }],
  };
}

/** A path as a relative reference: https://www.rfc-editor.org/rfc/rfc3986#section-4.2 */
function uriOf(path: string): string {
  return path
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\ufffd')))
    .join('/');
}
