/** A value that a script computes, and that is not known without running it. */
export const computed: unique symbol = Symbol('computed');

export type ScriptValue =
  | string
  | number
  | boolean
  | null
  | typeof computed
  | readonly ScriptValue[]
  | { readonly [key: string]: ScriptValue };

const tokenPattern =
  /\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\d[\w.]*|[A-Za-z_$][\w$]*|\.\.\.|[^\s]/g;

/**
 * The literal that a script of JavaScript or TypeScript gives a property, wherever in it the first property of that name is,
 * as far as it is one: what is computed is `computed` in its place. Undefined if there is no such property.
 */
export function literalOfProperty(script: string, name: string): ScriptValue | undefined {
  const tokens = (script.match(tokenPattern) ?? []).filter((token) => !/^\/[/*]/.test(token));
  const at = tokens.findIndex((token, i) => nameOf(token) === name && tokens[i + 1] === ':');
  return at === -1 ? undefined : new LiteralReader(tokens, at + 2).read();
}

/** More than any configuration has. */
const MAX_DEPTH = 64;

class LiteralReader {
  #depth = 0;
  readonly #tokens: readonly string[];
  #at: number;

  constructor(tokens: readonly string[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  read(): ScriptValue {
    this.#depth++;
    const value = this.#readPrimary();
    this.#depth--;
    if (['as', 'satisfies'].includes(this.#peek())) this.#skip();
    if (isEnd(this.#peek())) return value;
    // An operator, a call: what came before was a part of something computed.
    this.#skip();
    return computed;
  }

  #readPrimary(): ScriptValue {
    const token = this.#next();
    if (this.#depth > MAX_DEPTH && /^[{[]$/.test(token)) {
      this.#skipTo(token === '{' ? '}' : ']');
      return computed;
    }
    if (token === '{') return this.#readObject();
    if (token === '[') return this.#readArray();
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (/^["']/.test(token)) return token.slice(1, -1);
    if (token.startsWith('`') && !token.includes('${')) return token.slice(1, -1);
    if (/^\d/.test(token)) return numberOf(token);
    if (isEnd(token)) this.#at--;
    else if (token === '(') this.#skipTo(')');
    return computed;
  }

  #readArray(): ScriptValue {
    const items: ScriptValue[] = [];
    while (this.#peek() !== ']' && this.#peek() !== '') {
      items.push(this.read());
      if (this.#peek() === ',') this.#at++;
      else if (this.#peek() !== ']') return computed;
    }
    this.#at++;
    return items;
  }

  #readObject(): ScriptValue {
    const fields: Record<string, ScriptValue> = Object.create(null);
    while (this.#peek() !== '}' && this.#peek() !== '') {
      const key = this.#next();
      if (this.#peek() === ':') {
        this.#at++;
        fields[nameOf(key)] = this.read();
      } else {
        // A shorthand, a spread, a method.
        this.#skip();
        fields[key === '...' ? '...' : nameOf(key)] = computed;
      }
      if (this.#peek() === ',') this.#at++;
      else if (this.#peek() !== '}') return computed;
    }
    this.#at++;
    return fields;
  }

  /** To the end of an expression. */
  #skip(): void {
    while (!isEnd(this.#peek())) {
      const token = this.#next();
      const closing = { '(': ')', '[': ']', '{': '}' }[token];
      if (closing !== undefined) this.#skipTo(closing);
    }
  }

  #skipTo(closing: string): void {
    let depth = 1;
    const opening = { ')': '(', ']': '[', '}': '{' }[closing];
    while (depth > 0 && this.#peek() !== '') {
      const token = this.#next();
      if (token === opening) depth++;
      else if (token === closing) depth--;
    }
  }

  /** Empty at the end. */
  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }
}

function isEnd(token: string): boolean {
  return ['', ',', ';', '}', ']', ')'].includes(token);
}

function nameOf(token: string): string {
  return /^["']/.test(token) ? token.slice(1, -1) : token;
}

function numberOf(token: string): number | typeof computed {
  const value = Number(token.replaceAll('_', ''));
  return Number.isFinite(value) ? value : computed;
}
