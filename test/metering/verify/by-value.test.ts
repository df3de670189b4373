import assert from 'node:assert/strict';
import { Op } from '../../../metering/format/opcodes.ts';
import type { CodeInstruction } from '../../../metering/verify/read-module.ts';
import type { VerificationCode } from '../../../metering/verify/verification-failed.ts';
import { wat } from '../../support/wat.ts';
import { assertFound, isGuest, isStep, piece, removed, replaced, survivorsOf, uncompared } from './mutate.ts';
import { type Edit, type Piece, VerifyGuest } from './verify-guest.ts';

/** A recursion, one that is exported and calls the host, one that fills memory; and one that has nothing to do with gas. */
const [FIB, HALF, WORK, PURE] = [0, 1, 2, 3];
const GAS_GLOBAL = 0;
/** Behind the module's own four functions and five helpers. */
const [FIB_CODE, HALF_CODE, WORK_CODE] = [10, 11, 12];
const guestBytes = await wat(`(module
  (import "host" "note" (func $note (param i32)))
  (memory (export "memory") 1 4)
  (func $fib (param $n i32) (param $k i32) (result i32) (local $x i32) (local $y i64) (local $z i32)
    (local.set $y (i64.const 3))
    (if (i32.lt_u (local.get $n) (i32.const 2)) (then (local.set $z (local.get $n)))
      (else (local.set $x (call $fib (i32.sub (local.get $n) (i32.const 1)) (local.get $k)))
            (local.set $z (i32.add (local.get $x) (call $fib (i32.sub (local.get $n) (i32.const 2)) (local.get $k))))))
    (local.get $z))
  (func $half (export "get") (param $n i32) (result i32) (local $x i32) (local $y i32)
    (if (i32.eqz (local.get $n)) (then (block (br_if 0 (local.get $x)) (return (i32.const 5)))))
    (local.set $x (call $fib (i32.const 3) (local.get $n)))
    (call $note (local.get $x))
    (local.set $y (call $half (i32.shr_u (local.get $n) (i32.const 1))))
    (i32.add (local.get $y) (call $work (local.get $x))))
  (func $work (param $n i32) (result i32) (local $i i32)
    (memory.fill (i32.const 0) (i32.const 1) (local.get $n))
    (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.load8_u (local.get $i))))
    (call $pure (local.get $i)))
  (func $pure (param $n i32) (result i32) (i32.add (local.get $n) (i32.const 1))))`);

type Is = (instruction: CodeInstruction) => boolean;

const is =
  (opcode: number, immediate?: number | bigint): Is =>
  (instruction) =>
    instruction.opcode === opcode && (immediate === undefined || instruction.immediate === immediate);

/** A call that takes gas along. */
const isHandover = ({ token }: Piece): boolean => token.kind === 'guest' && token.handover !== undefined;

function inEntry(guest: VerifyGuest, position: number, which: Is, bytes: readonly number[]): Edit {
  const found = guest.entry(position).find(which);
  assert.ok(found, 'the entry has such an instruction');
  return { start: found.offset, end: found.end, bytes };
}

/** The last of the piece's instructions that `which` names, replaced. */
function replacedLast({ code }: Piece, which: Is, bytes: readonly number[]): Edit {
  const found = code.findLast(which);
  assert.ok(found, 'the piece has such an instruction');
  return { start: found.offset, end: found.end, bytes };
}

interface Mutant {
  readonly bug: string;
  readonly code: VerificationCode;
  readonly edits: (guest: VerifyGuest) => readonly Edit[];
}

const mutants: readonly Mutant[] = [
  {
    bug: 'an entry does not take the gas back',
    code: 'helper',
    edits: (guest) => [inEntry(guest, FIB, is(Op.globalSet, GAS_GLOBAL), [Op.drop])],
  },
  {
    bug: 'an entry hands over a constant as gas',
    code: 'helper',
    edits: (guest) => [inEntry(guest, FIB, is(Op.globalGet, GAS_GLOBAL), [Op.i64Const, 0])],
  },
  {
    bug: 'an entry does not hand over the first parameter',
    code: 'helper',
    edits: (guest) => [inEntry(guest, HALF, is(Op.localGet, 0), [Op.i32Const, 0])],
  },
  {
    bug: 'an entry does more than it has to',
    code: 'surroundings',
    edits: (guest) => [inEntry(guest, HALF, is(Op.end), [Op.nop, Op.end])],
  },
  {
    bug: 'an entry calls another function\u2019s code',
    code: 'surroundings',
    edits: (guest) => [inEntry(guest, HALF, is(Op.call), [Op.call, WORK_CODE])],
  },
  {
    bug: 'two entries call each other\u2019s code',
    code: 'guest-code',
    edits: (guest) => [
      inEntry(guest, HALF, is(Op.call), [Op.call, WORK_CODE]),
      inEntry(guest, WORK, is(Op.call), [Op.call, HALF_CODE]),
    ],
  },
  {
    bug: 'a recursion does not take its frame',
    code: 'stack',
    edits: (guest) => [uncompared(piece(guest, FIB, isStep('take-frame')))],
  },
  {
    bug: 'a callee is not told what is left below the frame',
    code: 'stack',
    edits: (guest) => [removed(piece(guest, FIB, isStep('set-stack')))],
  },
  {
    bug: 'an exported recursion does not give its frame back',
    code: 'stack',
    edits: (guest) => [
      removed(
        piece(
          guest,
          HALF,
          isStep('set-stack', ({ words }) => words !== 0),
          2,
        ),
      ),
    ],
  },
  {
    bug: 'the gas that a call returns is dropped',
    code: 'injected-state',
    edits: (guest) => [replacedLast(piece(guest, FIB, isHandover), is(Op.localSet), [Op.drop])],
  },
  {
    bug: 'the gas that a call returns goes elsewhere',
    code: 'counter',
    edits: (guest) => [replacedLast(piece(guest, HALF, isHandover), is(Op.localSet), [Op.localSet, SCRATCH])],
  },
  {
    bug: 'a call takes another number along as gas',
    code: 'counter',
    edits: (guest) => [replaced(piece(guest, HALF, isHandover), is(Op.localGet), [Op.localGet, SCRATCH])],
  },
  {
    bug: 'a call of a function that takes gas goes to its entry, with the counter in the local',
    code: 'counter',
    edits: (guest) => [{ ...piece(guest, HALF, isHandover), bytes: [Op.call, FIB + 1] }],
  },
  {
    bug: 'a call goes to another function\u2019s code',
    code: 'guest-code',
    edits: (guest) => [replaced(piece(guest, HALF, isHandover, 1), is(Op.call, HALF_CODE), [Op.call, WORK_CODE])],
  },
  {
    bug: 'a function returns another number as gas',
    code: 'injected-state',
    edits: (guest) => {
      const last = guest.pieces(HALF).at(-1) as Piece;
      return [replacedLast(last, is(Op.localGet), [Op.localGet, SCRATCH])];
    },
  },
  {
    bug: 'the guest\u2019s locals are not moved behind gas',
    code: 'malformed',
    edits: (guest) => {
      const found = piece(
        guest,
        HALF,
        ({ token }) =>
          token.kind === 'guest' && token.instruction.opcode === Op.localGet && token.instruction.immediate === 1,
      );
      return [{ ...found, bytes: [Op.localGet, 1] }];
    },
  },
  {
    bug: 'the guest\u2019s locals are moved by one too far',
    code: 'guest-code',
    edits: (guest) => [{ ...piece(guest, HALF, isGuest(Op.localSet)), bytes: [Op.localSet, 3] }],
  },
  {
    bug: 'return leaves a block too few',
    code: 'guest-code',
    edits: (guest) => [{ ...piece(guest, HALF, isGuest(Op.return)), bytes: [Op.br, 1] }],
  },
  {
    bug: 'return returns without the gas that is left',
    code: 'malformed',
    edits: (guest) => [{ ...piece(guest, HALF, isGuest(Op.return)), bytes: [Op.return] }],
  },
  {
    bug: 'the counter is not in the global when memory is filled',
    code: 'counter',
    edits: (guest) => [removed(piece(guest, WORK, isStep('store'))), removed(piece(guest, WORK, isStep('load')))],
  },
  {
    bug: 'the counter is not taken back from the global',
    code: 'counter',
    edits: (guest) => [removed(piece(guest, WORK, isStep('load')))],
  },
  {
    bug: 'the counter is not in the global when the host is called',
    code: 'counter',
    edits: (guest) => [removed(piece(guest, HALF, isStep('store'))), removed(piece(guest, HALF, isStep('load')))],
  },
  {
    bug: 'a recursion is not charged',
    code: 'unbalanced',
    edits: (guest) => [removed(piece(guest, FIB, isStep('charge')))],
  },
];

/** An injected i64 of the function with two locals of its own. */
const SCRATCH = 4;

describe('a bug in the injector where gas is passed by value', () => {
  for (const { bug, code, edits } of mutants) {
    it(`is found by the verifier: ${bug}`, () => {
      const guest = new VerifyGuest(guestBytes, 'default');
      assertFound(guest, edits(guest), code);
    });
  }

  it('is found by the verifier wherever one byte of the code is another', () => {
    assert.deepEqual(survivorsOf(new VerifyGuest(guestBytes, 'default'), [1, 64]), []);
  });

  it('is not that a function takes gas which has nothing to do with it', () => {
    const guest = new VerifyGuest(guestBytes, 'default');
    assert.equal(guest.entry(PURE).some(is(Op.call)), false);
    assert.ok(guest.entry(FIB).some(is(Op.call, FIB_CODE)));
  });
});
