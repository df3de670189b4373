import { PLOT_WIDTH, px, shortened } from './coordinates.ts';
import type { LogAxis } from './log-axis.ts';
import { type Markup, markup } from './markup.ts';

const AXIS_HEIGHT = 22;
const ROW_HEIGHT = 36;
const [LANE_TOP, LANE_HEIGHT] = [19, 17];
const MAX_LABEL = 30;

/** Where rows lie in a plot that has a line of text over each. */
export function rowTop(row: number): number {
  return AXIS_HEIGHT + row * ROW_HEIGHT;
}

/** The middle of the lane under the text. */
export function laneMiddle(row: number): number {
  return rowTop(row) + LANE_TOP + 8;
}

export function lanesHeight(rowCount: number): number {
  return rowTop(rowCount) + 4;
}

/** A vertical line that keeps to the lanes, so that it goes through no label. */
export function laneLine(x: number, rowCount: number): string {
  return Array.from({ length: rowCount }, (_, row) => `M${px(x)} ${rowTop(row) + LANE_TOP}v${LANE_HEIGHT}`).join('');
}

export function laneGrid(axis: LogAxis, rowCount: number): readonly Markup[] {
  return axis.ticks.map(({ value, label }) => {
    const x = axis.at(value);
    return markup`<path class="grid" d="${laneLine(x, rowCount)}"/><text class="tick middle" x="${px(x)}" y="13">${label}</text>`;
  });
}

/** The text over a lane: what it is, and at the right end the value. */
export function laneText(label: string, value: string, top: number): Markup {
  return markup`<text class="label" x="0" y="${px(top + 14)}">${shortened(label, MAX_LABEL)}</text><text class="value end" x="${PLOT_WIDTH}" y="${px(top + 14)}">${value}</text>`;
}
