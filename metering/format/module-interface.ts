import type { ValueType } from './module.ts';

/** Whose memory it is: most guest ABIs have the guest export it, ink! has the host provide it. */
export type MemoryBinding =
  | { readonly kind: 'exported'; readonly name: string }
  | { readonly kind: 'imported'; readonly module: string; readonly name: string };

/** An export that the host calls. */
export interface EntryPoint {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** A module without a required entry point is refused. */
  readonly isRequired: boolean;
}

/** A function that a module may import, compared exactly: module, name and type. */
export interface ImportRule {
  readonly module: string;
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** What a module may see of its host and must show to it. Everything else is refused or stripped. */
export interface ModuleInterface {
  readonly memory: MemoryBinding;
  readonly entryPoints: readonly EntryPoint[];
  readonly imports: readonly ImportRule[];
}
