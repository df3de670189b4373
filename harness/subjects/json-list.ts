import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { show } from '../../contracts/json-fields.ts';

/** A list typed as JSON. What its items may be is for the encoder to say. @throws InputRejected */
export function parseJsonList<T = ArgumentText>(where: string, text: string): readonly T[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Not JSON is the same complaint as JSON that is no list.
  }
  throw new InputRejected(where, `expected a JSON list such as ["1", "2"], got ${show(text)}`);
}
