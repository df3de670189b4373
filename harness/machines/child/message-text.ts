/**
 * Jobs and results as text, for processes that may be another engine's: JSON, with bytes and big integers in wrappers.
 * `node:v8`'s own format is not understood elsewhere.
 */
export function toJobText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return { [BIGINT]: item.toString() };
    if (item instanceof Uint8Array) return { [BYTES]: Buffer.from(item).toString('base64') };
    return item;
  });
}

export function fromJobText(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    const { [BIGINT]: digits, [BYTES]: base64 } = item as Record<string, unknown>;
    if (typeof digits === 'string') return BigInt(digits);
    if (typeof base64 === 'string') return new Uint8Array(Buffer.from(base64, 'base64'));
    return item;
  });
}

const BIGINT = '$bigint';
const BYTES = '$bytes';
