import type { MeasuredValue } from '../claims/claim.ts';
import { formatCount, formatNs, formatNumber } from '../result/units.ts';

/** `0.85 [0.83, 0.87]`, `1.20 ms`, `12 % [10 %, 14 %]`, `47`. */
export function formatMeasuredValue({ unit, value }: MeasuredValue): string {
  const format = FORMATS[unit];
  if (typeof value === 'number') return format(value);
  return `${format(value.point)} [${format(value.low)}, ${format(value.high)}]`;
}

const FORMATS: Readonly<Record<MeasuredValue['unit'], (value: number) => string>> = {
  ratio: formatNumber,
  nanoseconds: formatNs,
  share: (value) => `${(100 * value).toFixed(0)} %`,
  count: formatCount,
};
