import { isBundledDirectory } from '../contracts/bundled-cases.ts';
import type { GuestAbi } from '../engine/abi/guest-abi.ts';
import { moduleInterfaceOf } from '../engine/abi/module-interface-of.ts';
import type { Schedule } from '../engine/schedule.ts';
import { auditModule, type ModuleAudit } from '../harness/audit/audit.ts';
import { auditLine } from '../harness/audit/audit-text.ts';
import { ecosystemOf } from '../harness/audit/ecosystem-limits.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';

/** So that what was asked for stays in sight. */
const MOST_LINES = 2;

export function auditFor(bytes: Uint8Array, abi: GuestAbi, { limits }: Schedule): ModuleAudit {
  return auditModule(bytes, { limits, interface: moduleInterfaceOf(abi), ecosystem: ecosystemOf(abi.name) });
}

/** A line or two about the modules among contracts that are not bundled. Why one is refused is not for it to say. */
export function auditNotes(subjects: readonly DescribedSubject[], schedule: Schedule): string {
  const lines = subjects
    .filter(({ path }) => !isBundledDirectory(path))
    .flatMap(({ id, code: { wasm } }) => {
      const line = wasm === undefined ? undefined : auditLine(id, auditFor(wasm.bytes, wasm.abi, schedule));
      return line === undefined ? [] : [line];
    });
  const more = lines.length - MOST_LINES;
  const shown =
    more > 0 ? [...lines.slice(0, MOST_LINES - 1), `audit of ${more + 1} more: trimeter inspect --audit`] : lines;
  return shown.map((line) => `${line}\n`).join('');
}
