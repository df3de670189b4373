import { px } from './coordinates.ts';
import type { LogAxis, Tick } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';

/** Labels of one line of text each need so much room. */
const [LABEL_HEIGHT, CHARACTER_WIDTH] = [13, 6.5];

/** Lines and labels of a vertical axis at the left of a plot. */
export function horizontalGrid(axis: LogAxis, left: number, right: number): readonly Markup[] {
  return spaced(axis, () => LABEL_HEIGHT).map(({ value, label }) => {
    const y = axis.at(value);
    return markup`<path class="grid" d="M${left} ${px(y)}H${right}"/><text class="tick end" x="${left - 6}" y="${px(y + 4)}">${label}</text>`;
  });
}

/** Lines of a horizontal axis, with their labels at the given height. */
export function verticalGrid(axis: LogAxis, top: number, bottom: number, labelY: number): readonly Markup[] {
  return spaced(axis, (label) => CHARACTER_WIDTH * (label.length + 1)).map(({ value, label }) => {
    const x = px(axis.at(value));
    return markup`<path class="grid" d="M${x} ${top}V${px(bottom)}"/><text class="tick middle" x="${x}" y="${labelY}">${label}</text>`;
  });
}

/** Ticks without those that come too near to the one before. */
function spaced({ at, ticks }: LogAxis, roomOf: (label: string) => number): readonly Tick[] {
  const kept: Tick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || Math.abs(at(tick.value) - at(before.value)) >= roomOf(tick.label)) kept.push(tick);
  }
  return kept;
}
