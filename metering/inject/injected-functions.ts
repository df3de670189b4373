/** The functions that instrumentation adds after the module's own. They take no frame and are not charged themselves. */
import type { Global } from '../format/module.ts';
import { Op } from '../format/opcodes.ts';
import type { InjectedFunction } from '../format/write-module.ts';
import type { Writer } from '../format/writer.ts';
import type { CostTable } from '../gas/cost-table.ts';
import { writeGasCharge } from './meter-code.ts';

/** In `$stack` after the engine refused a growth that the limits allow. */
const HOST_FAILURE = -(2 ** 31);

/** (low: i32, high: i32) -> i32: gas -= amount; 1 if that is below zero. The counter stops at -1: it cannot wrap. */
export function chargeFunction(gas: number): InjectedFunction {
  return {
    type: { params: ['i32', 'i32'], results: ['i32'] },
    writeBody: (writer) => {
      const amount = 2;
      writer.locals(['i64']);
      // amount = high << 32 | low
      writer.opcode(Op.localGet, 1);
      writer.opcode(Op.i64ExtendI32U);
      writer.i64(32);
      writer.opcode(Op.i64Shl);
      writer.opcode(Op.localGet, 0);
      writer.opcode(Op.i64ExtendI32U);
      writer.opcode(Op.i64Or);
      writer.opcode(Op.localTee, amount);
      // amount > gas, both unsigned, or gas < 0: a counter below zero never comes back
      writer.opcode(Op.globalGet, gas);
      writer.opcode(Op.i64GtU);
      writer.opcode(Op.globalGet, gas);
      writer.i64(0);
      writer.opcode(Op.i64LtS);
      writer.opcode(Op.i32Or);
      writer.block(Op.if, () => {
        writer.i64(-1);
        writer.opcode(Op.globalSet, gas);
        writer.i32(1);
        writer.opcode(Op.return);
      });
      writer.opcode(Op.globalGet, gas);
      writer.opcode(Op.localGet, amount);
      writer.opcode(Op.i64Sub);
      writer.opcode(Op.globalSet, gas);
      writer.i32(0);
      writer.opcode(Op.end);
    },
  };
}

/** The unmetered twin of `chargeFunction`: every charge is free. */
export const freeChargeFunction: InjectedFunction = {
  type: { params: ['i32', 'i32'], results: ['i32'] },
  writeBody: (writer) => {
    writer.u32(0);
    writer.i32(0);
    writer.opcode(Op.end);
  },
};

/** () -> (): the guest's mutable globals and the stack budget as they are in a fresh instance. */
export function resetFunction(globals: readonly Global[], stack: number, stackWords: number): InjectedFunction {
  return {
    type: { params: [], results: [] },
    writeBody: (writer) => {
      writer.u32(0);
      for (const [index, global] of globals.entries()) {
        if (!global.isMutable) continue;
        writer.constant(global);
        writer.opcode(Op.globalSet, index);
      }
      writer.i32(stackWords);
      writer.opcode(Op.globalSet, stack);
      writer.opcode(Op.end);
    },
  };
}

/**
 * (pages: i32) -> i32: memory.grow by the rule alone. Beyond `maxPages` it is -1 and free; up to it the pages are paid
 * for, and an engine that then refuses has failed, not the guest.
 *
 * @param minPages As declared: while the memory has these, it has not grown.
 */
export function growFunction(
  gas: number,
  stack: number,
  costs: CostTable,
  { minPages, maxPages }: { readonly minPages: number; readonly maxPages: number },
): InjectedFunction {
  const perPage = costs.memoryGrowPerPage + costs.memoryGrowPerHeldPage;
  return {
    type: { params: ['i32'], results: ['i32'] },
    writeBody: (writer) => {
      const pages = 0;
      const previous = 1;
      writer.locals(['i32']);
      // pages > maxPages - size, unsigned: the difference cannot wrap, a sum could
      writer.opcode(Op.localGet, pages);
      writer.i32(maxPages);
      writer.opcode(Op.memorySize, 0);
      writer.opcode(Op.i32Sub);
      writer.opcode(Op.i32GtU);
      writer.block(Op.if, () => {
        writer.i32(-1);
        writer.opcode(Op.return);
      });
      // For no pages the engine would be asked all the same, which takes it as long as a hundred additions.
      writer.opcode(Op.localGet, pages);
      writer.opcode(Op.i32Eqz);
      writer.block(Op.if, () => {
        writer.opcode(Op.memorySize, 0);
        writer.opcode(Op.return);
      });
      writeGasCharge(writer, gas, () => {
        writeScaled(writer, () => writer.opcode(Op.localGet, pages), perPage);
        writeScaled(writer, () => writeHasDeclaredSize(writer, minPages), minPages * costs.memoryGrowPerHeldPage);
        writer.opcode(Op.i64Add);
      });
      writer.opcode(Op.localGet, pages);
      writer.opcode(Op.memoryGrow, 0);
      writer.opcode(Op.localTee, previous);
      writer.i32(-1);
      writer.opcode(Op.i32Eq);
      writer.block(Op.if, () => {
        writer.i32(HOST_FAILURE);
        writer.opcode(Op.globalSet, stack);
        writer.opcode(Op.unreachable);
      });
      writer.opcode(Op.localGet, previous);
      writer.opcode(Op.end);
    },
  };
}

/**
 * (destination: i32, source or value: i32, bytes: i32) -> (): memory.copy or memory.fill, paid before it begins.
 *
 * @param costs `undefined` where nothing is paid for.
 * @param mark Index of the function that is told what was written, if writes are tracked.
 */
export function bulkFunction(
  gas: number,
  costs: CostTable | undefined,
  opcode: typeof Op.memoryCopy | typeof Op.memoryFill,
  mark: number | undefined,
): InjectedFunction {
  return {
    type: { params: ['i32', 'i32', 'i32'], results: [] },
    writeBody: (writer) => {
      const lengthBytes = 2;
      writer.u32(0);
      if (costs !== undefined) {
        writeGasCharge(writer, gas, () => {
          writeScaled(writer, () => writer.opcode(Op.localGet, lengthBytes), costs.bulkMemoryPerByte);
        });
      }
      for (let param = 0; param < 3; param += 1) writer.opcode(Op.localGet, param);
      writer.opcode(opcode, 0);
      if (opcode === Op.memoryCopy) writer.byte(0);
      if (mark !== undefined) {
        writer.opcode(Op.localGet, 0);
        writer.opcode(Op.localGet, lengthBytes);
        writer.opcode(Op.call, mark);
      }
      writer.opcode(Op.end);
    },
  };
}

/**
 * factor * unit, as i64. A number of bytes or pages is below 2^32 and its unit at most 2^21, and where the factor is 0 or 1
 * the unit is at most 2^36, so that products and their sum fit 64 bits.
 */
function writeScaled(writer: Writer, writeFactor: () => void, unit: number): void {
  writeFactor();
  writer.opcode(Op.i64ExtendI32U);
  writer.i64(unit);
  writer.opcode(Op.i64Mul);
}

function writeHasDeclaredSize(writer: Writer, minPages: number): void {
  writer.opcode(Op.memorySize, 0);
  writer.i32(minPages);
  writer.opcode(Op.i32Eq);
}
