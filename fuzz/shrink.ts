/** A list without a part of it: halves first, then ever smaller parts. */
export function* withoutParts<Item>(list: readonly Item[], least = 0): Iterable<readonly Item[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) {
      const rest = [...list.slice(0, at), ...list.slice(at + size)];
      if (rest.length >= least && rest.length < list.length) yield rest;
    }
  }
}

/** The same for text. */
export function* shorterTexts(text: string): Iterable<string> {
  for (const rest of withoutParts([...text])) yield rest.join('');
}

/** Bytes as hex, without parts of them and with bytes that are 0. */
export function* simplerHex(hex: string): Iterable<string> {
  const bytes = hex.match(/../g) ?? [];
  for (const rest of withoutParts(bytes)) yield rest.join('');
  for (const [at, byte] of bytes.entries()) {
    if (byte !== '00') yield [...bytes.slice(0, at), '00', ...bytes.slice(at + 1)].join('');
  }
}
