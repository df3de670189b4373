import { PLOT_WIDTH, px } from './coordinates.ts';
import { type Markup, markup, type Part } from './markup.ts';

export interface Plot {
  readonly title: string;
  /** What is shown, for those who do not see it. */
  readonly description: string;
  readonly height: number;
  readonly className?: string;
  readonly content: Part;
}

/** An SVG with a name and a description. */
export function plot({ title, description, height, className = '', content }: Plot): Markup {
  return markup`<svg class="plot ${className}" role="img" viewBox="0 0 ${PLOT_WIDTH} ${px(height)}"><title>${title}</title><desc>${description}</desc>${content}</svg>`;
}

/** A plot under its heading, beside others where there is room. */
export function facet(heading: Part, drawing: Markup): Markup {
  return markup`<figure class="facet"><figcaption>${heading}</figcaption>${drawing}</figure>`;
}

export function facets(figures: readonly Markup[]): Markup {
  return markup`<div class="facets">${figures}</div>`;
}
