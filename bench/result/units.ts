import type { Estimate } from '../stats/signed-rank.ts';

/** A duration in the unit that suits it, to three digits: `840 ns`, `1.25 µs`, `31.0 ms`. */
export function formatNs(ns: number): string {
  if (ns < 0) return `-${formatNs(-ns)}`;
  const units = [
    { name: 'ns', size: 1 },
    { name: 'µs', size: 1e3 },
    { name: 'ms', size: 1e6 },
    { name: 's', size: 1e9 },
  ];
  // 999.6 ns would round to 1000 ns.
  const unit = units.find(({ size }) => ns / size < 999.5) ?? { name: 's', size: 1e9 };
  return `${formatNumber(ns / unit.size)} ${unit.name}`;
}

/** `32,828,978` */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** To about three significant digits; two below 0.1. */
export function formatNumber(value: number): string {
  if (value < 0) return `-${formatNumber(-value)}`;
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  if (value >= 0.1 || value === 0) return value.toFixed(2);
  return value.toPrecision(2);
}

/** `0.85 [0.83, 0.87]` */
export function formatEstimate(
  { point, low, high }: Estimate,
  format: (value: number) => string = formatNumber,
): string {
  return `${format(point)} [${format(low)}, ${format(high)}]`;
}

/** Of a noise floor: `×/÷ 1.013` stands for the ratios from 1/1.013 to 1.013. */
export function formatFloor(floor: number): string {
  return `×/÷ ${floor < 10 ? floor.toPrecision(4) : formatNumber(floor)}`;
}
