import { InputRejected } from '../input-rejected.ts';
import { anyFields, readObject } from '../json-fields.ts';

/** Of one type with all that it is made of, lists of fixed length written out: what a value of it takes to build. */
const MAX_PARTS = 100_000;
const MAX_DEPTH = 64;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the types of ink! metadata before the decoder unfolds them, which it does without bounds: types refer to each
 * other by index, and none to itself.
 *
 * @throws InputRejected
 */
export function checkInkTypes(types: unknown, where: string): void {
  if (!Array.isArray(types)) throw new InputRejected(`${where}: types`, 'expected a list');
  const known = new Map<number, number>();
  const open = new Set<number>();

  const partsOf = (id: unknown, place: string): number => {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= types.length) {
      throw new InputRejected(place, `expected the index of a type, got ${JSON.stringify(id)}`);
    }
    const index = id as number;
    const done = known.get(index);
    if (done !== undefined) return done;
    if (open.has(index)) throw new InputRejected(place, `type ${index} is a part of itself`);
    if (open.size >= MAX_DEPTH) throw new InputRejected(place, `is nested deeper than ${MAX_DEPTH} types`);
    open.add(index);
    const own = `${where}: types[${index}]`;
    const entry = fieldsOf(types[index], own);
    if (entry['id'] !== index)
      throw new InputRejected(`${own}.id`, `expected ${index}, got ${JSON.stringify(entry['id'])}`);
    const parts = 1 + partsIn(fieldsOf(fieldsOf(entry['type'], own)['def'], own), own);
    open.delete(index);
    if (parts > MAX_PARTS) throw new InputRejected(own, `has more than ${MAX_PARTS} parts`);
    known.set(index, parts);
    return parts;
  };

  const partsIn = (definition: Fields, own: string): number => {
    const { composite, variant, sequence, array, tuple, compact } = definition;
    const fields = [composite, ...listOf(variant && fieldsOf(variant, own)['variants'])]
      .filter((part) => part !== undefined)
      .flatMap((part) => listOf(fieldsOf(part, own)['fields']));
    const single = [...fields, sequence, compact].filter((part) => part !== undefined);
    const ids = [...single.map((part) => fieldsOf(part, own)['type']), ...listOf(tuple)];
    const parts = ids.reduce<number>((sum, id) => sum + partsOf(id, own), 0);
    if (array === undefined) return parts;
    const { len, type } = fieldsOf(array, own);
    if (!Number.isSafeInteger(len) || (len as number) < 0) {
      throw new InputRejected(`${own}.array.len`, `expected a length, got ${JSON.stringify(len)}`);
    }
    return parts + (len as number) * partsOf(type, own);
  };

  for (const index of types.keys()) partsOf(index, `${where}: types`);
}

function fieldsOf(value: unknown, where: string): Fields {
  return readObject(value, where, anyFields);
}

/** Absent lists are left out of metadata, and what is none is for the decoder to refuse. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
