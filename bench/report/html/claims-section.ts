import type { ClaimVerdict, MeasuredValue } from '../../claims/claim.ts';
import type { JudgedClaim } from '../../claims/judge-claims.ts';
import { formatMeasuredValue } from '../measured-value-text.ts';
import { type Markup, markup } from './markup.ts';

/** Around the origin, six units to each side: told apart by shape as well as by colour. */
const SHAPES: Readonly<Record<ClaimVerdict, { readonly className: string; readonly path: string }>> = {
  holds: { className: 'holds', path: 'M-5 0L-1.5 4L5-4' },
  'not refuted': { className: 'holds', path: 'M-4 0L-1 3L4-3M-5 5H5' },
  partly: { className: 'partly', path: 'M-5 0H5' },
  'does not hold': { className: 'fails', path: 'M-4-4L4 4M-4 4L4-4' },
  undecided: { className: 'open', path: 'M-4-2a4 3 0 1 1 4 3v1.5M0 5v.5' },
  'not measured': { className: 'open', path: 'M-4 0H-3M-.5 0H.5M3 0H4' },
};

/** So many measured values are shown at once; the sentence speaks of the rest. */
const MAX_VALUES = 6;

/** Claim by claim: the verdict, what was measured, in a sentence what that means, and who says it. */
export function claimsSection(claims: readonly JudgedClaim[]): Markup {
  return markup`<ol class="claims">${claims.map(claimItem)}</ol>`;
}

function claimItem({ id, text, verdict, measured, sentence, criterion, restsOn, sources }: JudgedClaim): Markup {
  const { className, path } = SHAPES[verdict];
  // Of a single workload the mean, the lowest and the highest ratio are one.
  const isRepeated = (found: MeasuredValue, at: number) =>
    restsOn.length === 1 &&
    found.unit === 'ratio' &&
    measured.slice(0, at).some((other) => formatMeasuredValue(other) === formatMeasuredValue(found));
  const values = measured
    .filter((found, at) => !isRepeated(found, at))
    .slice(0, MAX_VALUES)
    .map((measurement) => markup`<div><dt>${measurement.what}</dt><dd>${formatMeasuredValue(measurement)}</dd></div>`);
  const cited =
    sources.length === 0
      ? markup`source not found`
      : sources.map(({ title, url }, at) => markup`${at === 0 ? '' : '; '}<a href="${url}">${title}</a>`);
  const rests = restsOn.length === 0 ? undefined : markup`<p><b>Rests on:</b> ${restsOn.join(', ')}</p>`;
  return markup`<li class="claim" id="claim-${id}">
<p class="stamp ${className}"><svg class="icon" viewBox="-7 -7 14 14" aria-hidden="true"><path d="${path}"/></svg>${verdict}</p>
<div><h3>${text}</h3><p class="said">Said by: ${cited}</p><p>${sentence}</p>${values.length === 0 ? undefined : markup`<dl class="values">${values}</dl>`}
<details><summary>How it is judged</summary><p><b>Counts as shown if:</b> ${criterion}</p>${rests}</details></div></li>`;
}
