import type { MeasuredValue } from '../claims/claim.ts';
import { formatCount, formatEstimate, formatNs, formatNumber } from '../result/units.ts';

/** `0.85 [0.83, 0.87]`, `1.20 ms`, `12 % [10 %, 14 %]`, `47`. */
export function formatMeasuredValue({ unit, value }: MeasuredValue): string {
  const format = FORMATS[unit];
  return typeof value === 'number' ? format(value) : formatEstimate(value, format);
}

const FORMATS: Readonly<Record<MeasuredValue['unit'], (value: number) => string>> = {
  ratio: formatNumber,
  nanoseconds: formatNs,
  share: (value) => `${(100 * value).toFixed(0)} %`,
  count: formatCount,
};
