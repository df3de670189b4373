import { fileURLToPath } from 'node:url';
import type { ChildCommand } from './child-process.ts';
import { sourceLoader } from './source-loader.ts';

/** What runs our programs in place of this Node with this process's flags. */
export interface EngineVariant {
  readonly description: string;
  /** In addition to those of this process, as far as it is this Node. */
  readonly flags?: readonly string[];
  /** @throws EngineError `backend-unavailable` */
  readonly binary?: () => string;
  /** Whether it takes Node's flags; unless it does it runs TypeScript by itself. Default true. */
  readonly isNode?: boolean;
}

/** In a checkout our programs are TypeScript, and in the package they are not. */
const isSource = import.meta.url.endsWith('.ts');

/**
 * One of our programs, on this Node with this process's flags, or on what the variant says.
 *
 * @param program Its source, as `new URL('./measure.ts', import.meta.url)`.
 * @throws EngineError `backend-unavailable` for a variant that is not installed.
 */
export function nodeCommand(
  what: string,
  program: URL,
  { flags = [], binary, isNode = true }: Partial<EngineVariant> = {},
): ChildCommand {
  const path = fileURLToPath(program);
  return {
    what,
    binary: binary?.() ?? process.execPath,
    args: [...(isNode ? ownFlags() : []), ...flags, isSource ? path : path.replace(/\.ts$/, '.js')],
  };
}

function ownFlags(): readonly string[] {
  const flags = process.execArgv.filter((flag, at, all) => !isLoader(flag) && !isLoader(all[at - 1]));
  return [...flags, ...(isSource ? sourceLoader() : [])];
}

function isLoader(flag: string | undefined): boolean {
  return flag === '--import' || flag === 'tsx' || flag === '--import=tsx';
}
