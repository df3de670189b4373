import { escapeText } from './escape.ts';

const trusted: unique symbol = Symbol('markup');

/** HTML or SVG that is safe to put into a page. Nothing read from a file can be one. */
export interface Markup {
  readonly [trusted]: string;
}

/** What may stand in a template: text and numbers are escaped, nothing is left out. */
export type Part = Markup | string | number | readonly Part[] | undefined;

/** Template tag: the template itself is taken as it is, all that is put into it is escaped unless it is markup. */
export function markup(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const pieces = template.flatMap((text, at) => [text, at < parts.length ? textOf(parts[at]) : '']);
  return { [trusted]: pieces.join('') };
}

/** A style sheet of ours: inside `style`, escaping would change it. */
export function styleElement(styleSheet: string): Markup {
  return { [trusted]: `<style>${styleSheet}</style>` };
}

export function markupText(part: Markup): string {
  return part[trusted];
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeText(part);
  return isMarkup(part) ? part[trusted] : part.map(textOf).join('');
}

function isMarkup(part: Markup | readonly Part[]): part is Markup {
  return trusted in part;
}
