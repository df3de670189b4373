import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Backend } from '../engine/backend.ts';
import { EngineError } from '../engine/errors.ts';
import { defaultSchedule } from '../engine/schedules.ts';
import type { UnguardedBackend } from '../engine/unguarded-backend.ts';
import { guardBackend } from '../engine/world-guard.ts';
import { buildContract, buildHost, openBuilds } from './build.ts';
import { findCompiler } from './compiler.ts';
import { loadHostAddon, loadProgram } from './host-addon.ts';
import { type NativeLimits, type NativeProgram, nativeWorld } from './native-world.ts';

export interface NativeBackendOptions {
  /** Compilers to try, in order. Default: CXX if it is set, else `g++` and `clang++`. */
  readonly compilers?: readonly string[];
  /** Where builds are kept. Default: `native-ref/build` in a checkout, else the user's cache directory. */
  readonly buildDirectory?: string;
  /** Default: the limits of the schedule that the other machines use by default. */
  readonly limits?: NativeLimits;
}

/**
 * The contracts' C++, compiled for this processor and run in this process: the speed of light for the other machines.
 * Nothing is metered, and `gasUsed` is always 0.
 *
 * Nothing is isolated either. A guest that recurses without end, writes where it should not or loops for ever takes the
 * process with it, and one with mutable static variables keeps their values between calls. This machine is for sources
 * one trusts.
 *
 * The host is built on first use, which takes some seconds, and kept; so is each contract that `prepare` is given.
 *
 * @throws EngineError `backend-unavailable` if there is no C++ compiler, or no directory for what it builds.
 *
 * @example
 * const native = await createNativeBackend();
 * const program = await native.prepare({ name: 'erc20', native: { sourceFile: erc20.nativeSource } });
 * const world = await native.createWorld();
 * const { outcome } = await world.deploy(program, { deployer, input });
 * console.log(outcome.status, outcome.gasUsed); // success 0n
 */
export async function createNativeBackend(options: NativeBackendOptions = {}): Promise<Backend> {
  const { limits = defaultSchedule } = options;
  const compiler = await findCompiler(options.compilers);
  const builds = await openBuilds(compiler, options.buildDirectory);
  const hostFile = await buildHost(builds);
  const addon = loadHostAddon(hostFile);
  const backend: UnguardedBackend = {
    name: 'native',
    description: compiler.description,
    isMetered: false,
    prepare: async ({ name, native, wasm }) => {
      if (native === undefined) throw new EngineError('no-code', `${name} has no C++ source`);
      const { sourceFile } = native;
      const file = await ofSource(sourceFile, () => buildContract(builds, hostFile, name, sourceFile));
      // Other contracts see this as the account's code, and create instances by its hash.
      const code = wasm?.bytes ?? (await readFile(sourceFile));
      const id = createHash('sha256').update(code).digest();
      const handle = await ofSource(sourceFile, () => loadProgram(addon, file, id, code));
      const program: NativeProgram = { backend: 'native', name, handle };
      return program;
    },
    createWorld: async (block) => nativeWorld(addon, limits, block),
  };
  return guardBackend(backend, { isSynchronous: true });
}

/** What the compiler or the linker refuses is the source's fault: named, with the first error before all the rest. */
async function ofSource<T>(sourceFile: string, build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    if (!(error instanceof EngineError && error.code === 'bad-argument')) throw error;
    const { cause, message } = error;
    const said = cause instanceof Error && !message.includes('\n') ? `${message}\n${cause.message}` : message;
    const reason = /error: [^\n]*/.exec(said)?.[0] ?? said.trim().split('\n').at(-1);
    throw new EngineError('no-code', `${sourceFile}: ${reason}\n${said}`);
  }
}
