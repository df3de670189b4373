import type { Remapping } from './remappings.ts';

/** What a project says of how it is compiled. What it does not say is undefined. */
export interface ProjectConfig {
  /** Name of the file it says so in. */
  readonly file: string;
  /** Folder of the project's own sources, relative to the project. */
  readonly sources: string;
  /** Folders of its libraries, relative to the project. */
  readonly libs: readonly string[];
  readonly remappings: readonly Remapping[];
  /** Compilers with their settings, the first that the pragmas allow counts. At least one. */
  readonly compilers: readonly CompilerChoice[];
  /** What it says that cannot be read without running it. */
  readonly unread: readonly string[];
}

export interface CompilerChoice {
  /** A version or a range of versions. */
  readonly version?: string;
  readonly optimizer?: boolean;
  readonly optimizerRuns?: number;
  readonly viaIR?: boolean;
  readonly evmVersion?: string;
  /** Addresses of libraries, hex, by source and name. */
  readonly libraries?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
