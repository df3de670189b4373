import type { Backend } from '../engine/backend.ts';
import type { Schedule } from '../engine/schedule.ts';
import type { CheckReport } from '../harness/check.ts';
import { type Localisation, localise } from '../harness/divergence/localise.ts';
import { localisableMachines } from '../harness/machines/register.ts';
import type { Subject } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import type { Terminal } from './terminal.ts';

interface Found extends Pick<CheckReport, 'counterexample'> {
  readonly subject: Subject;
  readonly backends: readonly Backend[];
  readonly schedule: Schedule;
}

/**
 * Where the two machines of a disagreement part, if both run WebAssembly. Undefined where there is nothing to look for, or it
 * cannot be found, which is mentioned: the disagreement stands without it.
 */
export async function localiseFound(
  terminal: Terminal,
  { subject, counterexample, backends, schedule }: Found,
): Promise<readonly Localisation[] | undefined> {
  const names = counterexample?.disagreement.backends;
  if (counterexample === undefined || names?.every((name) => localisableMachines.includes(name)) !== true)
    return undefined;
  const two = backends.filter(({ name }) => names.includes(name));
  try {
    return await localise(subject, counterexample, two, { schedule });
  } catch (error) {
    terminal.error(`where ${names.join(' and ')} part was not found: ${printable((error as Error).message)}\n`);
    return undefined;
  }
}

/** The reports of a check, with the places of their disagreements. */
export async function withPlaces(
  terminal: Terminal,
  reports: readonly CheckReport[],
  about: Omit<Found, 'subject' | 'counterexample'> & { readonly subjects: readonly Subject[] },
): Promise<readonly CheckReport[]> {
  const placed: CheckReport[] = [];
  for (const report of reports) {
    const subject = about.subjects.find(({ id }) => id === report.id);
    const { counterexample } = report;
    const places = subject && (await localiseFound(terminal, { ...about, subject, counterexample }));
    placed.push(places === undefined ? report : { ...report, places });
  }
  return placed;
}
