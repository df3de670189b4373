import type { Machine } from '../../engine/machine.ts';
import { assemble } from '../assemble.ts';
import { prepareBareGuest } from '../bare-guest.ts';
import { leastOf, timeNs } from '../sample.ts';

const SAMPLES = 40;
const FEW = 8;
const MANY = 200;

/** Grows memory by `turns` pages and writes to every 4 KiB of them, which is when the system has to provide them. */
const growAndTouch = `(module
  (memory (export "memory") 1 256)
  (func (export "run") (param $turns i32) (result i32)
    (local $at i32) (local $end i32)
    (drop (memory.grow (local.get $turns)))
    (local.set $at (i32.const 65536))
    (local.set $end (i32.add (i32.const 65536) (i32.shl (local.get $turns) (i32.const 16))))
    (loop $again
      (i32.store (local.get $at) (i32.const 1))
      (br_if $again
        (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4096))) (local.get $end))))
    (i32.const 0)))`;

/** Nanoseconds per 64 KiB page that memory.grow adds and the guest then uses. */
export async function timePage(machine: Machine): Promise<number> {
  const run = prepareBareGuest(machine, await assemble(growAndTouch), 'i32');
  const fastest = (pages: number): Promise<number> =>
    leastOf(SAMPLES, async () => (await timeNs(async () => run(pages)))[1]);
  const few = await fastest(FEW);
  return ((await fastest(MANY)) - few) / (MANY - FEW);
}
