import { measureInWasmtime, wasmtimeDescription } from '../bench/engines/wasmtime.ts';
import type { SlotJob, SlotResult } from '../bench/protocol/slot-job.ts';
import { bunBinary, wizerBinary } from '../harness/machines/child/engine-packages.ts';

/** A machine whose code another engine runs, or this one with other flags, in processes of its own. */
export interface EngineVariant {
  /** The machine that it is a form of: what agrees in this process. */
  readonly of: string;
  readonly description: string;
  /** Flags of the engine. */
  readonly flags?: readonly string[];
  /** The engine's program, if it is not this Node. @throws EngineError `backend-unavailable` */
  readonly binary?: () => string;
  /** Measures by itself, where the engine has no JavaScript. @throws EngineError `no-code` for what needs some */
  readonly measure?: (job: SlotJob, paddingBytes: number) => Promise<SlotResult>;
}

export const engineVariants: Readonly<Record<string, EngineVariant>> = {
  'wasm-liftoff': {
    of: 'wasm',
    description: 'WebAssembly in this JavaScript engine, by its baseline compiler alone (--liftoff-only)',
    flags: ['--liftoff-only'],
  },
  'wasm-jsc': {
    of: 'wasm',
    description: 'WebAssembly in JavaScriptCore (bun 1.4.5), metering strategy default',
    binary: bunBinary,
  },
  wasmtime: {
    of: 'wasm',
    description: wasmtimeDescription,
    binary: wizerBinary,
    measure: measureInWasmtime,
  },
};
