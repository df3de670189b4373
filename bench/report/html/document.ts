import { createHash } from 'node:crypto';
import { type Markup, markup, markupText, type Part, styleElement } from './markup.ts';
import { theme } from './theme.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** Undefined where there is nothing to show: then the page does without the section. */
  readonly content: Part;
}

export interface HtmlDocument {
  readonly title: string;
  /** Under the title. */
  readonly lead: Part;
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** One self-contained page: no scripts, nothing that is fetched. */
export function htmlDocument({ title, lead, sections, footer }: HtmlDocument): string {
  const shown = sections.filter(({ content }) => content !== undefined);
  const body = markup`<header><h1>${title}</h1>
${lead}
<nav aria-label="Sections"><ul>${shown.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav></header>
<main>${shown.map(sectionMarkup)}</main>
<footer>${footer}</footer>`;
  return `<!doctype html>\n${markupText(page(`${title} - Trimeter`, body))}\n`;
}

/** Nothing may be loaded or run but the one style sheet, which is known by its hash. */
function page(title: string, body: Markup): Markup {
  const hash = createHash('sha256').update(theme).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${title}</title>${styleElement(theme)}</head><body>
${body}
</body></html>`;
}

function sectionMarkup({ id, title, note, content }: Section): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${note === '' ? undefined : markup`<p class="note">${note}</p>`}${content}</section>\n`;
}
