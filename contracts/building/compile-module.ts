import { join } from 'node:path';
import { askProgram } from '../ask-program.ts';
import { CompilerRejected } from '../compiler-rejected.ts';
import { InputRejected } from '../input-rejected.ts';
import { contractSources } from '../package-sources.ts';
import type { CompiledLanguage } from './npm-compilers.ts';

const LIMIT_MS = 300_000;
/** A compiler of 90 MB runs for seconds: optimising its own code takes four times as long as a contract does without. */
const nodeFlags = ['--liftoff-only'];
// From the sources, as the SDK that it compiles with.
const program = join(contractSources, 'compile', 'run-compiler.mjs');

/** A contract in a language that is compiled with packages of npm. */
export interface ModuleSource {
  readonly language: CompiledLanguage;
  readonly id: string;
  /** What it may include, itself among it, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** As the user named it: before the names of files in messages. */
  readonly directory: string;
}

/**
 * Compiles to WebAssembly as the bundled contracts are.
 *
 * @param toolchain as `provideCompiler` gives it
 * @throws CompilerRejected with the compiler's messages, InputRejected for a compiler that does not work
 */
export async function compileModule(
  { language, id, files, directory }: ModuleSource,
  toolchain: string,
): Promise<{ readonly wasm: Uint8Array; readonly messages: string }> {
  const question = { language, id, files, toolchain };
  const answer = JSON.parse(
    await askProgram(`the ${language} compiler`, program, [], question, { limitMs: LIMIT_MS, nodeFlags }),
  );
  // Within the compiler the folder is called so.
  const inner = language === 'cpp' ? /\bcase\/(?=[\w.-]+:)/g : new RegExp(`\\b${id}/(?=[\\w.-]+\\()`, 'g');
  const shown = (text: string): string => text.replaceAll(inner, join(directory, '/'));
  if (answer.errors !== undefined) throw rejected(shown(answer.errors), directory);
  return { wasm: new Uint8Array(Buffer.from(answer.wasm, 'base64')), messages: shown(answer.messages).trim() };
}

/** As clang (`a.cpp:3:5: error: …`), the linker and asc (`ERROR …`, and the place in a later line) say it. */
function rejected(text: string, directory: string): InputRejected {
  const clang = /^(.+?:\d+:\d+): (?:fatal )?error: (.*)$/m.exec(text);
  if (clang !== null) return new CompilerRejected(clang[1] as string, clang[2] as string, text);
  const asc = /^ERROR (?:[A-Z]+\d+: )?(.*)$/m.exec(text);
  const [, file, line, column] = /in ([^\s(]+)\((\d+),(\d+)\)/.exec(text) ?? [];
  if (asc !== null && file !== undefined) {
    return new CompilerRejected(`${file}:${line}:${column}`, asc[1] as string, text);
  }
  // What is wrong with the finished module is one line, which need not be shown twice.
  if (!text.includes('\n')) return new InputRejected(directory, text);
  return new CompilerRejected(directory, (asc?.[1] ?? text.split('\n')[0]) as string, text);
}
