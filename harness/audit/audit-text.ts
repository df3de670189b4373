import { printable } from '../text/printable.ts';
import { columnsOf, textTable } from '../text/text-table.ts';
import { wrapText } from '../text/wrap-text.ts';
import type { AuditFinding, ModuleAudit } from './audit.ts';

/** All of an audit, for a screen. */
export function auditText(
  { findings, limits, ecosystem, bytes, brotliBytes }: ModuleAudit,
  columns?: number | undefined,
): string {
  const found = findings.map((finding) => [finding.severity, finding.rule, placeOf(finding), finding.reason]);
  const table =
    found.length === 0
      ? 'nothing found\n'
      : textTable(columnsOf(['severity', 'rule', 'byte', 'reason']), found, columns);
  const rows = limits.map((row) => [
    row.ecosystem,
    row.what,
    String(row.actual),
    String(row.limit),
    row.isExceeded ? 'exceeded' : '',
  ]);
  const limitColumns = [...columnsOf(['chain', 'what'], ['actual', 'limit']), ...columnsOf([''])];
  const sizes = `for ${ecosystem}: ${bytes} bytes, ${brotliBytes} compressed with brotli`;
  return `${wrapText(`${sizes}\n`, columns)}\nfindings (${findings.length})\n${table}\nlimits of chains\n${textTable(limitColumns, rows, columns)}`;
}

/** One line of what matters, or nothing. */
export function auditLine(id: string, { findings }: ModuleAudit): string | undefined {
  const worth = findings.filter(({ severity }) => severity === 'warning');
  const [first] = worth;
  if (first === undefined) return undefined;
  const more = worth.length > 1 ? `; ${worth.length - 1} more: trimeter inspect --audit` : '';
  return printable(`audit of ${id}: ${first.reason}${first.offset === null ? '' : ` (byte ${first.offset})`}${more}`);
}

function placeOf({ offset }: AuditFinding): string {
  return offset === null ? '' : String(offset);
}
