/** What the script format is made of: lists and atoms. Strings keep their quotes and escapes. */
export type Expression = string | readonly Expression[];

const TOKEN = /\s+|;;[^\n]*|[()]|"(?:[^"\\]|\\[\s\S])*"|[^\s()";]+/y;

/** Reads all expressions of a script. */
export function readExpressions(text: string): readonly Expression[] {
  const top: Expression[] = [];
  const open: Expression[][] = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    if (text.startsWith('(;', at)) {
      TOKEN.lastIndex = endOfComment(text, at);
      continue;
    }
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`no token at character ${at}`);
    const list = open.at(-1) as Expression[];
    if (token === '(') {
      const inner: Expression[] = [];
      list.push(inner);
      open.push(inner);
    } else if (token === ')') {
      open.pop();
      if (open.length === 0) throw new Error(`a parenthesis too many at character ${at}`);
    } else if (!/^(?:\s|;;)/.test(token)) {
      list.push(token);
    }
  }
  if (open.length !== 1) throw new Error('a parenthesis is missing');
  return top;
}

/** Block comments nest. */
function endOfComment(text: string, start: number): number {
  const mark = /\(;|;\)/g;
  mark.lastIndex = start;
  let depth = 0;
  do {
    const [found] = mark.exec(text) ?? [];
    if (found === undefined) throw new Error(`a comment without end at character ${start}`);
    depth += found === '(;' ? 1 : -1;
  } while (depth > 0);
  return mark.lastIndex;
}

export function printExpression(expression: Expression): string {
  return typeof expression === 'string' ? expression : `(${expression.map(printExpression).join(' ')})`;
}

/** The first atom of a list. */
export function headOf(expression: Expression | undefined): string | undefined {
  const head = typeof expression === 'string' ? undefined : expression?.[0];
  return typeof head === 'string' ? head : undefined;
}

/** The bytes that a quoted string stands for. */
export function stringBytes(quoted: string): Uint8Array {
  const bytes: number[] = [];
  const escapes: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '"': 34, "'": 39, '\\': 92 };
  const source = new TextEncoder().encode(quoted.slice(1, -1));
  for (let index = 0; index < source.length; index += 1) {
    const byte = source[index] as number;
    if (byte !== 92) {
      bytes.push(byte);
      continue;
    }
    const next = String.fromCharCode(source[index + 1] as number);
    const escaped = escapes[next];
    if (escaped === undefined) {
      bytes.push(Number.parseInt(next + String.fromCharCode(source[index + 2] as number), 16));
      index += 2;
    } else {
      bytes.push(escaped);
      index += 1;
    }
  }
  return new Uint8Array(bytes);
}
