import { type Markup, markup, type Part } from './markup.ts';

export interface DataColumn {
  readonly heading: Part;
  /** Text lines up at its left end, numbers at their right one. */
  readonly isText?: boolean;
}

/**
 * A table in a box of its own, which scrolls if it is larger than the page: the headings stay, and the theme shades the edge that
 * there is more behind. The first cell of a row names it.
 */
export function dataTable(
  caption: string,
  columns: readonly DataColumn[],
  rows: readonly (readonly Part[])[],
  foot: readonly (readonly Part[])[] = [],
): Markup {
  const row = (cells: readonly Part[]) =>
    markup`<tr>${cells.map((cell, at) => (at === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td${kindOf(columns[at])}>${cell}</td>`))}</tr>`;
  const headings = columns.map((column) => markup`<th scope="col"${kindOf(column)}>${column.heading}</th>`);
  return markup`<p class="caption">${caption}</p><div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table aria-label="${caption}"><thead><tr>${headings}</tr></thead><tbody>${rows.map(row)}</tbody>${foot.length === 0 ? undefined : markup`<tfoot>${foot.map(row)}</tfoot>`}</table></div>`;
}

function kindOf(column: DataColumn | undefined): Markup {
  return column?.isText ? markup` class="text"` : markup``;
}
