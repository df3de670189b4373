/** A doc comment, taken apart. */
export interface DocComment {
  /** Before the first tag. */
  readonly text: string;
  /** What stands behind each tag, by its name. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
}

/**
 * Read here and not by the compiler, for which `@ethereumjs` is a tag.
 *
 * @param comment With its delimiters.
 */
export function readDocComment(comment: string): DocComment {
  const body = comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^ *\* ?/, ''))
    .join('\n');
  const [text = '', ...rest] = body.split(/(?:^|\s+)@(param|returns|throws|example|module)\b/);
  const tags = new Map<string, string[]>();
  for (let at = 0; at < rest.length; at += 2) {
    const [tag, value] = [rest[at] as string, (rest[at + 1] as string).replace(/^ +|^\n|\s+$/g, '')];
    tags.set(tag, [...(tags.get(tag) ?? []), value]);
  }
  return { text: text.trim(), tags };
}
