/** A list in parts of a size that a message to another process can hold: each ends where its items come to `mostBytes`. */
export function* inParts<T>(
  items: Iterable<T>,
  bytesOf: (item: T) => number,
  mostBytes: number,
): Generator<readonly T[], undefined> {
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    part.push(item);
    bytes += bytesOf(item);
    if (bytes < mostBytes) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
