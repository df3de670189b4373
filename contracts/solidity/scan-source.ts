export type DefinitionKind = 'contract' | 'abstract contract' | 'interface' | 'library';

/** What has to be known of a Solidity file before there is a compiler for it. */
export interface SourceScan {
  /** What `pragma solidity` lines ask for: `^0.8.20`. */
  readonly pragmas: readonly string[];
  readonly imports: readonly ImportLine[];
  readonly definitions: readonly { readonly kind: DefinitionKind; readonly name: string }[];
}

interface ImportLine {
  /** As written: `./Token.sol`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** Strings, and comments, of which the last may be open. Strings end with their line. */
const stringsAndComments = /("(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)|\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)/g;
const MAX_PRAGMA = 500;
const tokens = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[A-Za-z_$][\w$]*|[{};]/g;

/** Reads what is at the top level of a file and nothing inside. What is no Solidity is left for the compiler to complain of. */
export function scanSource(text: string): SourceScan {
  const code = text.replace(stringsAndComments, (match, string) => string ?? match.replace(/[^\n]+/g, ' '));
  const pragmas: string[] = [];
  const imports: ImportLine[] = [];
  const definitions: { kind: DefinitionKind; name: string }[] = [];
  const lineAt = lineCounter(code);
  let depth = 0;
  let isImport = false;
  let previous = '';
  let kind: DefinitionKind | undefined;
  for (const { 0: token, index } of code.matchAll(tokens)) {
    if (token === '{') depth++;
    else if (token === '}') depth = Math.max(0, depth - 1);
    else if (token === ';') isImport = false;
    else if (isImport && /^["']/.test(token)) imports.push({ path: token.slice(1, -1), line: lineAt(index) });
    else if (depth === 0 && !isImport) {
      if (kind !== undefined) definitions.push({ kind, name: token });
      kind = definitionKind(token, previous);
      if (token === 'solidity' && previous === 'pragma') pragmas.push(versionsAfter(code, index + token.length));
      isImport = token === 'import';
    }
    previous = token;
  }
  return { pragmas, imports, definitions };
}

/** Up to the semicolon. Where there is none the compiler has more to complain of than versions. */
function versionsAfter(code: string, from: number): string {
  const [text = ''] = code.slice(from, from + MAX_PRAGMA).split(/[;{}]/);
  const plain = text.replaceAll(/["']/g, '').replaceAll(/\s+/g, ' ').trim();
  // To solc, which needs no space between them, these are two: >=0.6.0<0.9.0.
  return plain.replaceAll(/(?<=[\w*])(?=[<>=^~])/g, ' ');
}

function definitionKind(token: string, previous: string): DefinitionKind | undefined {
  if (token === 'contract') return previous === 'abstract' ? 'abstract contract' : 'contract';
  return token === 'interface' || token === 'library' ? token : undefined;
}

/** Lines of growing offsets. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) if (text[at] === '\n') line++;
    return line;
  };
}
