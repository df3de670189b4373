import type { Cause } from '../divergence/cause.ts';
import type { Localisation } from '../divergence/localise.ts';
import { printable } from '../text/printable.ts';
import type { Mark } from './mark.ts';

/** Of a module's hash, on a screen. */
const HASH_DIGITS = 12;

/** Where a machine parts from the reference: what differs, and the code around it. Safe to show on a terminal. */
export function placeText(place: Localisation, mark: Mark): string {
  const { machine, reference, call, isReproduced, cause, difference } = place;
  const where = call === 0 ? 'in the deployment' : `in call ${call}`;
  if (difference === undefined && !isReproduced) return `${where}, ${machine} comes to what ${reference} comes to\n`;
  const interval = isReproduced ? intervalWords(place) : 'in its usual form alone';
  const title = `${mark('bold', machine)} parts from ${reference} ${where}, ${interval}`;
  if (cause === undefined && !isReproduced) return `${title}; recorded, it does as ${reference} does\n`;
  if (cause === undefined) return `${title}; more happens there than is kept\n`;
  const width = Math.max(machine.length, reference.length) + 1;
  const side = (name: string, text: string): string => `    ${`${name}:`.padEnd(width)} ${printable(text)}\n`;
  const note = cause.note === undefined ? '' : `    ${printable(cause.note)}\n`;
  return `${title}\n  ${printable(cause.what)}\n${side(machine, cause.left)}${side(reference, cause.right)}${note}${codeText(cause)}`;
}

function intervalWords({ interval, commitments, every, hashes }: Localisation): string {
  const begin = interval === undefined || interval < 0 ? 'before the first commitment' : `after commitment ${interval}`;
  return `${begin} of ${commitments} (every ${every} gas; ${hashes} hashes looked at)`;
}

function codeText({ place, listing }: Cause): string {
  if (place === undefined) return '';
  const { functionIndex, functionName, offset, module, depth, hostFunction } = place;
  const named = functionName === undefined ? '' : ` (${printable(functionName)})`;
  const host = hostFunction === undefined ? '' : `, which calls ${printable(hostFunction)}`;
  const frame = depth === 0 ? '' : `, frame ${depth}`;
  const width = String(listing.at(-1)?.offset ?? '').length;
  const lines = listing.map(({ offset: at, text, weight, isIt }) => {
    const price = weight === undefined ? '' : `${String(weight).padStart(5)}  `;
    return `${isIt ? '  > ' : '    '}${String(at).padStart(width)}  ${price}${printable(text)}\n`;
  });
  const head = `  function ${functionIndex}${named}, offset ${offset}${host}${frame}, module ${module.slice(0, HASH_DIGITS)}`;
  return `${head}\n${lines.join('')}`;
}
