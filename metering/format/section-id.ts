/**
 * Sections of the binary format, in the order that a module must keep, which is not that of the numbers: late comers had to fit in.
 * Source: https://webassembly.github.io/spec/core/binary/modules.html#sections
 */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  tag: 13,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  dataCount: 12,
  code: 10,
  data: 11,
} as const;

const names = Object.keys(SectionId);
const ids: readonly number[] = Object.values(SectionId);

/** The section's place in the order; `undefined` for an unknown id and for custom sections, which may stand anywhere. */
export function sectionOrder(id: number): number | undefined {
  const order = ids.indexOf(id);
  return order > 0 ? order : undefined;
}

export function sectionName(id: number): string {
  return names[ids.indexOf(id)] ?? 'custom';
}
