import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { declarationText, isInternal } from './declaration-text.ts';
import { type DocComment, readDocComment } from './doc-comment.ts';

/** A sub-path of package.json `exports`. */
export interface ApiEntry {
  /** `trimeter/check` */
  readonly specifier: string;
  readonly doc: DocComment;
  readonly items: readonly ApiItem[];
  /** Types that the items mention and that have no name outside, one after the other found from there. */
  readonly parts: readonly ApiItem[];
}

/** Something with a name. */
export interface ApiItem {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'value' | 'type';
  /** From the repository's root. */
  readonly file: string;
  readonly doc: DocComment;
  /** As written in the source, without what is inside. */
  readonly declaration: string;
}

type Declaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableStatement;

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = new Map<string, ts.SourceFile>();

/**
 * The public API, read from the sources alone: entries do nothing but re-export, and every export says its types, so that
 * nothing has to be inferred.
 */
export function readPublicApi(): readonly ApiEntry[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries<{ readonly default: string }>(exports).flatMap(([path, target]) => {
    if (path === './package.json') return [];
    const file = target.default.replace('./dist/', '').replace(/\.js$/, '.ts');
    return [{ specifier: path.replace('.', 'trimeter'), file, exported: exportsOf(file) }];
  });
  const named = new Set(entries.flatMap(({ exported }) => exported.map(({ name, file }) => `${file} ${name}`)));
  return entries.map(({ specifier, file, exported }) => {
    const [comment] = ts.getLeadingCommentRanges(parse(file).text, 0) ?? [];
    const items = exported.map(itemOf);
    return {
      specifier,
      doc: readDocComment(comment === undefined ? '' : parse(file).text.slice(comment.pos, comment.end)),
      items,
      parts: partsOf(items, named),
    };
  });
}

/** Without regard to case. */
export function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  const [a, b] = [left.name.toLowerCase(), right.name.toLowerCase()];
  return a < b ? -1 : Number(a > b);
}

interface Place {
  readonly name: string;
  readonly file: string;
}

function parse(file: string): ts.SourceFile {
  let source = sources.get(file);
  if (source === undefined) {
    source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    sources.set(file, source);
  }
  return source;
}

function fileOf(from: string, specifier: ts.Expression): string | undefined {
  const { text } = specifier as ts.StringLiteral;
  return text.startsWith('.') ? relative(root, join(root, dirname(from), text)).replaceAll('\\', '/') : undefined;
}

/** In the order of the entry. */
function exportsOf(entry: string): readonly Place[] {
  return parse(entry).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) return [];
    const file = fileOf(entry, statement.moduleSpecifier) as string;
    return (statement.exportClause as ts.NamedExports).elements.map(({ name }) => ({ name: name.text, file }));
  });
}

function nameOf(declaration: Declaration): string | undefined {
  if (!ts.isVariableStatement(declaration)) return declaration.name?.text;
  return declaration.declarationList.declarations[0]?.name.getText();
}

/** There are two where a value and a type have the same name. */
function declarationsOf({ name, file }: Place): readonly Declaration[] {
  return parse(file).statements.filter(
    (statement): statement is Declaration =>
      (ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isVariableStatement(statement)) &&
      nameOf(statement) === name,
  );
}

function kindOf(declaration: Declaration): ApiItem['kind'] {
  if (ts.isFunctionDeclaration(declaration)) return 'function';
  if (ts.isClassDeclaration(declaration)) return 'class';
  return ts.isVariableStatement(declaration) ? 'value' : 'type';
}

function itemOf(place: Place): ApiItem {
  const declarations = declarationsOf(place);
  const [first] = declarations;
  if (first === undefined) throw new Error(`${place.file} declares no ${place.name}`);
  const { text } = parse(place.file);
  const comment = ts.getLeadingCommentRanges(text, first.pos)?.findLast(({ pos }) => text.startsWith('/**', pos));
  return {
    ...place,
    kind: kindOf(first),
    doc: readDocComment(comment === undefined ? '' : text.slice(comment.pos, comment.end)),
    declaration: declarations.map(declarationText).join('\n\n'),
  };
}

/** Where the types are declared that a declaration mentions. */
function mentionsOf(place: Place): readonly Place[] {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      names.add(name.getText());
    }
    if (!ts.isBlock(node) && !(ts.isTypeElement(node) && isInternal(node))) ts.forEachChild(node, visit);
  };
  for (const declaration of declarationsOf(place)) visit(declaration);
  return [...names].flatMap((name) => placeOf(name, place.file) ?? []);
}

function placeOf(name: string, file: string): Place | undefined {
  if (declarationsOf({ name, file }).some((declaration) => kindOf(declaration) === 'type')) return { name, file };
  for (const statement of parse(file).statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const found = bindings.elements.find((element) => element.name.text === name);
    if (found === undefined) continue;
    const from = fileOf(file, statement.moduleSpecifier);
    return from === undefined ? undefined : { name: (found.propertyName ?? found.name).text, file: from };
  }
  return undefined;
}

function partsOf(items: readonly ApiItem[], named: ReadonlySet<string>): readonly ApiItem[] {
  const seen = new Set(named);
  const found: Place[] = [...items];
  // Grows while it is gone through.
  for (const place of found) {
    for (const mention of mentionsOf(place)) {
      const key = `${mention.file} ${mention.name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(mention);
    }
  }
  return found.slice(items.length).map(itemOf).sort(byName);
}
