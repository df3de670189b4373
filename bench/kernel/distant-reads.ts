import { assemble } from '../assemble.ts';

const PAGE_BYTES = 65_536;

/** Reads that many lines of memory, each at a place that depends on what the one before held. */
export type DistantReads = (turns: number, seed: bigint) => void;

/**
 * The part of a look-up that no layout of slots can save: one read at a random place of a memory of that size. Every page has been
 * written, so that each read is of memory of its own.
 */
export async function distantReads(memoryBytes: number): Promise<DistantReads> {
  const pages = Math.ceil(memoryBytes / PAGE_BYTES);
  const text = `(module
    (memory (export "memory") ${pages})
    (func (export "read") (param $turns i32) (param $at i64)
      (loop $next
        (local.set $at (i64.add
          (i64.add (i64.mul (local.get $at) (i64.const 6364136223846793005)) (i64.const 1442695040888963407))
          (i64.load8_u (i32.shl
            (i32.wrap_i64 (i64.shr_u (i64.mul (i64.shr_u (local.get $at) (i64.const 32)) (i64.const ${pages * 1024})) (i64.const 32)))
            (i32.const 6)))))
        (br_if $next (local.tee $turns (i32.sub (local.get $turns) (i32.const 1)))))
      (i64.store (i32.const 0) (local.get $at))))`;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(await assemble(text)));
  new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer).fill(1);
  return exports['read'] as DistantReads;
}
