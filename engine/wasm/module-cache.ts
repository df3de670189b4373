import { sha256Hex } from '../../metering/format/sha256.ts';
import { noHostCode } from '../../metering/host/host-code.ts';
import type { Observes } from '../../metering/inject/observe-code.ts';
import type { InstrumentOptions } from '../../metering/instrument.ts';
import { own } from '../../metering/own.ts';
import { isMetered, type Strategy } from '../../metering/plan/strategies.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { hostCodeOf } from '../abi/host-code-of.ts';
import { moduleInterfaceOf } from '../abi/module-interface-of.ts';
import { EngineError } from '../errors.ts';
import { isStackOverflow } from '../native-stack.ts';
import type { Schedule } from '../schedule.ts';
import { instrumentJudged, type JudgedModule, type MakeModule, type ModuleVerdicts } from './module-verdict.ts';

/** A module as a machine wants it. */
export interface ModuleRequest {
  readonly bytes: Uint8Array;
  readonly abi: GuestAbi;
  readonly schedule: Schedule;
  readonly strategy: Strategy;
  /** With thunks into a kernel, and writes tracked. */
  readonly forKernel: boolean;
  /** Default `nothing`. */
  readonly observes?: Observes | undefined;
}

/** An instrumented and compiled module. It belongs to no world, so that any number of them can share it. */
export interface CompiledModule extends Omit<JudgedModule, 'bytes'> {
  readonly compiled: WebAssembly.Module;
}

/**
 * Modules that were compiled in this process, the least recently used first. The instrumenter cannot change during a
 * process, so that its version needs no part in a key.
 */
export class ModuleCache {
  readonly #limitBytes: number;
  readonly #modules = new Map<string, CompiledModule>();
  readonly #makeModule: MakeModule;
  #sizeBytes = 0;
  #verdicts: ModuleVerdicts = { proved: 0, unproved: 0, lastReason: undefined };

  /**
   * @param limitBytes Of instrumented modules, in all; what V8 makes of them takes several times as much.
   * @param makeModule For tests of what does not have to be right, or is not to be verified.
   */
  constructor(limitBytes: number, makeModule: MakeModule = instrumentJudged) {
    this.#limitBytes = limitBytes;
    this.#makeModule = makeModule;
  }

  /** Of all modules that were made here, whether they are still kept or not. */
  get verdicts(): ModuleVerdicts {
    return this.#verdicts;
  }

  /** Instruments and compiles a module, unless it is here. @throws ModuleRejected */
  compile(request: ModuleRequest): CompiledModule {
    const key = moduleKey(request);
    const module = this.#modules.get(key) ?? this.#make(request);
    // Deleted and set again it is the youngest.
    this.#modules.delete(key);
    this.#modules.set(key, module);
    for (const [oldest, { report }] of this.#modules) {
      if (this.#sizeBytes <= this.#limitBytes) break;
      this.#modules.delete(oldest);
      this.#sizeBytes -= report.instrumentedBytes;
    }
    return module;
  }

  /** Forgets all, to measure what a first time costs, or to have the memory back. */
  clear(): void {
    this.#modules.clear();
    this.#sizeBytes = 0;
  }

  #make(request: ModuleRequest): CompiledModule {
    const { bytes, ...instrumented } = instrumentModule(request, this.#makeModule);
    this.#count(instrumented.verdict);
    const module = { ...instrumented, compiled: compile(bytes) };
    this.#sizeBytes += bytes.length;
    return module;
  }

  #count(verdict: JudgedModule['verdict']): void {
    const { proved, unproved } = this.#verdicts;
    if (verdict.kind === 'proved') this.#verdicts = { ...this.#verdicts, proved: proved + 1 };
    if (verdict.kind !== 'unproved') return;
    this.#verdicts = { proved, unproved: unproved + 1, lastReason: verdict.reason };
  }
}

/** @throws ModuleRejected */
export function instrumentModule(request: ModuleRequest, makeModule: MakeModule = instrumentJudged): JudgedModule {
  const { bytes, abi, schedule, strategy, forKernel } = request;
  const hostCode = forKernel ? hostCodeOf(abi, schedule, isMetered(strategy)) : noHostCode;
  return makeModule(bytes, { ...plainOptions(request), hostCode });
}

/** Room for some hundred contracts. */
export const moduleCache: ModuleCache = new ModuleCache(16 << 20);

/**
 * What the verifier has said of the modules that this process has prepared. Every one that is not proved is a bug of ours;
 * it runs, slower, under the exact strategy.
 *
 * @example
 * const { unproved, lastReason } = moduleVerdicts();
 * console.log(unproved, lastReason); // 0 undefined
 */
export function moduleVerdicts(): ModuleVerdicts {
  return moduleCache.verdicts;
}

/** All that `instrument` is told, but for the host code, which is code and not data. */
function plainOptions({
  abi,
  schedule,
  strategy,
  forKernel,
  observes = 'nothing',
}: ModuleRequest): Omit<InstrumentOptions, 'hostCode'> {
  const { costs, limits } = schedule;
  const plain = { costs, limits, interface: moduleInterfaceOf(abi), strategy };
  if (observes !== 'nothing') return { ...plain, tracksWrites: 'none', observes };
  return { ...plain, tracksWrites: forKernel ? 'all' : 'large' };
}

/**
 * SHA-256 (hex) of everything that decides what a module is compiled to, by content. Only thunks count by
 * identity; what they are linked to depends on the rest.
 */
export function moduleKey(request: ModuleRequest): string {
  const { bytes, abi, schedule, forKernel } = request;
  const settings = canonicalText([plainOptions(request), schedule, forKernel ? numberOf(own(abi, 'thunks')) : 0]);
  return sha256Hex(`${bytes.length} `, bytes, settings);
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** 0 for nothing, else one number for each table. */
function numberOf(thunks: GuestAbi['thunks']): number {
  if (thunks === undefined) return 0;
  const number = numbers.get(thunks) ?? ++lastNumber;
  numbers.set(thunks, number);
  return number;
}

/** Different for different data, unlike JSON, which has one text for all numbers that are not finite. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
    return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText((value as Record<string, unknown>)[name])}`).join()}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') throw new EngineError('internal', 'code has no place in the key of a module');
  return Object.is(value, -0) ? '-0' : String(value);
}

function compile(code: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(code);
  } catch (error) {
    if (isStackOverflow(error)) throw error;
    throw new EngineError('internal', 'the instrumented module does not compile', { cause: error });
  }
}
