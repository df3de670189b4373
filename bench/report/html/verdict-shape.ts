import type { Verdict } from '../../stats/verdict.ts';
import { px } from './coordinates.ts';
import { type Markup, markup } from './markup.ts';

interface Look {
  readonly className: string;
  readonly words: string;
  /** Around the origin, five units to each side. */
  readonly path: string;
}

/** Told apart by shape as well as by colour. */
const LOOKS: Readonly<Record<Verdict | 'none', Look>> = {
  faster: { className: 'faster', words: 'faster', path: 'M-4-5L5 0L-4 5Z' },
  slower: { className: 'slower', words: 'slower', path: 'M4-5L-5 0L4 5Z' },
  'no measurable difference': {
    className: 'equal',
    words: 'no measurable difference',
    path: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z',
  },
  unstable: { className: 'unstable', words: 'unstable', path: 'M-4-4L4 4M-4 4L4-4' },
  none: { className: 'open', words: 'no verdict', path: 'M0-5L5 0L0 5L-5 0Z' },
};

export function verdictWords(verdict: Verdict | null): string {
  return lookOf(verdict).words;
}

export function verdictClass(verdict: Verdict | null): string {
  return `verdict ${lookOf(verdict).className}`;
}

/** Inside an SVG. */
export function verdictShape(verdict: Verdict | null, x: number, y: number): Markup {
  const { path } = lookOf(verdict);
  return markup`<path class="${verdictClass(verdict)}" transform="translate(${px(x)} ${px(y)})" d="${path}"/>`;
}

/** In a line of text; the words have to stand beside it. */
export function verdictIcon(verdict: Verdict | null): Markup {
  return markup`<svg class="icon" viewBox="-6 -6 12 12" aria-hidden="true">${verdictShape(verdict, 0, 0)}</svg>`;
}

export function verdictKey(isOfOneProcess: boolean): Markup {
  const meanings = isOfOneProcess ? oneProcess : all;
  return markup`<ul class="key">${meanings.map(([verdict, words]) => markup`<li>${verdictIcon(verdict)} ${words}</li>`)}</ul>`;
}

type Meaning = readonly [verdict: Verdict | null, words: string];

const oneProcess: readonly Meaning[] = [
  [null, 'no verdict: all is of one process'],
  ['unstable', 'unstable: the interval spans more than a factor of 2, and nothing may be concluded'],
];

const all: readonly Meaning[] = [
  ['faster', 'faster'],
  ['slower', 'slower'],
  ['no measurable difference', 'no measurable difference'],
  ['unstable', 'unstable: nothing may be concluded'],
  [null, 'no verdict: the machine is an anchor'],
];

function lookOf(verdict: Verdict | null): Look {
  return LOOKS[verdict ?? 'none'];
}
