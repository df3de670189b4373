import { px } from './coordinates.ts';
import { type Markup, markup } from './markup.ts';

export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a small label, about. */
const CHARACTER_WIDTH = 5.9;
const RADIUS = 4;

/**
 * The labels of points, each beside, over or under its own, where it touches no other and nothing else. Those that find no such place
 * are left out; the first come first.
 *
 * @param obstacles Boxes that no label may touch, besides the points.
 */
export function pointLabels(
  points: readonly LabelledPoint[],
  obstacles: readonly Box[],
  within: Box,
): readonly Markup[] {
  const dots = points.map(({ x, y }) => boxAround(x, y, 2 * RADIUS, 2 * RADIUS));
  const taken: Box[] = [...dots, ...obstacles];
  return points.flatMap(({ x, y, label }): readonly Markup[] => {
    const width = CHARACTER_WIDTH * Array.from(label).length;
    const aside = RADIUS + 3 + width / 2;
    const middles = [
      [x + aside, y],
      [x - aside, y],
      [x, y - 12],
      [x, y + 12],
      [x - width / 2 + 8, y - 13],
      [x + width / 2 - 8, y + 13],
      [x + aside - 4, y - 10],
      [x - aside + 4, y + 10],
      [x + aside - 4, y + 10],
      [x - aside + 4, y - 10],
    ] as const;
    const place = middles.find(([left, top]) => {
      const box = boxAround(left, top, width, 11);
      return isInside(box, within) && !taken.some((other) => touch(box, other));
    });
    if (place === undefined) return [];
    taken.push(boxAround(...place, width, 11));
    return [markup`<text class="tick middle" x="${px(place[0])}" y="${px(place[1] + 3.5)}">${label}</text>`];
  });
}

/** Boxes along a line, which keep labels off it. */
export function alongLine(from: readonly [number, number], to: readonly [number, number]): readonly Box[] {
  const steps = 60;
  return Array.from({ length: steps + 1 }, (_, at) => {
    const share = at / steps;
    return boxAround(from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1]), 2, 2);
  });
}

function boxAround(x: number, y: number, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function touch(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom
  );
}
