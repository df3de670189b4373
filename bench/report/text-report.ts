import { wrapText } from '../../harness/text/wrap-text.ts';
import { isOfOneProcess, type ProtocolReport } from '../result/protocol-report.ts';
import { protocolTable } from './protocol-table.ts';
import { quickTable } from './quick-table.ts';
import { closingSentences } from './summary.ts';

/**
 * A run as plain text.
 *
 * @param machines Names, the subject first.
 * @param screenColumns As for `textTable`.
 *
 * @example
 * const text = textReport(run, ['wasm', 'native', 'evm'], 80);
 * console.log(text.split('\n')[0]); // Time of one operation
 */
export function textReport(report: ProtocolReport, machines: readonly string[], screenColumns?: number): string {
  const text = isOfOneProcess(report) ? quickText : protocolTable;
  return `${text(report, machines, screenColumns)}${wrapText(aloneSentence(report, machines), screenColumns)}`;
}

function quickText(report: ProtocolReport, machines: readonly string[], screenColumns?: number): string {
  const [subject = '', ...others] = machines;
  const closing = closingSentences(report, subject, others).map((sentence) => `${sentence}\n`);
  return `${quickTable(report, machines, screenColumns)}\n${wrapText(closing.join(''), screenColumns)}`;
}

/** Times without agreement must not look like agreement. */
function aloneSentence({ cases }: ProtocolReport, [subject = '']: readonly string[]): string {
  const alone = cases.filter(({ agreed }) => agreed === null).length;
  if (alone === 0) return '';
  const where = alone === cases.length ? '' : ` on ${alone} of ${cases.length} workloads`;
  return `only ${subject} ran${where}, so that nothing was compared${where === '' ? '' : ' there'}\n`;
}
