import { arch, cpus, platform, release } from 'node:os';
import { packageManifest } from '../../harness/package-manifest.ts';
import { formatRuntime, type Runtime, thisRuntime } from '../../processes/runtime.ts';

/** Where and with what a run was made. Numbers from different environments are not comparable. */
export interface Environment extends Runtime {
  /** Version of this package. Absent in results of versions that did not write it. */
  readonly trimeter?: string;
  /** Model name as the operating system gives it. */
  readonly cpu: string;
  /** Logical processors. */
  readonly cores: number;
  readonly os: string;
  /** Flags that this process was started with, NODE_OPTIONS included. */
  readonly flags: string;
  /** ISO 8601. */
  readonly date: string;
  /** Machines by name: one line each, with versions and flags. */
  readonly backends: Readonly<Record<string, string>>;
}

/**
 * What a run was made on, for reports.
 *
 * @example
 * const { cores, backends } = describeEnvironment([createWasmBackend()], new Date());
 * console.log(cores > 0, Object.keys(backends)); // true [ 'wasm' ]
 */
export function describeEnvironment(
  backends: readonly { readonly name: string; readonly description: string }[],
  date: Date,
): Environment {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return {
    trimeter: packageManifest().version,
    ...thisRuntime(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    os: `${platform()} ${release()} ${arch()}`,
    flags: flags.filter((flag) => flag !== '').join(' '),
    date: date.toISOString(),
    backends: Object.fromEntries(backends.map(({ name, description }) => [name, description])),
  };
}

/** `Node v24.1.0 (V8 13.6), AMD EPYC, 2 cores, linux 6.1 x64` */
export function environmentLine(environment: Environment): string {
  const { cpu, cores, os } = environment;
  return `${formatRuntime(environment)}, ${cpu}, ${cores} cores, ${os}`;
}
