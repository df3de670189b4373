import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import type { Instruction } from '../../engine/trace/tracer.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import type { Mnemonic } from '../../metering/format/opcodes.ts';
import { type CostClass, costClasses } from '../../metering/gas/cost-classes.ts';
import { prepareBareGuest } from '../bare-guest.ts';

/** What a table prices: a class of instructions, or one of the terms that depend on more than the opcode. */
export type Column = Exclude<CostClass, 'marker'> | 'label' | 'declared-local' | 'bulk-byte';

/** How often each was executed; what is missing was not. */
export type Counts = ReadonlyMap<Column, number>;

/** Turns that are counted: enough for the mean of what depends on random bits. */
const COUNTED_TURNS = 64;

/** Counts per turn of a micro-program's loop, by the reference interpreter. */
export function countOperations(bytes: Uint8Array): Counts {
  const module = decodeModule(bytes, defaultLimits);
  const labels = new Map<number, number>();
  const localsAtEntry = new Map<number, number>();
  for (const { locals, instructions } of module.functions) {
    localsAtEntry.set(instructions[0]?.offset ?? -1, locals.length);
    for (const { offset, labels: depths } of instructions) if (depths !== undefined) labels.set(offset, depths.length);
  }
  let counts = new Map<Column, number>();
  const add = (column: Column, count: number) => counts.set(column, (counts.get(column) ?? 0) + count);
  const count = ({ mnemonic, at, top }: Instruction): void => {
    const costClass = costClasses[mnemonic as Mnemonic];
    if (costClass !== 'marker') add(costClass, 1);
    if (mnemonic === 'br_table') add('label', labels.get(at) as number);
    if (mnemonic === 'memory.copy' || mnemonic === 'memory.fill') add('bulk-byte', Number(top) >>> 0);
    const entered = localsAtEntry.get(at);
    if (entered !== undefined && entered > 0) add('declared-local', entered);
  };
  const run = prepareBareGuest(referenceMachine(count), bytes, 'i32');
  run(1);
  const once = counts;
  counts = new Map();
  run(1 + COUNTED_TURNS);
  return new Map([...counts].map(([column, count]) => [column, (count - (once.get(column) ?? 0)) / COUNTED_TURNS]));
}
