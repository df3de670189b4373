export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** A logarithmic scale from values to pixels. */
export interface LogAxis {
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

const MAX_TICKS = 6;
/** A plot of equal values has some width, too. */
const MIN_SPAN = Math.log(1.25);
const MARGIN = 0.04;

/**
 * @param values Positive; the axis holds all of them, with a little margin.
 * @param start Pixel of the lower end; above `end` on an axis that rises.
 */
export function logAxis(
  values: readonly number[],
  start: number,
  end: number,
  format: (value: number) => string = plainNumber,
): LogAxis {
  const logs = values.map(Math.log);
  const [least, greatest] = [
    logs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  const middle = (least + greatest) / 2;
  const half = Math.max(greatest - least, MIN_SPAN) * (0.5 + MARGIN);
  const [low, high] = [middle - half, middle + half];
  const at = (value: number) => start + ((Math.log(value) - low) / (high - low)) * (end - start);
  return {
    at,
    ticks: ticksWithin(Math.exp(low), Math.exp(high)).map((value) => ({ value, label: withoutZeros(format(value)) })),
  };
}

/** Ticks are round numbers. */
function plainNumber(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1e4 ? `${value / 1e3} k` : String(value);
}

/** `1.50 µs` as `1.5 µs`, `10.0 ns` as `10 ns`. */
function withoutZeros(label: string): string {
  return label.replace(/(\.\d*?)0+(?!\d)/, '$1').replace(/\.(?!\d)/, '');
}

/** From 1 to 10 by one over that many, for narrow ranges. */
const evenSteps = [20, 10, 5, 2].map((parts) => Array.from({ length: 9 * parts }, (_, at) => (parts + at) / parts));

/** The finest of a few regular series that has not too many values in the range. */
function ticksWithin(low: number, high: number): readonly number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  for (const multiples of [
    ...evenSteps,
    [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
    [1, 1.5, 2, 3, 5, 7],
    [1, 2, 5],
    [1, 3],
    [1],
  ]) {
    const found = series(first, last, 1, multiples, low, high);
    if (found.length <= MAX_TICKS) return found;
  }
  return series(first, last, Math.ceil((last - first) / MAX_TICKS), [1], low, high);
}

function series(
  first: number,
  last: number,
  step: number,
  multiples: readonly number[],
  low: number,
  high: number,
): readonly number[] {
  // Wide steps pass through 1.
  const start = Math.ceil(first / step) * step;
  const decades = Array.from({ length: Math.floor((last - start) / step) + 1 }, (_, at) => start + at * step);
  // From text, because 3 * 10 ** -1 is not 0.3.
  const values = decades.flatMap((decade) => multiples.map((multiple) => Number(`${multiple}e${decade}`)));
  return values.filter((value) => value >= low && value <= high);
}
