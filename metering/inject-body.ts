/**
 * Puts the charges and the frame into one function body.
 *
 *     before                  after
 *
 *     locals                  locals
 *     ...                     take the frame, trap if the stack budget is below zero
 *     br_if (function)        block (result of the function)
 *     ...                       charge
 *     return                    ...
 *     ...                       br_if (this block)
 *     end                       charge
 *                               ...
 *                               br (this block)
 *                               ...
 *                             end
 *                             give the frame back
 *                             end
 *
 * The block stands where the function's own label was, so that branches to it keep their depth, and every way out of
 * the function, other than a trap, leads past the one place that gives the frame back.
 */
import type { Charge } from './gas-plan.ts';
import { type MeterIndices, writeFrameEntry, writeFrameExit, writeGasCharge } from './meter-code.ts';
import type { FunctionBody, FunctionType } from './module.ts';
import { Op } from './opcodes.ts';
import type { Writer } from './writer.ts';

export interface BodyPlan {
  readonly type: FunctionType;
  readonly charges: readonly Charge[];
  readonly frameWords: number;
}

/** Writes the body without its size. Bytes that do not change are copied in runs, so that the work is linear. */
export function injectBody(
  writer: Writer,
  bytes: Uint8Array,
  body: FunctionBody,
  plan: BodyPlan,
  indices: MeterIndices,
): void {
  let copiedTo = body.offset;
  const copyUpTo = (offset: number): void => {
    writer.bytes(bytes.subarray(copiedTo, offset));
    copiedTo = offset;
  };
  copyUpTo(body.instructions[0]?.offset ?? body.end);
  writeFrameEntry(writer, indices.stack, plan.frameWords);
  writer.opcode(Op.block);
  writeBlockType(writer, plan.type);

  let depth = 0;
  let nextCharge = 0;
  for (const [index, { opcode, offset, end }] of body.instructions.entries()) {
    for (let charge = plan.charges[nextCharge]; charge?.instructionIndex === index; charge = plan.charges[nextCharge]) {
      const { cost, kind } = charge;
      copyUpTo(offset);
      if (kind === 'block') {
        writeGasCharge(writer, indices.gas, () => {
          writer.opcode(Op.i64Const);
          writer.s64(BigInt(cost));
        });
      } else {
        // The helper takes the operands of the instruction that it stands for.
        writer.opcode(Op.call);
        writer.u32(kind === 'grow' ? indices.grow : opcode === Op.memoryCopy ? indices.copy : indices.fill);
        copiedTo = end;
      }
      nextCharge += 1;
    }
    if (opcode === Op.return) {
      copyUpTo(offset);
      writer.opcode(Op.br);
      writer.u32(depth);
      copiedTo = end;
    } else if (opcode === Op.block || opcode === Op.loop || opcode === Op.if) {
      depth += 1;
    } else if (opcode === Op.end) {
      depth -= 1;
    }
  }
  copyUpTo(body.end);
  writeFrameExit(writer, indices.stack, plan.frameWords);
  writer.opcode(Op.end);
}

function writeBlockType(writer: Writer, { results: [result] }: FunctionType): void {
  if (result === undefined) writer.byte(0x40);
  else writer.valueType(result);
}
