import type { TraceComparison } from '../divergence/compare-traces.ts';
import type { TraceFile } from '../divergence/trace-file.ts';
import { printable } from '../text/printable.ts';
import { columnsOf, textTable } from '../text/text-table.ts';
import { counted } from '../text/words.ts';
import { wrapText } from '../text/wrap-text.ts';
import type { CheckTextOptions } from './check-text.ts';
import type { Mark } from './mark.ts';

type Look = Pick<CheckTextOptions, 'mark' | 'screenColumns'>;

const unmarked: Mark = (_, text) => text;
/** Of a hash, on a screen. */
const HASH_DIGITS = 16;

/** One line for each call: how it ended, and what its chain comes to. */
export function traceSummaryText({ case: id, machine, every, calls }: TraceFile, { screenColumns }: Look): string {
  const columns = [...columnsOf(['call', 'ended', 'chain']), ...columnsOf([], ['gas', 'commitments'])];
  const rows = calls.map(({ call, commitments, end }) => [
    call,
    end.status,
    end.chain.slice(0, HASH_DIGITS),
    String(end.gasUsed),
    String(commitments.length),
  ]);
  const head = `${printable(id)} on ${machine}, a commitment every ${every} gas\n\n`;
  return wrapText(head, screenColumns) + textTable(columns, rows, screenColumns);
}

/** Where two traces part, or that they do not. */
export function traceDifferenceText(
  { calls, commitments, hashes, divergence }: TraceComparison,
  [left, right]: readonly [TraceFile, TraceFile],
  { mark = unmarked, screenColumns }: Look,
): string {
  const looked = `${counted(hashes, 'hash').replace('hashs', 'hashes')} of each looked at`;
  if (divergence === undefined) {
    const what = `${counted(calls, 'step')} and ${counted(commitments, 'commitment')} are equal; ${looked}`;
    return wrapText(`${mark('good', what)}\n`, screenColumns);
  }
  const { call, what, from, to, differences } = divergence;
  const place = call === 0 ? 'in the deployment' : `in call ${call}, ${printable(what)}`;
  const begin = from < 0 ? 'its beginning' : `commitment ${from}`;
  const interval = `between ${begin} and ${to === undefined ? 'its end' : `commitment ${to}`}`;
  const short = (text: string) => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, HASH_DIGITS) : text);
  const names = left.machine === right.machine ? ['first', 'second'] : [left.machine, right.machine];
  const rows = differences.map((found) => [found.field, short(found.left), short(found.right)]);
  return (
    wrapText(`${mark('bad', 'the traces part')} ${place}, ${interval}\n\n`, screenColumns) +
    textTable(columnsOf(['', ...names]), rows, screenColumns) +
    wrapText(`\n${looked}\n`, screenColumns)
  );
}
