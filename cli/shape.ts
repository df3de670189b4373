/** What a value from a file has to look like. Returns where it first does not, or undefined if it does. */
export type Shape = (value: unknown, where: string) => string | undefined;

export const text: Shape = (value, where) => (typeof value === 'string' ? undefined : where);

export const flag: Shape = (value, where) => (typeof value === 'boolean' ? undefined : where);

export function numberFrom(min: number, max: number): Shape {
  return (value, where) => (typeof value === 'number' && value >= min && value <= max ? undefined : where);
}

export function integerFrom(min: number, max: number): Shape {
  const inRange = numberFrom(min, max);
  return (value, where) => (Number.isInteger(value) ? inRange(value, where) : where);
}

export function oneOf(...known: readonly (string | null)[]): Shape {
  return (value, where) => (known.some((item) => item === value) ? undefined : where);
}

export function nullOr(shape: Shape): Shape {
  return (value, where) => (value === null ? undefined : shape(value, where));
}

export function absentOr(shape: Shape): Shape {
  return (value, where) => (value === undefined ? undefined : shape(value, where));
}

export function listOf(shape: Shape, minLength: number, maxLength: number): Shape {
  return (value, where) => {
    if (!Array.isArray(value) || value.length < minLength || value.length > maxLength) return where;
    return firstOf(value.entries(), (item, at) => shape(item, `${where}[${at}]`));
  };
}

/** Fields that the shape does not know are left alone: later versions may add some. */
export function objectOf(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, where) => {
    if (!isObject(value)) return where;
    return firstOf(Object.entries(fields), (shape, name) => {
      return shape(Object.hasOwn(value, name) ? value[name] : undefined, where === '' ? name : `${where}.${name}`);
    });
  };
}

/** An object whose keys are names: none that every object has anyway, such as `constructor`. */
export function recordOf(shape: Shape, maxLength: number): Shape {
  return (value, where) => {
    if (!isObject(value) || Object.keys(value).length > maxLength) return where;
    return firstOf(Object.entries(value), (item, name) => {
      const place = `${where}.${name}`;
      return name in Object.prototype ? place : shape(item, place);
    });
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstOf<K, T>(entries: Iterable<[K, T]>, check: (item: T, key: K) => string | undefined): string | undefined {
  for (const [key, item] of entries) {
    const found = check(item, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
