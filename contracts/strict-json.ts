import { InputRejected } from './input-rejected.ts';

/** Deepest nesting accepted. Arguments are nested a few levels at most. */
const MAX_DEPTH = 64;

/**
 * JSON from outside. As JSON.parse, but refuses what that silently resolves: a key given twice, and `__proto__`.
 *
 * @param where named in the error
 * @throws InputRejected
 */
export function parseStrictJson(text: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1];
    const line = position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
    throw new InputRejected(where, `is not valid JSON${line}`);
  }
  checkKeys(text, where);
  return value;
}

/** Walks text that is known to be valid JSON. Open objects are the set of their keys, open arrays are undefined. */
function checkKeys(text: string, where: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > MAX_DEPTH) throw new InputRejected(where, `is nested deeper than ${MAX_DEPTH} levels`);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      if (!isFollowedByColon(text, at + 1)) continue;
      const key: string = JSON.parse(text.slice(start, at + 1));
      const keys = open.at(-1);
      if (key === '__proto__') throw new InputRejected(where, 'has a key "__proto__", which is refused');
      if (keys?.has(key)) throw new InputRejected(where, `has the key ${JSON.stringify(key)} twice in one object`);
      keys?.add(key);
    }
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  return text[at] === ':';
}
