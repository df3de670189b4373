import { decodeModule } from '../../metering/format/decode.ts';
import { type ModuleLimits, roomyLimits } from '../../metering/format/limits.ts';
import type { Module } from '../../metering/format/module.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { Reader } from '../../metering/format/reader.ts';
import { SectionId } from '../../metering/format/section-id.ts';
import { brotliBytes } from './brotli-bytes.ts';

/** Bounds of a memory or table, as they are written. */
export interface Bounds {
  readonly least: number;
  readonly most: number | undefined;
  readonly offset: number;
}

/** What is seen of a module without running it, even if it uses more of WebAssembly than the engine runs. */
export interface ModuleFacts {
  readonly bytes: Uint8Array;
  /** With the quality and window that Stylus uploads have. https://github.com/OffchainLabs/cargo-stylus */
  readonly brotliBytes: number;
  /** Undefined for one that is outside the allow-list. */
  readonly module: Module | undefined;
  /** Why it is. */
  readonly refusal: ModuleRejected | undefined;
  /** Offset of the start section's content. */
  readonly start: number | undefined;
  readonly memory: Bounds | undefined;
  readonly tables: readonly Bounds[];
  readonly counts: Readonly<Record<CountName, number>>;
}

export type CountName =
  | 'types'
  | 'imports'
  | 'functions'
  | 'globals'
  | 'exports'
  | 'dataSegments'
  | 'elementSegments'
  | 'tables'
  | 'params'
  | 'locals'
  | 'brTableLabels';

const HEADER_BYTES = 8;

const countedSections: ReadonlyMap<number, CountName> = new Map([
  [SectionId.type, 'types'],
  [SectionId.import, 'imports'],
  [SectionId.function, 'functions'],
  [SectionId.table, 'tables'],
  [SectionId.global, 'globals'],
  [SectionId.export, 'exports'],
  [SectionId.element, 'elementSegments'],
  [SectionId.data, 'dataSegments'],
]);

export function moduleFacts(bytes: Uint8Array, limits: ModuleLimits): ModuleFacts {
  const { module, refusal } = decoded(bytes, limits);
  const counts: Record<CountName, number> = {
    types: 0,
    imports: 0,
    functions: 0,
    globals: 0,
    exports: 0,
    dataSegments: 0,
    elementSegments: 0,
    tables: 0,
    params: largest(module?.types.map(({ params }) => params.length)),
    locals: largest(module?.functions.map(({ locals }) => locals.length)),
    brTableLabels: largest(
      module?.functions.flatMap(({ instructions }) => instructions.map(({ labels }) => labels?.length ?? 0)),
    ),
  };
  let start: number | undefined;
  let memory: Bounds | undefined;
  const tables: Bounds[] = [];
  try {
    const reader = new Reader(bytes, HEADER_BYTES, bytes.length);
    while (!reader.isAtEnd()) {
      const id = reader.byte();
      const section = reader.range(reader.u32());
      const at = section.offset;
      if (id === SectionId.start) start = at;
      const counted = countedSections.get(id);
      if (counted !== undefined) counts[counted] = section.u32();
      if (id === SectionId.memory && section.u32() > 0) memory = boundsOf(section);
      if (id === SectionId.table) for (let left = counts.tables; left > 0; left -= 1) tables.push(tableOf(section));
    }
  } catch (error) {
    // What is not in order is the refusal's to say.
    if (!(error instanceof ModuleRejected)) throw error;
  }
  return {
    bytes,
    brotliBytes: brotliBytes(bytes),
    module,
    refusal,
    start,
    memory,
    tables,
    counts,
  };
}

/** With room beyond the limits, and without the start section, which would hide all that comes after it. */
function decoded(bytes: Uint8Array, limits: ModuleLimits): Pick<ModuleFacts, 'module' | 'refusal'> {
  try {
    return { module: decodeModule(bytes, roomyLimits(limits)), refusal: undefined };
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    const others = error.code === 'start-not-allowed' ? withoutStart(bytes) : undefined;
    return { module: others && decoded(others, limits).module, refusal: error };
  }
}

/** The same bytes with a custom section without a name in place of the start section. Undefined where there is none. */
function withoutStart(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new Reader(bytes, HEADER_BYTES, bytes.length);
  while (!reader.isAtEnd()) {
    const at = reader.offset;
    const id = reader.byte();
    const section = reader.range(reader.u32());
    if (id !== SectionId.start) continue;
    const changed = bytes.slice();
    changed[at] = 0;
    changed[section.offset] = 0;
    return changed;
  }
  return undefined;
}

function boundsOf(section: Reader): Bounds {
  const { offset } = section;
  const hasMost = (section.byte() & 1) === 1;
  const least = section.u32();
  return { least, most: hasMost ? section.u32() : undefined, offset };
}

function tableOf(section: Reader): Bounds {
  section.byte();
  return boundsOf(section);
}

function largest(sizes: readonly number[] = []): number {
  return sizes.reduce((most, size) => Math.max(most, size), 0);
}
