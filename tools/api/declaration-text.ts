import ts from 'typescript';

/** A declaration as its source has it, without `export`, comments above it, the bodies of functions and what is private. */
export function declarationText(declaration: ts.Node): string {
  if (ts.isVariableStatement(declaration)) return variableText(declaration);
  if (ts.isClassDeclaration(declaration)) return classText(declaration);
  if (ts.isInterfaceDeclaration(declaration)) return interfaceText(declaration);
  const [behind] = ts.getTrailingCommentRanges(declaration.getSourceFile().text, declaration.end) ?? [];
  const whole = textOf(declaration, declaration.getStart(), behind?.end ?? declaration.end);
  if (!ts.isFunctionDeclaration(declaration) || declaration.body === undefined) return whole;
  return `${whole.slice(0, whole.length - declaration.body.getText().length).trimEnd()};`;
}

/** Whether it is public for the compiler alone: told by `@internal` in its comment. */
export function isInternal(node: ts.Node): boolean {
  const { text } = node.getSourceFile();
  return text.slice(node.getFullStart(), node.getStart()).includes('@internal');
}

function textOf(node: ts.Node, start: number, end: number): string {
  return node
    .getSourceFile()
    .text.slice(start, end)
    .replace(/^export (?:async )?/, '');
}

function interfaceText(declaration: ts.InterfaceDeclaration): string {
  const { members, end } = declaration;
  const [first] = members;
  if (first === undefined) return textOf(declaration, declaration.getStart(), end);
  const shown = members.filter((member) => !isInternal(member)).map((member) => member.getFullText());
  const last = members.at(-1) as ts.TypeElement;
  return [
    textOf(declaration, declaration.getStart(), first.getFullStart()),
    ...shown,
    textOf(declaration, last.end, end),
  ].join('');
}

/** With its type, or, where the value is what says it, with its value. */
function variableText({ declarationList }: ts.VariableStatement): string {
  const [variable] = declarationList.declarations as readonly ts.VariableDeclaration[];
  const { name, type, initializer } = variable as ts.VariableDeclaration;
  return type === undefined
    ? `const ${name.getText()} = ${initializer?.getText()};`
    : `const ${name.getText()}: ${type.getText()};`;
}

function classText(declaration: ts.ClassDeclaration): string {
  const { name, heritageClauses = [], members } = declaration;
  const shown = members.filter(
    (member) =>
      ts.canHaveModifiers(member) &&
      !ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) &&
      !(member.name !== undefined && ts.isPrivateIdentifier(member.name)),
  );
  const lines = shown.map((member) => {
    const { text } = declaration.getSourceFile();
    const [comment] = ts.getLeadingCommentRanges(text, member.pos) ?? [];
    const above = comment === undefined ? '' : `  ${text.slice(comment.pos, comment.end)}\n`;
    const body = (member as ts.MethodDeclaration).body;
    const whole = member.getText().replace(/^override /, '');
    const signature = body === undefined ? whole : `${whole.slice(0, -body.getText().length).trimEnd()};`;
    return `${above}  ${signature}\n`;
  });
  const heritage = heritageClauses.map((clause) => ` ${clause.getText()}`).join('');
  return `class ${name?.text}${heritage} {\n${lines.join('')}}`;
}
