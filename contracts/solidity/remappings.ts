import { InputRejected } from '../input-rejected.ts';

/** Where imports that begin with a prefix are looked for (https://docs.soliditylang.org/en/latest/path-resolution.html#import-remapping). */
export interface Remapping {
  /** Of the paths of files that it is for. Empty for all. */
  readonly context: string;
  readonly prefix: string;
  /** What comes in place of the prefix, relative to the project or absolute. The first at which there is a file counts. */
  readonly targets: readonly string[];
}

/** Reads `[context:]prefix=target`. @throws InputRejected */
export function parseRemapping(text: string, where: string): Remapping {
  const equals = text.indexOf('=');
  if (equals < 1) {
    throw new InputRejected(where, `expected [context:]prefix=target, got ${JSON.stringify(text)}`);
  }
  const head = text.slice(0, equals);
  const colon = head.indexOf(':');
  return {
    context: head.slice(0, Math.max(colon, 0)),
    prefix: asFolder(head.slice(colon + 1)),
    targets: [asFolder(text.slice(equals + 1))],
  };
}

/** Foundry takes prefixes and targets for folders, unless they are files or empty. */
function asFolder(path: string): string {
  return path === '' || /(?:\/|\.sol)$/.test(path) ? path : `${path}/`;
}

/** Reads `remappings.txt`: one a line. @throws InputRejected */
export function parseRemappingLines(text: string, where: string): readonly Remapping[] {
  return text.split(/\r?\n/).flatMap((line, at) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseRemapping(trimmed, `${where}:${at + 1}`)];
  });
}

/**
 * Those for an import, the one that solc would take first: that of the longest context, among those of the longest prefix.
 *
 * @param importer Path of the file with the import, relative to the project, with forward slashes.
 */
export function matchingRemappings(
  remappings: readonly Remapping[],
  importer: string,
  importPath: string,
): readonly Remapping[] {
  return remappings
    .filter(({ context, prefix }) => importer.startsWith(context) && importPath.startsWith(prefix))
    .toSorted((a, b) => b.context.length - a.context.length || b.prefix.length - a.prefix.length);
}

/** Paths that an import stands for under a remapping, the first to be tried first. */
export function remap({ prefix, targets }: Remapping, importPath: string): readonly string[] {
  return targets.map((target) => target + importPath.slice(prefix.length));
}
