import type { ProtocolReport } from '../bench/report/protocol-report.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import { readInput } from './read-input.ts';

const MAX_REPORT_BYTES = 1 << 28;

/** The result of an earlier run of the full protocol. @throws InputRejected for anything else. */
export function readReport(path: string): ProtocolReport {
  const text = new TextDecoder().decode(readInput(path, MAX_REPORT_BYTES));
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new InputRejected(path, 'is not JSON');
  }
  if (!isObject(report) || report['format'] !== 'trimeter-bench-protocol') {
    throw new InputRejected(path, 'is not a result of the full benchmark (format trimeter-bench-protocol)');
  }
  if (report['version'] !== 1) throw new InputRejected(path, `has version ${report['version']}, known is 1`);
  const { cases } = report;
  if (!Array.isArray(cases) || !cases.every(isCase)) throw new InputRejected(path, 'is damaged');
  return report as unknown as ProtocolReport;
}

/** What a comparison works with. */
function isCase(found: unknown): boolean {
  if (!isObject(found)) return false;
  const { id, workload, self, slots, comparisons } = found;
  return (
    typeof id === 'string' &&
    typeof workload === 'string' &&
    (self === null || (isObject(self) && isDuration(self['floor']))) &&
    isObject(slots) &&
    Object.values(slots).every(isSlot) &&
    isObject(comparisons) &&
    Object.entries(comparisons).every(
      ([key, comparison]) => isObject(comparison) && key.split('/').every((name) => Object.hasOwn(slots, name)),
    )
  );
}

function isSlot(slot: unknown): boolean {
  return isObject(slot) && Array.isArray(slot['blocksNs']) && slot['blocksNs'].every(isDuration);
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
