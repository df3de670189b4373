import { toHex } from '../engine/bytes.ts';
import { type Event, type Outcome, trapName } from '../engine/outcome.ts';
import type { MissingMachine } from '../harness/machines/register.ts';
import { callWords } from '../harness/results/check-words.ts';
import type { ReplayCall } from '../harness/subjects/replay-call.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import { columnsOf, textTable } from '../harness/text/text-table.ts';
import { wrapText } from '../harness/text/wrap-text.ts';
import type { Result, Verdict } from './compare-results.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** One call, what it came to on each machine, and whether they agree on it. */
export interface CallResults {
  readonly call: ReplayCall;
  readonly results: readonly Result[];
  readonly verdict: Verdict;
}

const columns = [...columnsOf(['machine', 'status', 'result'], ['events', 'gas']), ...columnsOf(['state'])];

/** A table of machines for each call, what was emitted, and who agrees. Several calls have their words above. */
export function runText(
  terminal: Terminal,
  subject: DescribedSubject,
  calls: readonly CallResults[],
  missing: readonly MissingMachine[],
): string {
  const parts = calls.map(({ call, results, verdict }, at) => {
    const rows = results.map(({ backend, observation: { outcome, stateDigest } }) => [
      backend.name,
      outcome.status,
      resultOf(subject, call, outcome) || '-',
      String(eventsOf(outcome).length),
      backend.isMetered ? String(outcome.gasUsed) : '-',
      stateDigest.slice(0, 16),
    ]);
    const title = calls.length === 1 ? '' : `${style(terminal, 'bold', `${at + 1}. ${printable(callWords(call))}`)}\n`;
    const events = eventsOf(results[0]?.observation.outcome as Outcome).map(
      (event) => `event ${printable(subject.describeEvent(event))}\n`,
    );
    const difference = verdict.difference === undefined ? '' : `${differenceOf(terminal, verdict)}\n`;
    const below = wrapText(`${events.join('')}${difference}`, terminal.columns);
    return `${title}${textTable(columns, rows, terminal.columns)}${below}`;
  });
  const end = calls.some(({ verdict }) => verdict.difference !== undefined) ? '' : agreement(terminal, calls);
  const absent = missing.length === 0 ? '' : `without ${missing.map(({ name }) => name).join(', ')}`;
  const last = [end, absent].filter((text) => text !== '').join('; ');
  return `${parts.join('\n')}${last === '' ? '' : wrapText(`${last}\n`, terminal.columns)}`;
}

function agreement(terminal: Terminal, calls: readonly CallResults[]): string {
  const names = calls[0]?.results.map(({ backend }) => backend.name) ?? [];
  if (names.length === 1) return `only ${names[0]} ran it, so that nothing was compared`;
  const what = calls.length === 1 ? '' : ` on ${calls.length} calls`;
  return style(terminal, 'good', `${names.join(', ')} agree${what}`);
}

function differenceOf(terminal: Terminal, { agreed, difference = '' }: Verdict): string {
  return style(terminal, agreed === null ? 'bold' : 'bad', printable(difference));
}

/** Of one call on one machine, for JSON. */
export function resultJson(
  subject: DescribedSubject,
  call: ReplayCall,
  { backend, observation: { outcome, stateDigest } }: Result,
): unknown {
  return {
    name: backend.name,
    description: backend.description,
    status: outcome.status,
    ...(outcome.status === 'trap' ? { trap: trapName(outcome.code) } : { output: toHex(outcome.output) }),
    decoded: resultOf(subject, call, outcome),
    events: eventsOf(outcome).map((event) => ({
      address: toHex(event.address),
      topics: event.topics.map(toHex),
      data: toHex(event.data),
      decoded: subject.describeEvent(event),
    })),
    gasUsed: backend.isMetered ? outcome.gasUsed : null,
    stateDigest,
  };
}

/** What a companion or raw data gives back has no method here to be read by. */
function resultOf(subject: DescribedSubject, { method, to }: ReplayCall, outcome: Outcome): string {
  if (method !== undefined && to === undefined) return subject.describeResult(method, outcome);
  if (outcome.status === 'trap') return trapName(outcome.code);
  const known = outcome.status === 'revert' ? subject.describeRevert?.(outcome.output) : undefined;
  return known ?? toHex(outcome.output);
}

function eventsOf(outcome: Outcome): readonly Event[] {
  return outcome.status === 'success' ? outcome.events : [];
}
