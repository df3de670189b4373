import { InputRejected } from '../../contracts/input-rejected.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { Reader } from '../../metering/format/reader.ts';
import { SectionId } from '../../metering/format/section-id.ts';

export interface ImportName {
  readonly module: string;
  readonly name: string;
}

export interface ModuleNames {
  readonly imports: readonly ImportName[];
  readonly exports: readonly string[];
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION_1 = [0x01, 0x00, 0x00, 0x00];

/**
 * What a module asks of its host and offers it, even if it uses more of WebAssembly than the engine runs: by this alone it is
 * seen for which chain it was made. https://webassembly.github.io/spec/core/binary/modules.html#import-section
 *
 * @throws InputRejected for bytes that are not a module.
 */
export function moduleNames(bytes: Uint8Array, where: string): ModuleNames {
  const begins = (expected: readonly number[], at: number) => expected.every((byte, i) => bytes[at + i] === byte);
  if (!begins(MAGIC, 0)) throw new InputRejected(where, 'is not a WebAssembly module: it does not begin with \\0asm');
  if (!begins(VERSION_1, 4)) {
    throw new InputRejected(where, 'is a WebAssembly component or of another version, expected a core module');
  }
  const imports: ImportName[] = [];
  const exports: string[] = [];
  try {
    const reader = new Reader(bytes, MAGIC.length + VERSION_1.length, bytes.length);
    while (!reader.isAtEnd()) {
      const id = reader.byte();
      const section = reader.range(reader.u32());
      if (id === SectionId.import) readImports(section, imports);
      if (id === SectionId.export) readExports(section, exports);
    }
  } catch (error) {
    // What else is wrong with the module is for the engine to say, with the place.
    if (!(error instanceof ModuleRejected)) throw error;
  }
  return { imports, exports };
}

function readImports(section: Reader, imports: ImportName[]): void {
  for (let left = section.count(); left > 0; left--) {
    const module = section.name(section.u32());
    imports.push({ module, name: section.name(section.u32()) });
    skipType(section);
  }
}

function readExports(section: Reader, exports: string[]): void {
  for (let left = section.count(); left > 0; left--) {
    exports.push(section.name(section.u32()));
    section.byte();
    section.u32();
  }
}

/** Of a function, a table, a memory, a global or a tag, in the order of their kinds. */
function skipType(section: Reader): void {
  const kind = section.byte();
  if (kind === 1 || kind === 3 || kind === 4) section.byte();
  if (kind === 3) section.byte();
  if (kind === 0 || kind === 4) section.u32();
  if (kind === 1 || kind === 2) {
    const hasMaximum = (section.byte() & 1) === 1;
    section.u32();
    if (hasMaximum) section.u32();
  }
}
