import type { FunctionType, ImportedFunction } from '../format/module.ts';
import type { Writer } from '../format/writer.ts';
import type { WriteTracking } from './tracked-writes.ts';

/**
 * WebAssembly that the host adds to a guest: functions that stand in for imports (thunks) and what they call. They come
 * behind the module's own functions. No guest instruction changes but the targets of calls.
 */
export interface HostCode {
  /** Further imports, for host code alone. */
  readonly imports: readonly HostImport[];
  readonly functions: readonly HostCodeFunction[];
}

export interface HostImport {
  readonly module: string;
  readonly name: string;
  readonly type: FunctionType;
}

export const noHostCode: HostCode = { imports: [], functions: [] };

export interface HostCodeFunction {
  readonly type: FunctionType;
  /** The guest's import that this is called instead of; of the same type. */
  readonly replaces: Pick<ImportedFunction, 'module' | 'name'> | undefined;
  /** Exported under this name, with the prefix of all injected names. */
  readonly exportName: string | undefined;
  /** Local declarations, instructions and `end`, without the size. */
  readonly writeBody: (writer: Writer, at: HostCodeIndices) => void;
}

/** Where things lie in the instrumented module. */
export interface HostCodeIndices {
  /** Globals. */
  readonly gas: number;
  readonly stack: number;
  /** Undefined if writes are not tracked. */
  readonly tracking: WriteTracking | undefined;
  /** Function indices, by position in `HostCode`. */
  readonly imports: readonly number[];
  readonly functions: readonly number[];
  /** Function that marks a range, (address: i32, bytes: i32) -> (), where writes are tracked. */
  readonly mark: number | undefined;
  readonly restore: number | undefined;
  readonly reset: number;
  /** Function index of an entry point, by its name. */
  readonly entryPoint: (name: string) => number | undefined;
}
