import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { runBatchExport } from '../../engine/kernel/entries.ts';
import { callPreparedImport } from '../../engine/kernel/prepared-call.ts';
import { KERNEL_MODULE, thunkImports } from '../../engine/kernel/thunk-imports.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { instrumentModule } from '../../engine/wasm/module-cache.ts';
import type { FunctionType } from '../../metering/format/module.ts';
import type { Instrumented } from '../../metering/instrument.ts';
import { markImport, nextImport } from '../../metering/tracking/block-tracking.ts';
import { assemble, dataText } from '../assemble.ts';
import { messageKind } from './driver-messages.ts';

/** A module under the name by which those after it import from it. */
export interface NamedModule {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Stub extends FunctionType {
  readonly name: string;
}

const GUEST_MODULE = 'guest';

/** The module that runs on V8, thunks included. @throws ModuleRejected */
export function instrumentGuest(wasm: Uint8Array, schedule: Schedule): Instrumented {
  return instrumentModule({ bytes: wasm, abi: stylusAbi, schedule, strategy: 'default', forKernel: true });
}

/** Everything between the kernel and the driver, in the order of instantiation. */
export async function linkGuest({ bytes, names }: Instrumented): Promise<readonly NamedModule[]> {
  return [
    ...(await hostStubs()),
    { name: GUEST_MODULE, bytes },
    { name: 'bridge', bytes: await assemble(bridgeText(`${names.prefix}_${runBatchExport}`)) },
    { name: 'guest_memory', bytes: await assemble(guestMemoryText(names.memory as string)) },
  ];
}

/** Everything that only JavaScript can do: says on standard output what was called, and traps. */
async function hostStubs(): Promise<readonly NamedModule[]> {
  const hostFunctions = new Map<string, Stub[]>();
  const add = (module: string, stub: Stub): void => {
    hostFunctions.set(module, [...(hostFunctions.get(module) ?? []), stub]);
  };
  for (const { module, name, params, result } of stylusAbi.hostFunctions) {
    add(module, { name, params, results: result === undefined ? [] : [result] });
  }
  for (const { module, name, type } of thunkImports) {
    if (module !== KERNEL_MODULE) add(module, { name, ...type });
  }
  // Of a memory of more than 4 pages, JavaScript keeps the list of blocks that were written to.
  for (const { module, name, type } of [markImport, nextImport]) add(module, { name, ...type });
  return Promise.all(
    [...hostFunctions].map(async ([name, stubs]) => ({ name, bytes: await assemble(stubText(name, stubs)) })),
  );
}

/** Memory holds one message after another, each behind its address and size. */
function stubText(module: string, stubs: readonly Stub[]): string {
  const data: string[] = [];
  const functions: string[] = [];
  let at = 8;
  for (const { name, params, results } of stubs) {
    const text =
      module === callPreparedImport.module && name === callPreparedImport.name
        ? 'calls between contracts'
        : `${module}.${name}`;
    const size = 8 + text.length;
    const words = Uint32Array.of(at + 8, size, messageKind.missing, text.length);
    data.push(`(data (i32.const ${at}) "${dataText(new Uint8Array(words.buffer))}${text}")`);
    functions.push(
      `(func (export "${name}") (param ${params.join(' ')}) (result ${results.join(' ')})
        (drop (call $write (i32.const 1) (i32.const ${at}) (i32.const 1) (i32.const 0)))
        unreachable)`,
    );
    at += (8 + size + 7) & ~7;
  }
  return `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    ${[...data, ...functions].join('\n')})`;
}

/** The kernel's memory and the guest's loop, for the driver. A module may have one memory on the oldest Node. */
function bridgeText(runBatch: string): string {
  return `(module
    (import "${KERNEL_MODULE}" "memory" (memory 1))
    (import "${GUEST_MODULE}" "${runBatch}" (func $run_batch (param i32 i32) (result i32)))
    (export "run_batch" (func $run_batch))
    (func (export "grow") (param $pages i32)
      (if (i32.gt_u (local.get $pages) (memory.size))
        (then (if (i32.eq (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const -1)) (then unreachable)))))
    (func (export "load") (param i32) (result i64) (i64.load (local.get 0)))
    (func (export "store") (param i32 i64) (i64.store (local.get 0) (local.get 1))))`;
}

function guestMemoryText(memory: string): string {
  return `(module
    (import "${GUEST_MODULE}" "${memory}" (memory 0))
    (func (export "pages") (result i32) (memory.size)))`;
}
