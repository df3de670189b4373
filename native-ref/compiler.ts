import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { EngineError } from '../engine/errors.ts';

const execute = promisify(execFile);

/**
 * Flags that decide how fast the code is; they are part of the backend's description. With AVX-512, g++ 12 keeps scalars
 * in vector registers: keccak-256 of 64 bytes then takes 490 ns instead of 270 (measured on x64).
 */
const tuning: readonly string[] = [
  '-O3',
  ...(process.arch === 'arm64' ? ['-mcpu=native'] : ['-march=native']),
  ...(process.arch === 'x64' ? ['-mno-avx512f'] : []),
];

const language: readonly string[] = ['-std=c++20', '-fPIC', '-fno-exceptions', '-fno-rtti', '-fvisibility=hidden'];

/** A C++ compiler that was found to work on this machine. */
export interface Compiler {
  /** What it says it is and how it is called: `g++ 12.2.0 -O3 -march=native`. */
  readonly description: string;
  /** Of its version, its flags and the processor that it tunes for: part of the name of everything it builds. */
  readonly fingerprint: string;
  /** @throws EngineError `bad-argument` with the compiler's messages if it refuses the source. */
  run(args: readonly string[]): Promise<string>;
}

/**
 * The first of `commands` that works. A command may hold arguments, as CXX often does.
 *
 * @throws EngineError `backend-unavailable`
 */
export async function findCompiler(commands: readonly string[] = defaultCommands()): Promise<Compiler> {
  if (process.platform === 'win32') {
    throw new EngineError('backend-unavailable', 'the native machine does not run on Windows');
  }
  for (const command of commands) {
    const compiler = await probe(command);
    if (compiler !== undefined) return compiler;
  }
  throw new EngineError('backend-unavailable', 'no C++ compiler found: install g++ or clang++, or set CXX');
}

function defaultCommands(): readonly string[] {
  const { CXX } = process.env;
  return CXX === undefined || CXX.trim() === '' ? ['g++', 'clang++'] : [CXX];
}

/** The predefined macros say everything at once: which compiler, which version, which instruction sets. */
async function probe(command: string): Promise<Compiler | undefined> {
  const [file, ...ownArgs] = command.trim().split(/\s+/) as [string, ...string[]];
  const flags = [...ownArgs, ...tuning, ...language];
  let macros: string;
  try {
    macros = (await execute(file, [...flags, '-dM', '-E', '-x', 'c++', '/dev/null'])).stdout;
  } catch {
    return undefined;
  }
  const macro = (name: string): string => new RegExp(`^#define ${name} (.*)$`, 'm').exec(macros)?.[1] ?? '';
  const [name, version] = macros.includes('#define __clang__ ')
    ? ['clang++', ['__clang_major__', '__clang_minor__', '__clang_patchlevel__']]
    : ['g++', ['__GNUC__', '__GNUC_MINOR__', '__GNUC_PATCHLEVEL__']];
  return {
    description: [name, (version as string[]).map(macro).join('.'), ...ownArgs, ...tuning].join(' '),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([file, flags]))
      .update(macros)
      .digest('hex'),
    run: async (args) => {
      try {
        return (await execute(file, [...flags, ...args], { maxBuffer: 1 << 28 })).stdout;
      } catch (error) {
        const { stderr = '' } = error as { stderr?: string };
        throw new EngineError('bad-argument', `${file} failed:\n${stderr}`, { cause: error });
      }
    },
  };
}
