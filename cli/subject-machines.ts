import { isBundledDirectory } from '../contracts/bundled-cases.ts';
import type { Backend } from '../engine/backend.ts';
import { comparedMachines, isUnconfined, type MissingMachine, machinesFor } from '../harness/machines/register.ts';
import { type DescribedSubject, partsOf } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import type { Terminal } from './terminal.ts';

/** A contract and the machines to run it on. */
export interface SubjectMachines {
  readonly subject: DescribedSubject;
  readonly backends: readonly Backend[];
}

/** Names of the machines that have a form of the contract, and of its companions, to run. */
export function machinesOf(subject: DescribedSubject): readonly string[] {
  return machinesFor(partsOf(subject));
}

/** Names of the machines that can run one of the contracts at least. */
export function machinesOfSome(subjects: readonly DescribedSubject[]): readonly string[] {
  return comparedMachines.filter((name) => subjects.some((subject) => machinesOf(subject).includes(name)));
}

/** Names of the machines that can run all of the contracts. */
export function machinesOfAll(subjects: readonly DescribedSubject[]): readonly string[] {
  return comparedMachines.filter((name) => subjects.every((subject) => machinesOf(subject).includes(name)));
}

/** Why a machine does not run by default what did not come with this package; undefined if it may. */
export function untrusted(backendName: string, subjects: readonly DescribedSubject[]): string | undefined {
  if (!isUnconfined(backendName)) return undefined;
  const foreign = subjects.find(({ code, path }) => code.native !== undefined && !isBundledDirectory(path));
  return foreign && `it would run the C++ of ${foreign.path} unconfined, which is not bundled; name it with --on`;
}

/** The machines of a list that run without being named. The others are mentioned. */
export function trustedDefaults(
  terminal: Terminal,
  names: readonly string[],
  subjects: readonly DescribedSubject[],
): { readonly defaults: readonly string[]; readonly leftOut: readonly MissingMachine[] } {
  const leftOut = names.flatMap((name) => {
    const reason = untrusted(name, subjects);
    return reason === undefined ? [] : [{ name, reason }];
  });
  for (const { name, reason } of leftOut) terminal.error(`without ${name}: ${printable(reason)}\n`);
  return { defaults: names.filter((name) => untrusted(name, subjects) === undefined), leftOut };
}

/**
 * Each contract with those of the machines that can run it. What a machine is left out of is mentioned; contracts that
 * fewer than so many machines can run have nothing to be compared with, and are left out themselves.
 */
export function assignMachines(
  terminal: Terminal,
  subjects: readonly DescribedSubject[],
  backends: readonly Backend[],
  least: number,
): readonly SubjectMachines[] {
  for (const { name } of backends) {
    const without = subjects.filter((subject) => !machinesOf(subject).includes(name)).map(({ id }) => id);
    if (without.length > 0) terminal.error(`${name} has no form to run of ${printable(without.join(', '))}\n`);
  }
  return subjects
    .map((subject) => ({ subject, backends: backends.filter(({ name }) => machinesOf(subject).includes(name)) }))
    .filter((assigned) => assigned.backends.length >= least);
}
