/** Sections of the binary format. Source: https://webassembly.github.io/spec/core/binary/modules.html#sections */
export const SectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** In the order that a module must keep, which is not that of the numbers: late comers had to fit in. */
const inOrder: readonly (keyof typeof SectionId)[] = [
  'type',
  'import',
  'function',
  'table',
  'memory',
  'tag',
  'global',
  'export',
  'start',
  'element',
  'dataCount',
  'code',
  'data',
];

/** The section's place in the order; `undefined` for an unknown id and for custom sections, which may stand anywhere. */
export function sectionOrder(id: number): number | undefined {
  const order = inOrder.findIndex((name) => SectionId[name] === id);
  return order === -1 ? undefined : order;
}

export function sectionName(id: number): string {
  return inOrder.find((name) => SectionId[name] === id) ?? 'custom';
}
