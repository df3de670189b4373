import type { FunctionType } from '../../metering/format/module.ts';
import { Op } from '../../metering/format/opcodes.ts';
import type { HostCodeFunction, HostCodeIndices } from '../../metering/host/host-code.ts';
import {
  body,
  branchIf,
  type Code,
  codeFunction,
  get,
  i32,
  i64,
  ifTrue,
  loadByte,
  loadWords,
  loop,
  memoryBytes,
  plain,
  sequence,
  set,
  setWords,
  store8,
  store16,
  store32,
  storeWords,
  tee,
  W4,
} from './thunk-code.ts';
import { callKernel } from './thunk-imports.ts';

const copyOutType: FunctionType = { params: ['i32', 'i32', 'i32', 'i32'], results: [] };
/** See `ThunkLink.copyOut`. */
export const copyOut: HostCodeFunction = codeFunction(copyOutType, undefined, copyOutBody);

const copyInType: FunctionType = { params: ['i32', 'i32', 'i32'], results: [] };
/** See `ThunkLink.copyIn`. */
export const copyIn: HostCodeFunction = codeFunction(copyInType, undefined, copyInBody);

/** Returns if there are no bytes to move (any more). Even then the pointer may not lie beyond memory. */
function ifNothingLeft(pointer: number, bytes: number): Code {
  return sequence(
    sequence(get(bytes), plain(Op.i32Eqz)),
    ifTrue(
      sequence(get(pointer), plain(Op.i64ExtendI32U), memoryBytes, plain(Op.i64GtU)),
      ifTrue(plain(Op.unreachable)),
      plain(Op.return),
    ),
  );
}

function copyOutBody(at: HostCodeIndices): Code {
  const [buffer, from, pointer, bytes, w0, w1, w2, w3] = [0, 1, 2, 3, 4, 5, 6, 7];
  const advance = (by: number): Code => sequence(get(pointer), i32(by), plain(Op.i32Add), set(pointer));
  const has = (bit: number): Code => sequence(get(bytes), i32(bit), plain(Op.i32And));
  const next = sequence(get(buffer), get(from), callKernel(at, 'get4'), setWords(w0, 4));
  return body(
    W4,
    sequence(get(bytes), i32(32), plain(Op.i32GeU)),
    ifTrue(
      loop(
        next,
        storeWords(pointer, w0, 4),
        advance(32),
        sequence(get(from), i32(32), plain(Op.i32Add), set(from)),
        sequence(get(bytes), i32(32), plain(Op.i32Sub), tee(bytes)),
        sequence(i32(32), plain(Op.i32GeU), branchIf(0)),
      ),
    ),
    ifNothingLeft(pointer, bytes),
    next,
    has(16),
    ifTrue(storeWords(pointer, w0, 2), advance(16), sequence(get(w2), set(w0), get(w3), set(w1))),
    has(8),
    ifTrue(storeWords(pointer, w0, 1), advance(8), sequence(get(w1), set(w0))),
    ...(
      [
        [4, store32, 32n],
        [2, store16, 16n],
      ] as const
    ).flatMap(([bit, storePart, shift]) => [
      has(bit),
      ifTrue(
        sequence(get(pointer), get(w0), storePart()),
        advance(bit),
        sequence(get(w0), i64(shift), plain(Op.i64ShrU), set(w0)),
      ),
    ]),
    has(1),
    ifTrue(get(pointer), get(w0), store8()),
  );
}

function copyInBody(at: HostCodeIndices): Code {
  const [buffer, pointer, bytes, offset, w0, w1, w2, w3] = [0, 1, 2, 3, 4, 5, 6, 7];
  return body(
    ['i32', ...W4],
    sequence(get(bytes), i32(32), plain(Op.i32GeU)),
    ifTrue(
      loop(
        sequence(get(buffer), get(offset), loadWords(pointer, 4), callKernel(at, 'put4')),
        sequence(get(pointer), i32(32), plain(Op.i32Add), set(pointer)),
        sequence(get(offset), i32(32), plain(Op.i32Add), set(offset)),
        sequence(get(bytes), i32(32), plain(Op.i32Sub), tee(bytes)),
        sequence(i32(32), plain(Op.i32GeU), branchIf(0)),
      ),
    ),
    ifNothingLeft(pointer, bytes),
    // Bytes beyond the end do no harm in the buffer, but may lie outside memory.
    sequence(get(pointer), plain(Op.i64ExtendI32U), i64(32n), plain(Op.i64Add)),
    sequence(memoryBytes, plain(Op.i64LeU)),
    ifTrue(get(buffer), get(offset), loadWords(pointer, 4), callKernel(at, 'put4'), plain(Op.return)),
    loop(
      // The last byte first, so that every further one moves those up.
      sequence(get(bytes), i32(1), plain(Op.i32Sub), set(bytes)),
      ...[w3, w2, w1].map((word) =>
        sequence(get(word), i64(8n), plain(Op.i64Shl), get(word - 1), i64(56n), plain(Op.i64ShrU, Op.i64Or), set(word)),
      ),
      sequence(get(w0), i64(8n), plain(Op.i64Shl)),
      sequence(get(pointer), get(bytes), plain(Op.i32Add), loadByte(), plain(Op.i64Or), set(w0)),
      sequence(get(bytes), branchIf(0)),
    ),
    sequence(get(buffer), get(offset), get(w0), get(w1), get(w2), get(w3), callKernel(at, 'put4')),
  );
}
