import { fileURLToPath } from 'node:url';
import type { ChildCommand } from './child-process.ts';
import type { HostFacts } from './host-facts.ts';
import { sourceLoader } from './source-loader.ts';

/** What runs our programs in place of this Node with this process's flags. */
export interface EngineVariant {
  readonly description: string;
  /** In addition to those of this process, as far as it is this Node. */
  readonly flags?: readonly string[];
  /** In addition to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A module of ours that runs there before anything else: its source. Only for what takes Node's flags. */
  readonly preload?: URL;
  /** Default: this process's own. @throws EngineError `backend-unavailable` */
  readonly binary?: () => string | undefined;
  /** A worker thread of this process in place of another one, with nothing else said here. Default false. */
  readonly isThread?: boolean;
  /** What has to be so there, as far as it can be seen: else it is not what it says, and not used. */
  readonly expects?: (there: HostFacts, here: HostFacts) => boolean;
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
  { flags = [], env = {}, preload, binary, isNode = true }: Partial<EngineVariant> = {},
): ChildCommand {
  const own = isNode ? ownFlags() : [];
  const loaded = preload === undefined ? [] : ['--import', builtUrl(preload).href];
  return {
    what,
    binary: binary?.() ?? process.execPath,
    args: [...own, ...flags, ...loaded, fileURLToPath(builtUrl(program))],
    env,
  };
}

/** Where a source of ours lies, or what was built of it. */
export function builtUrl(source: URL): URL {
  return isSource ? source : new URL(source.href.replace(/\.ts$/, '.js'));
}

function ownFlags(): readonly string[] {
  const flags = process.execArgv.filter((flag, at, all) => !isLoader(flag) && !isLoader(all[at - 1]));
  return [...flags, ...(isSource ? sourceLoader() : [])];
}

function isLoader(flag: string | undefined): boolean {
  return flag === '--import' || flag === 'tsx' || flag === '--import=tsx';
}
