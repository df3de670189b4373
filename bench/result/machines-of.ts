import { duplicateName } from '../protocol/agree-on-jobs.ts';
import type { ProtocolReport } from './protocol-report.ts';

/** Names of the machines of a run, the subject of its ratios first, without the copy that one was held against. */
export function machinesOf({ environment, cases }: ProtocolReport): readonly string[] {
  const copies = cases.flatMap(({ self }) => (self === null ? [] : [duplicateName(self.machine)]));
  const names = [...Object.keys(environment.backends), ...cases.flatMap(({ slots }) => Object.keys(slots))];
  const subjects = cases.flatMap(({ comparisons }) =>
    Object.keys(comparisons).map((key) => key.split('/', 1)[0] ?? ''),
  );
  return [...new Set([...subjects, ...names])].filter((name) => !copies.includes(name));
}
