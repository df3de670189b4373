import assert from 'node:assert/strict';
import { Op } from '../../../metering/format/opcodes.ts';
import type { CodeInstruction } from '../../../metering/verify/read-module.ts';
import type { VerificationCode } from '../../../metering/verify/verification-failed.ts';
import { wat } from '../../support/wat.ts';
import { assertFound, codeOf, isGuest, isStep, piece, removed, replaced, survivorsOf, uncompared } from './mutate.ts';
import { type Edit, type Piece, VerifyGuest } from './verify-guest.ts';

/** A recursion, one that is exported and calls the host, one that fills memory, one that has nothing to do with gas; two bounded. */
const [FIB, HALF, WORK, PURE, LONG, DOWN] = [0, 1, 2, 3, 4, 5];
const GAS_GLOBAL = 0;
/** Behind the module's own six functions and five helpers. */
const [FIB_CODE, HALF_CODE, WORK_CODE, DOWN_CODE] = [12, 13, 14, 16];
const guestBytes = await wat(`(module
  (import "host" "note" (func $note (param i32)))
  (memory (export "memory") 1 4)
  (func $fib (param $n i32) (param $k i32) (result i32) (local $x i32) (local $y i64) (local $z i32)
    (local.set $y (i64.const 3))
    (if (i32.lt_u (local.get $n) (i32.const 2)) (then (local.set $z (local.get $n)))
      (else (local.set $x (call $fib (i32.shr_u (local.get $n) (i32.const 1)) (local.get $k)))
            (local.set $z (i32.add (local.get $x) (call $fib (i32.sub (local.get $n) (i32.const 2)) (local.get $k))))))
    (local.get $z))
  (func $half (export "get") (param $n i32) (result i32) (local $x i32) (local $y i32)
    (if (i32.eqz (local.get $n)) (then (block (br_if 0 (local.get $x)) (return (i32.const 5)))))
    (local.set $x (call $fib (i32.const 3) (local.get $n)))
    (call $note (local.get $x))
    (local.set $y (call $half (i32.shr_u (local.get $n) (i32.const 1))))
    (i32.add (call $down (local.get $y) (local.get $x)) (i32.add (call $work (local.get $x)) (i32.wrap_i64 (call $long (i64.const 4))))))
  (func $work (param $n i32) (result i32) (local $i i32)
    (memory.fill (i32.const 0) (i32.const 1) (local.get $n))
    (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.load8_u (local.get $i))))
    (call $pure (local.get $i)))
  (func $pure (param $n i32) (result i32) (i32.add (local.get $n) (i32.const 1)))
  (func $long (param $n i64) (result i64)
    (if (result i64) (i64.eqz (local.get $n)) (then (i64.const 7))
      (else (i64.add (i64.const 1) (call $long (i64.sub (local.get $n) (i64.const 1)))))))
  (func $down (param $n i32) (param $k i32) (result i32) (local $x i32)
    (if (local.get $n) (then (local.set $x (call $down (i32.sub (local.get $n) (i32.const 1)) (local.get $k)))))
    (i32.add (local.get $x) (local.get $k))))`);

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
    bug: 'an entry looks for n frames instead of n + 1',
    code: 'helper',
    edits: (guest) => [inEntry(guest, DOWN, is(Op.i64Const, 1n), [Op.i64Const, 0])],
  },
  {
    bug: 'an entry looks for frames that are a word too small',
    code: 'helper',
    edits: (guest) => {
      const isWords: Is = ({ opcode, immediate }) => opcode === Op.i64Const && Number(immediate) > 1;
      const words = Number(guest.entry(DOWN).find(isWords)?.immediate);
      return [inEntry(guest, DOWN, isWords, [Op.i64Const, words - 1])];
    },
  },
  {
    bug: 'an entry lets numbers pass of which the product wraps around',
    code: 'helper',
    edits: (guest) => {
      const [first, , , , , end] = guest.entry(LONG);
      assert.equal(end?.opcode, Op.end);
      return [{ start: first?.offset ?? 0, end: end.end, bytes: [] }];
    },
  },
  {
    bug: 'an entry compares with what is left as a number without sign',
    code: 'helper',
    edits: (guest) => [inEntry(guest, DOWN, is(Op.i64ExtendI32S), [Op.i64ExtendI32U])],
  },
  {
    bug: 'an entry looks at a parameter that does not fall',
    code: 'stack',
    edits: (guest) => [inEntry(guest, DOWN, is(Op.localGet, 0), [Op.localGet, 1])],
  },
  {
    bug: 'an entry looks for no frames',
    code: 'stack',
    edits: (guest) => {
      const code = guest.entry(DOWN);
      const end = code.findIndex(is(Op.end));
      return [{ start: code[0]?.offset ?? 0, end: code[end]?.end ?? 0, bytes: [] }];
    },
  },
  {
    bug: 'a function of bounded recursion is called without its entry',
    code: 'stack',
    edits: (guest) => {
      const pieces = guest.pieces(HALF);
      const isDown = ({ token }: Piece): boolean =>
        token.kind === 'guest' && token.instruction.opcode === Op.call && token.instruction.immediate === DOWN + 1;
      const call = pieces.findIndex(isDown);
      const store = pieces.slice(0, call).findLast(isStep('store')) as Piece;
      const load = pieces.slice(call).find(isStep('load')) as Piece;
      const gas = localOf(store);
      return [
        removed(store),
        { ...(pieces[call] as Piece), bytes: [Op.localGet, gas, Op.call, DOWN_CODE, Op.localSet, gas] },
        removed(load),
      ];
    },
  },
  {
    bug: 'a function of bounded recursion calls itself through its entry',
    code: 'stack',
    edits: (guest) => {
      const found = piece(guest, DOWN, isHandover);
      assert.ok(found.token.kind === 'guest' && found.token.handover !== undefined);
      const { gas } = found.token.handover;
      const store = [Op.localGet, gas, Op.globalSet, GAS_GLOBAL];
      return [{ ...found, bytes: [...store, Op.call, DOWN + 1, Op.globalGet, GAS_GLOBAL, Op.localSet, gas] }];
    },
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
    edits: (guest) => {
      const isGivenBack = isStep('set-stack', ({ words }) => words !== 0);
      return [removed(guest.pieces(HALF).findLast(isGivenBack) as Piece)];
    },
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

/** The local that a step writes, or reads. */
function localOf({ token }: Piece): number {
  assert.ok(token.kind === 'step' && 'local' in token.step);
  return token.step.local;
}

const [GT_S, GE_U] = [0x4a, 0x4f];

/** Recursions that count down, and the bytes of the guest that are changed, before and after. */
const bounded: readonly (readonly [what: string, source: string, opcodes: readonly number[], to: readonly number[]])[] =
  [
    [
      'hands over what it got',
      '(if (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))))',
      [Op.i32Const, 1, Op.i32Sub],
      [Op.i32Const, 0, Op.i32Sub],
    ],
    [
      'hands over more than it got',
      '(if (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))))',
      [Op.i32Const, 1, Op.i32Sub],
      [Op.i32Const, 0x7f, Op.i32Sub],
    ],
    [
      'hands over what has wrapped around',
      '(if (i32.ge_u (local.get $n) (i32.const 2)) (then (call $f (i32.sub (local.get $n) (i32.const 2)) (local.get $k))))',
      [Op.i32Const, 2, GE_U],
      [Op.i32Const, 1, GE_U],
    ],
    [
      'asks a number with a sign whether it is more than -1',
      '(if (i32.gt_s (local.get $n) (i32.const 0)) (then (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))))',
      [Op.i32Const, 0, GT_S],
      [Op.i32Const, 0x7f, GT_S],
    ],
    [
      'has asked about another number',
      `(local.set $k (i32.load (i32.const 0)))
     (if (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))))`,
      [Op.localGet, 0, Op.if],
      [Op.localGet, 1, Op.if],
    ],
    [
      'has asked before it took another number',
      `(if (local.get $n) (then
       (local.set $k (i32.const 9)) (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))))`,
      [Op.localSet, 1],
      [Op.localSet, 0],
    ],
    [
      'counts down in a loop further than it has asked',
      `(if (i32.ge_u (local.get $n) (i32.const 3)) (then (loop $l
       (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))
       (br_if $l (i32.ge_u (local.tee $n (i32.sub (local.get $n) (i32.const 3))) (i32.const 3))))))`,
      [Op.i32Const, 3, Op.i32Sub],
      [Op.i32Const, 4, Op.i32Sub],
    ],
    [
      'goes on with the loop where the number is small',
      `(if (i32.ge_u (local.get $n) (i32.const 3)) (then (loop $l
       (call $f (i32.sub (local.get $n) (i32.const 1)) (local.get $k))
       (local.set $n (i32.sub (local.get $n) (i32.const 3)))
       (br_if $l (i32.eqz (i32.lt_u (local.get $n) (i32.const 3)))))))`,
      [Op.i32Const, 3, Op.i32LtU],
      [Op.i32Const, 0, Op.i32LtU],
    ],
  ];

/** The one place where the bytes are. */
function withBytes(bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array {
  const places = [...bytes.keys()].filter((at) => from.every((byte, index) => bytes[at + index] === byte));
  const changed = Uint8Array.from(bytes);
  assert.ok(places.length > 0);
  changed.set(to, places.at(-1));
  return changed;
}

describe('a bug in the injector where gas is passed by value', () => {
  for (const { bug, code, edits } of mutants) {
    it(`is found by the verifier: ${bug}`, () => {
      const guest = new VerifyGuest(guestBytes, 'default');
      assertFound(guest, edits(guest), code);
    });
  }

  for (const [what, source, from, to] of bounded) {
    it(`is found by the verifier: a function is taken to be bounded that ${what}`, async () => {
      const bytes = await wat(`(module (memory (export "memory") 1)
        (func (export "get") (param i32) (result i32) (call $f (local.get 0) (i32.const 0)) (i32.const 1))
        (func $f (param $n i32) (param $k i32) ${source}))`);
      const guest = new VerifyGuest(bytes, 'default');
      const verify = (): unknown => guest.verify();
      assert.equal(codeOf(verify), 'nothing');
      assert.ok(guest.entry(1).some(is(Op.i64GtS)), 'the recursion is bounded');
      assert.equal(
        codeOf(() => guest.verifyAs(withBytes(bytes, from, to), withBytes(guest.instrumented.bytes, from, to))),
        'stack',
      );
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
