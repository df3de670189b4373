/** What a difference can be in: what `accept` may name, alone or with more of a field behind it. */
export const comparedFields = [
  'status',
  'trapCode',
  'output',
  'events',
  'accounts',
  'balances',
  'stateDigest',
  'gas',
  'observation',
] as const;

/** Whether a field is the one that is accepted, or a part of it: `events` is all of `events[1].data`. */
export function isPartOf(field: string, accepted: string): boolean {
  return field === accepted || (field.startsWith(accepted) && /^[.[]/.test(field.slice(accepted.length)));
}

/** What `accept` can name. */
export function isComparedField(accepted: string): boolean {
  return comparedFields.some((field) => isPartOf(accepted, field));
}
