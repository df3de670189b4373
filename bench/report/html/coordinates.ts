/** Width of every plot, in SVG units: what a phone shows at its true size. Wider pages put plots side by side. */
export const PLOT_WIDTH = 340;

/** Coordinates to a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(10 * value) / 10);
}

/** What fits; the whole text belongs into a title. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
