import assert from 'node:assert/strict';
import { Op } from '../../../metering/format/opcodes.ts';
import { SectionId } from '../../../metering/format/section-id.ts';
import { type CodeInstruction, type FunctionCode, readModule } from '../../../metering/verify/read-module.ts';
import type { VerificationCode } from '../../../metering/verify/verification-failed.ts';
import type { VerifiableStrategy } from '../../../metering/verify/verify-instrumented.ts';
import { wat } from '../../support/wat.ts';
import {
  assertFound,
  codeOf,
  isArm,
  isGuest,
  isStep,
  piece,
  removed,
  replaced,
  reweighted,
  survivorsOf,
  unchecked,
  uncompared,
} from './mutate.ts';
import { type Edit, type Piece, type SectionBytes, sectionsOf, VerifyGuest } from './verify-guest.ts';

/** What every technique leaves in the code: positions of its functions. */
const [SEEN, LEAF, FIB, BETWEEN, GET] = [0, 1, 2, 3, 4];
/** Behind them, what charges for the host, resets, grows and copies. */
const FILL_HELPER = 9;
const guestText = `(module
  (type $unary (func (param i32) (result i32)))
  (import "host" "note" (func $note (param i32)))
  (memory (export "memory") 1 4)
  (table 2 2 funcref)
  (elem (i32.const 0) $seen $seen)
  (data (i32.const 4) "data")
  (global $g (mut i64) (i64.const 5))
  (func $seen (param i32) (result i32) (call $note (local.get 0)) (i32.add (local.get 0) (i32.const 1)))
  (func $leaf (param i32) (result i32)
    (memory.fill (i32.const 0) (i32.const 1) (local.get 0))
    (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.mul (local.get 0) (i32.const 3)))))
  (func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
  (func $between (param $n i32) (drop (call $seen (call $fib (local.get $n)))) (call $note (i32.const 3)))
  (func $get (export "get") (param $n i32) (result i32) (local $i i32) (local $s i32)
    (loop $up (local.set $s (i32.add (local.get $s) (local.get $i)))
      (br_if $up (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 3))) (local.get $n))))
    (loop $down
      (if (i32.and (local.get $i) (i32.const 1)) (then (local.set $s (i32.mul (local.get $s) (i32.const 5)))))
      (br_if $down (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (block $out (loop $search
      (br_if $out (i32.eq (local.get $i) (i32.load (local.get $s))))
      (br_if $search (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))
    (call $note (local.get $s))
    (call $between (local.get $n))
    (drop (call $leaf (local.get $n)))
    (if (i32.eqz (local.get $n)) (then (global.set $g (i64.const 3))))
    (call_indirect (type $unary) (local.get $n) (i32.const 0))))`;
const guestBytes = await wat(guestText);

interface Mutant {
  readonly bug: string;
  readonly strategy?: VerifiableStrategy;
  readonly code: VerificationCode;
  readonly edits: (guest: VerifyGuest) => readonly Edit[];
}

const GAS_GLOBAL = 1;
/** The parameter that gas comes in. */
const GET_GAS = 1;

const mutants: readonly Mutant[] = [
  {
    bug: 'a charge is left out',
    code: 'unbalanced',
    edits: (guest) => [removed(piece(guest, FIB, isStep('charge')))],
  },
  {
    bug: 'a charge of a block is left out',
    strategy: 'global',
    code: 'unbalanced',
    edits: (guest) => [removed(piece(guest, GET, isStep('charge'), 3))],
  },
  {
    bug: 'a charge takes one too little',
    code: 'unbalanced',
    edits: (guest) => reweighted(piece(guest, SEEN, isStep('charge')), -1),
  },
  {
    bug: 'a charge takes one too much',
    strategy: 'global',
    code: 'unbalanced',
    edits: (guest) => reweighted(piece(guest, BETWEEN, isStep('charge')), 1),
  },
  {
    bug: 'a charge compares with more than it takes',
    code: 'injected-state',
    edits: (guest) => reweighted(piece(guest, BETWEEN, isStep('charge')), 1).slice(0, 1),
  },
  {
    bug: 'what an arm gives back is left out',
    code: 'unbalanced',
    edits: (guest) => [
      removed(
        piece(
          guest,
          GET,
          isStep('charge', ({ amount }) => amount === -22),
        ),
      ),
    ],
  },
  {
    bug: 'an arm is left out',
    code: 'unbalanced',
    edits: (guest) => {
      const pieces = guest.pieces(GET);
      const arm = pieces.findIndex(isArm);
      return [removed(pieces[arm] as Piece), removed(pieces[arm + 1] as Piece)];
    },
  },
  {
    bug: 'a charge in an added arm stands in the first one',
    code: 'unbalanced',
    edits: (guest) => {
      const pieces = guest.pieces(GET);
      const arm = pieces.findLastIndex(isArm);
      const charge = pieces[arm + 1] as Piece;
      const { bytes } = guest.instrumented;
      const start = (pieces[arm] as Piece).start;
      return [{ start, end: charge.end, bytes: [...bytes.subarray(charge.start, charge.end), Op.else] }];
    },
  },
  {
    bug: 'what is left is not looked at before the host is called',
    code: 'unchecked',
    edits: (guest) => [uncompared(piece(guest, SEEN, isStep('charge')))],
  },
  {
    bug: 'the head of a loop is not checked',
    code: 'unchecked',
    edits: (guest) => [
      uncompared(
        piece(
          guest,
          GET,
          isStep('charge', ({ amount }) => amount === 79),
        ),
      ),
    ],
  },
  {
    bug: 'what is taken for every iteration of a loop is not checked',
    code: 'unchecked',
    edits: (guest) => [unchecked(piece(guest, GET, isStep('trip-count')), Op.localSet, GET_GAS)],
  },
  {
    bug: 'a back edge is not charged',
    code: 'unbalanced',
    edits: (guest) => [
      removed(
        piece(
          guest,
          GET,
          isStep('charge', ({ amount }) => amount === 79),
        ),
      ),
    ],
  },
  {
    bug: 'the iterations of a loop are not charged',
    code: 'unbalanced',
    edits: (guest) => [removed(piece(guest, GET, isStep('trip-count'), 1))],
  },
  {
    bug: 'an iteration costs one less than it should',
    code: 'trip-count',
    edits: (guest) => reweighted(piece(guest, GET, isStep('trip-count'), 1), -1).slice(0, 1),
  },
  {
    bug: 'the step of a loop is taken for another',
    code: 'trip-count',
    edits: (guest) => {
      const trips = piece(guest, GET, isStep('trip-count'));
      const sizes = trips.code.filter(({ opcode, immediate }) => opcode === Op.i64Const && immediate === 3n);
      assert.ok(sizes.length > 1);
      return sizes.map(({ offset, end }) => ({ start: offset, end, bytes: [Op.i64Const, 4] }));
    },
  },
  {
    bug: 'a loop is taken to begin one step further on',
    code: 'trip-count',
    edits: (guest) => {
      const trips = piece(guest, GET, isStep('trip-count'));
      const first = trips.code.find(({ opcode }) => opcode === Op.i32Const);
      const value = Number(first?.immediate ?? 0) + 3;
      return [replaced(trips, ({ opcode }) => opcode === Op.i32Const, [Op.i32Const, value])];
    },
  },
  {
    bug: 'a variable that may wrap around is not stopped',
    code: 'trip-count',
    edits: (guest) => {
      const { code } = piece(guest, GET, isStep('trip-count'));
      const trap = code.findIndex(({ opcode }) => opcode === Op.unreachable);
      const comparison = code[trap - 2];
      assert.equal(comparison?.opcode, Op.i64GtU);
      return [{ start: comparison.offset, end: comparison.end, bytes: [Op.i64LtS] }];
    },
  },
  {
    bug: 'a comparison is signed where the loop\u2019s is not, or the other way around',
    code: 'trip-count',
    edits: (guest) =>
      piece(guest, GET, isStep('trip-count'))
        .code.filter(({ opcode }) => opcode === Op.i64ExtendI32S)
        .map(({ offset, end }) => ({ start: offset, end, bytes: [Op.i64ExtendI32U] })),
  },
  {
    bug: 'the counter is not loaded into its local',
    code: 'counter',
    edits: (guest) => [removed(piece(guest, GET, isStep('load')))],
  },
  {
    bug: 'the counter is not stored behind a loop',
    code: 'counter',
    edits: (guest) => [removed(piece(guest, GET, isStep('store')))],
  },
  {
    bug: 'a frame is not taken',
    code: 'stack',
    edits: (guest) => [uncompared(piece(guest, SEEN, isStep('take-frame')))],
  },
  {
    bug: 'a frame is a word too small',
    code: 'stack',
    edits: (guest) => {
      const frame = piece(guest, SEEN, isStep('take-frame'));
      const isWords = ({ opcode }: CodeInstruction): boolean => opcode === Op.i32Const;
      const words = Number(frame.code.find(isWords)?.immediate);
      return [replaced(frame, isWords, [Op.i32Const, words - 1])];
    },
  },
  {
    bug: 'what is left of the stack is not told to a callee',
    code: 'stack',
    edits: (guest) => [removed(piece(guest, SEEN, isStep('set-stack')))],
  },
  {
    bug: 'a frame is not given back before the host goes on',
    code: 'stack',
    edits: (guest) => [
      removed(
        piece(
          guest,
          GET,
          isStep('set-stack', ({ words }) => words !== 0),
          2,
        ),
      ),
    ],
  },
  {
    bug: 'a function without a frame does not put back what it found',
    code: 'stack',
    // The first one stands behind a call that changes nothing.
    edits: (guest) => [removed(piece(guest, BETWEEN, isStep('set-stack'), 1))],
  },
  {
    bug: 'the guest\u2019s constant is another',
    code: 'guest-code',
    edits: (guest) => [{ ...piece(guest, LEAF, isGuest(Op.i32Const)), bytes: [Op.i32Const, 2] }],
  },
  {
    bug: 'an instruction of the guest is left out',
    code: 'guest-code',
    edits: (guest) => {
      const found = piece(guest, SEEN, isGuest(0x6a));
      return [{ ...found, bytes: [Op.drop] }];
    },
  },
  {
    bug: 'a branch that is charged goes to another label',
    code: 'injected-state',
    edits: (guest) => {
      const taken = piece(guest, GET, ({ token }) => token.kind === 'taken-end');
      return [replaced(taken, ({ opcode }) => opcode === Op.br, [Op.br, 1])];
    },
  },
  {
    bug: 'the guest writes the gas counter',
    code: 'injected-state',
    edits: (guest) => [{ ...piece(guest, GET, isGuest(Op.globalSet)), bytes: [Op.globalSet, GAS_GLOBAL] }],
  },
  {
    bug: 'the guest calls what takes gas',
    code: 'injected-state',
    edits: (guest) => [{ ...piece(guest, LEAF, isGuest(Op.memoryFill)), bytes: [Op.call, 9] }],
  },
  {
    bug: 'the guest fills memory without paying',
    code: 'guest-code',
    edits: (guest) => [{ ...piece(guest, LEAF, isGuest(Op.memoryFill)), bytes: [0xfc, 11, 0] }],
  },
  {
    bug: 'injected code compares with another number than zero',
    strategy: 'global',
    code: 'injected-state',
    edits: (guest) => {
      const charge = piece(guest, SEEN, isStep('charge'));
      return [replaced(charge, ({ immediate }) => immediate === 0n, [Op.i64Const, 0x7f])];
    },
  },
  {
    bug: 'the unmetered twin is charged',
    strategy: 'none',
    code: 'injected-state',
    edits: (guest) => {
      const { start } = piece(guest, LEAF, isGuest(Op.localGet));
      const charge = [Op.globalGet, GAS_GLOBAL, Op.i64Const, 1, Op.i64Sub, Op.globalSet, GAS_GLOBAL];
      return [{ start, end: start, bytes: charge }];
    },
  },
  {
    bug: 'a function looks for more of the stack than it takes',
    strategy: 'global',
    code: 'injected-state',
    edits: (guest) => {
      const frame = piece(guest, FIB, isStep('take-frame'));
      const { token, end } = frame;
      assert.ok(token.kind === 'step' && token.step.kind === 'take-frame');
      const [from, to] = [token.step.local, token.step.local - 1];
      const check = [Op.localGet, from, Op.i32Const, 50, Op.i32Sub, Op.localTee, to, Op.i32Const, 0, Op.i32LtS];
      const locals = guest.pieces(FIB)[0]?.start ?? 0;
      return [
        // Of three locals of one type and one of another, two and two.
        { start: locals - 4, end: locals - 3, bytes: [2] },
        { start: locals - 2, end: locals - 1, bytes: [2] },
        { start: end, end, bytes: [...check, Op.if, 0x40, Op.unreachable, Op.end] },
      ];
    },
  },
  {
    bug: 'a function has locals for more than it pays',
    code: 'guest-code',
    edits: (guest) => {
      // Before the code: three locals of one type, one of another.
      const first = piece(guest, LEAF, () => true).start;
      return [{ start: first - 4, end: first - 3, bytes: [4] }];
    },
  },
];

/** A byte outside of the guest's functions, replaced by one that differs. */
interface Spoiled {
  readonly what: string;
  readonly code: VerificationCode;
  /** Its section, and where in it. */
  readonly section: number;
  readonly at: number;
  readonly byte: number;
}

const spoiled: readonly Spoiled[] = [
  { what: 'an import\u2019s name', code: 'surroundings', section: SectionId.import, at: 2, byte: 0x67 },
  { what: 'the memory\u2019s maximum', code: 'surroundings', section: SectionId.memory, at: 3, byte: 5 },
  { what: 'a global\u2019s value', code: 'surroundings', section: SectionId.global, at: 4, byte: 6 },
  { what: 'the gas left at first', code: 'surroundings', section: SectionId.global, at: 9, byte: 1 },
  { what: 'the function behind an entry point', code: 'surroundings', section: SectionId.export, at: -1, byte: 3 },
  { what: 'an element', code: 'surroundings', section: SectionId.element, at: 6, byte: 2 },
  { what: 'a byte of data', code: 'surroundings', section: SectionId.data, at: 6, byte: 0 },
  { what: 'the length of a section', code: 'malformed', section: SectionId.type, at: -1, byte: 0x70 },
];

describe('a bug in the injector', () => {
  for (const { bug, strategy = 'default', code, edits } of mutants) {
    it(`is found by the verifier: ${bug}`, () => {
      const guest = new VerifyGuest(guestBytes, strategy);
      assertFound(guest, edits(guest), code);
    });
  }

  for (const { what, code, section, at, byte } of spoiled) {
    it(`is found by the verifier: ${what} is another`, () => {
      const guest = new VerifyGuest(guestBytes, 'default');
      const bytes = Uint8Array.from(guest.instrumented.bytes);
      const { offset, end } = sectionsOf(bytes).find(({ id }) => id === section) as SectionBytes;
      bytes[at < 0 ? end + at : offset + at] = byte;
      assert.equal(
        codeOf(() => guest.verify(bytes)),
        code,
      );
    });
  }

  it('is found by the verifier: the function that stands for memory.fill asks for less', () => {
    const guest = new VerifyGuest(guestBytes, 'default');
    const { code } = readModule(guest.instrumented.bytes).functions[FILL_HELPER] as FunctionCode;
    const { end = 0 } = code.find(({ opcode }) => opcode === Op.i64Const) ?? {};
    const bytes = Uint8Array.from(guest.instrumented.bytes);
    bytes[end - 1] = 4;
    assert.equal(
      codeOf(() => guest.verify(bytes)),
      'helper',
    );
  });

  it('is found by the verifier: a recursion pays for nothing on the way to a trap', async () => {
    const guest = new VerifyGuest(
      await wat(`(module (memory (export "memory") 1)
        (func $f (param $n i32) (result i32)
          (if (i32.eqz (local.get $n)) (then (return (i32.const 3))))
          (drop (call $f (i32.sub (local.get $n) (i32.const 1)))) (unreachable))
        (func (export "get") (param i32) (result i32) (i32.add (i32.const 1) (call $f (local.get 0)))))`),
      'default',
    );
    const pieces = guest.pieces(0);
    const call = pieces.findIndex(isGuest(Op.call));
    const charges = pieces.slice(0, call).filter(isStep('charge', ({ amount }) => Number(amount) > 0));
    assert.equal(
      codeOf(() => guest.verify(guest.edited(charges.map(removed)))),
      'overdraft',
    );
  });

  for (const strategy of ['default', 'global'] as const) {
    it(`is found by the verifier wherever one byte of the code is another: ${strategy}`, () => {
      const survivors = survivorsOf(new VerifyGuest(guestBytes, strategy), [1, 64]);
      assert.deepEqual(survivors, []);
    });
  }
});
