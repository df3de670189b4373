import type { ProtocolReport } from '../bench/result/protocol-report.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import { readInputText } from '../contracts/read-input.ts';
import { damageOf } from './report-shape.ts';
import { isObject } from './shape.ts';

const MAX_REPORT_BYTES = 1 << 28;

/** The result of an earlier run. @throws InputRejected for anything else. */
export function readReport(path: string): ProtocolReport {
  const text = readInputText(path, MAX_REPORT_BYTES);
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch {
    throw new InputRejected(path, 'is not JSON');
  }
  if (!isObject(report) || report['format'] !== 'trimeter-bench-protocol') {
    throw new InputRejected(path, 'is not a result of the benchmark (format trimeter-bench-protocol)');
  }
  if (report['version'] !== 2) {
    throw new InputRejected(path, `has version ${JSON.stringify(report['version'])}, known is 2`);
  }
  const damage = damageOf(report);
  if (damage !== undefined) throw new InputRejected(path, `is damaged at ${damage}`);
  return report as unknown as ProtocolReport;
}
