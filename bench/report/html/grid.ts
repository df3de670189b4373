import { px } from './coordinates.ts';
import type { LogAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';

/** Lines and labels of a vertical axis at the left of a plot. */
export function horizontalGrid(axis: LogAxis, left: number, right: number): readonly Markup[] {
  return axis.ticks.map(({ value, label }) => {
    const y = axis.at(value);
    return markup`<path class="grid" d="M${left} ${px(y)}H${right}"/><text class="tick end" x="${left - 6}" y="${px(y + 4)}">${label}</text>`;
  });
}

/** Lines of a horizontal axis, with their labels at the given height. */
export function verticalGrid(axis: LogAxis, top: number, bottom: number, labelY: number): readonly Markup[] {
  return axis.ticks.map(({ value, label }) => {
    const x = px(axis.at(value));
    return markup`<path class="grid" d="M${x} ${top}V${px(bottom)}"/><text class="tick middle" x="${x}" y="${labelY}">${label}</text>`;
  });
}
