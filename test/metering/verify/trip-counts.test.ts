import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Op, opcodes } from '../../../metering/format/opcodes.ts';
import { type Bits, constantForm } from '../../../metering/verify/linear-form.ts';
import type { CodeInstruction } from '../../../metering/verify/read-module.ts';
import { constantTripCount, type Progress } from '../../../metering/verify/trip-counts.ts';
import { wat } from '../../support/wat.ts';
import { assertFound, codeOf, encode, isGuest, isStep, piece, replaced, survivorsOf } from './mutate.ts';
import { type Edit, type Piece, VerifyGuest } from './verify-guest.ts';

/** A loop by order, one to equality and one by order downwards, all of 64 bits. */
const [ORDER, EQUALITY, DOWN] = [0, 1, 2];
const guestText = `(module (memory (export "memory") 1)
  (func (export "get") (param $n i32) (result i32)
    (local $x i64) (local $y i64) (local $z i64)
    (local.set $x (i64.load (i32.const 0))) (local.set $y (i64.load (i32.const 8))) (local.set $z (i64.load (i32.const 16)))
    (loop $up (br_if $up (i64.lt_s (local.tee $x (i64.add (local.get $x) (i64.const 3))) (local.get $y))))
    (loop $to (br_if $to (i64.ne (local.tee $x (i64.add (local.get $x) (i64.const 6))) (local.get $z))))
    (loop $down (br_if $down (i64.ge_u (local.tee $x (i64.sub (local.get $x) (i64.const 7))) (i64.const 5))))
    (i32.wrap_i64 (local.get $x))))`;
const guestBytes = await wat(guestText);
/** In the instrumented function, where gas is in front of them. */
const [X, Y, Z] = [2, 3, 4];

type Is = (instruction: CodeInstruction) => boolean;

const is =
  (opcode: number, immediate?: number | bigint): Is =>
  (instruction) =>
    instruction.opcode === opcode && (immediate === undefined || instruction.immediate === immediate);

const i64Const = (value: bigint): readonly number[] =>
  encode((writer) => {
    writer.opcode(Op.i64Const);
    writer.s64(value);
  });

/** All that `which` names, replaced. */
function replacedAll({ code }: Piece, which: Is, bytes: readonly number[]): readonly Edit[] {
  const found = code.filter(which);
  assert.ok(found.length > 0, 'the piece has such an instruction');
  return found.map(({ offset, end }) => ({ start: offset, end, bytes }));
}

/** Without the `nth` trap: its code keeps the value that it looks at in a local, and goes on with that. */
function withoutTrap({ code }: Piece, nth: number): Edit {
  const traps = [...code.keys()].filter((index) => code[index]?.opcode === Op.unreachable);
  const at = traps[nth] ?? Number.NaN;
  const kept = code.slice(0, at).findLast(is(Op.localTee));
  const again = code[at + 2];
  assert.ok(kept && again?.opcode === Op.localGet, 'the piece has such a trap');
  return { start: kept.offset, end: again.end, bytes: [] };
}

/** What an instruction leaves goes through 32 bits. */
function narrowed({ code }: Piece, which: Is): Edit {
  const found = code.find(which);
  assert.ok(found, 'the piece has such an instruction');
  return { start: found.end, end: found.end, bytes: [opcodeNamed('i32.wrap_i64'), Op.i64ExtendI32U] };
}

function opcodeNamed(mnemonic: string): number {
  const row = opcodes.find((each) => each.mnemonic === mnemonic);
  assert.ok(row, mnemonic);
  return row.code;
}

interface Mutant {
  readonly bug: string;
  readonly loop: number;
  readonly edits: (trips: Piece) => readonly Edit[];
}

const mutants: readonly Mutant[] = [
  {
    bug: 'the bound is another local',
    loop: ORDER,
    edits: (trips) => replacedAll(trips, is(Op.localGet, Y), [Op.localGet, Z]),
  },
  {
    bug: 'the value to come to is another local',
    loop: EQUALITY,
    edits: (trips) => replacedAll(trips, is(Op.localGet, Z), [Op.localGet, Y]),
  },
  {
    bug: 'the bound is another constant',
    loop: DOWN,
    edits: (trips) => replacedAll(trips, is(Op.i64Const, 5n), i64Const(4n)),
  },
  { bug: 'the step is another', loop: ORDER, edits: (trips) => replacedAll(trips, is(Op.i64Const, 3n), i64Const(4n)) },
  {
    bug: 'the step to equality is another',
    loop: EQUALITY,
    edits: (trips) => replacedAll(trips, is(Op.i64Const, 6n), i64Const(5n)),
  },
  { bug: 'more than 2^32 iterations do not trap', loop: ORDER, edits: (trips) => [withoutTrap(trips, 0)] },
  {
    bug: 'more than 2^32 iterations to equality do not trap',
    loop: EQUALITY,
    edits: (trips) => [withoutTrap(trips, 1)],
  },
  {
    bug: 'one iteration more than 2^32 does not trap',
    loop: ORDER,
    edits: (trips) => replacedAll(trips, is(Op.i64Const, 2n ** 32n - 1n), i64Const(2n ** 32n)),
  },
  {
    bug: 'one iteration more than 2^32 to equality does not trap',
    loop: EQUALITY,
    edits: (trips) => replacedAll(trips, is(Op.i64Const, 2n ** 32n), i64Const(2n ** 32n + 1n)),
  },
  { bug: 'a variable that wraps around does not trap', loop: ORDER, edits: (trips) => [withoutTrap(trips, 1)] },
  { bug: 'one that wraps around downwards does not trap', loop: DOWN, edits: (trips) => [withoutTrap(trips, 1)] },
  {
    bug: 'a variable may go beyond the largest number',
    loop: ORDER,
    edits: (trips) => replacedAll(trips, is(Op.i64Const, 2n ** 63n - 1n), i64Const(-1n)),
  },
  {
    bug: 'a step that does not divide the way does not trap',
    loop: EQUALITY,
    edits: (trips) => [withoutTrap(trips, 0)],
  },
  {
    bug: 'the distance is taken in 32 bits',
    loop: EQUALITY,
    edits: (trips) => [narrowed(trips, is(Op.i64Sub))],
  },
  { bug: 'the way is taken in 32 bits', loop: ORDER, edits: (trips) => [narrowed(trips, is(Op.i64Sub))] },
  { bug: 'the bound is taken in 32 bits', loop: ORDER, edits: (trips) => [narrowed(trips, is(Op.localGet, Y))] },
  {
    bug: 'the iterations are one less',
    loop: ORDER,
    edits: ({ code }) => {
      const last = code.findLast(is(Op.i64Const, 1n));
      assert.ok(last, 'the piece has such an instruction');
      return [{ start: last.offset, end: last.end, bytes: i64Const(0n) }];
    },
  },
  {
    bug: 'a loop of no iterations has one',
    loop: ORDER,
    edits: (trips) => [replaced(trips, is(Op.i64LtS), [opcodeNamed('i64.le_s')])],
  },
  {
    bug: 'the comparison is without a sign',
    loop: ORDER,
    edits: (trips) => [replaced(trips, is(Op.i64LtS), [opcodeNamed('i64.lt_u')])],
  },
  {
    bug: 'the loop begins one step further on',
    loop: EQUALITY,
    edits: (trips) => [replaced(trips, is(Op.localGet, X), [Op.localGet, X, ...i64Const(6n), opcodeNamed('i64.add')])],
  },
  {
    bug: 'each iteration costs one less',
    loop: ORDER,
    edits: ({ code }) => {
      const product = code.findLastIndex(is(opcodeNamed('i64.mul')));
      const amount = code[product - 1];
      assert.equal(amount?.opcode, Op.i64Const);
      return [{ start: amount.offset, end: amount.end, bytes: i64Const(BigInt(amount.immediate) - 1n) }];
    },
  },
];

describe('a bug in how the iterations of a 64-bit loop are counted', () => {
  for (const { bug, loop, edits } of mutants) {
    it(`is found by the verifier: ${bug}`, () => {
      const guest = new VerifyGuest(guestBytes, 'default');
      assertFound(guest, edits(piece(guest, 0, isStep('trip-count'), loop)), 'trip-count');
    });
  }

  const others = [
    ['another step', ['(i64.const 3)', '(i64.const 4)'], Op.i64Const, 3n],
    ['a comparison without a sign', ['i64.lt_s', 'i64.lt_u'], Op.i64LtS, undefined],
    ['one that includes the bound', ['i64.lt_s', 'i64.le_s'], Op.i64LtS, undefined],
    ['one for equality', ['i64.lt_s', 'i64.ne'], Op.i64LtS, undefined],
  ] as const;
  for (const [what, [from, to], opcode, immediate] of others) {
    it(`is found by the verifier: the guest's own loop has ${what}`, async () => {
      const guest = new VerifyGuest(guestBytes, 'default');
      const other = await wat(guestText.replace(from, to));
      const isIt = isGuest(opcode);
      const { start, end } = piece(
        guest,
        0,
        (each) => isIt(each) && (immediate === undefined || each.code[0]?.immediate === immediate),
      );
      const bytes = to.startsWith('i64') ? [opcodeNamed(to)] : i64Const(4n);
      const changed = guest.edited([{ start, end, bytes }]);
      assert.equal(
        codeOf(() => guest.verifyAs(other, changed)),
        'trip-count',
      );
    });
  }

  it('is found by the verifier wherever one byte of the code is another', () => {
    assert.deepEqual(survivorsOf(new VerifyGuest(guestBytes, 'default'), [1, 64]), []);
  });
});

/** How often the back edge is taken; `undefined` if the variable wraps around before, or if that is too often to see. */
function simulated({ bits, relation, isSigned, first, bound, step }: Progress): number | undefined {
  const plain = (value: bigint): bigint => (isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value));
  const to = plain(bound.add);
  const holds = {
    ne: (value: bigint) => value !== to,
    lt: (value: bigint) => value < to,
    le: (value: bigint) => value <= to,
    gt: (value: bigint) => value > to,
    ge: (value: bigint) => value >= to,
  }[relation];
  let value = plain(first.add);
  for (let trips = 0; trips < 200; trips += 1) {
    if (!holds(value)) return trips;
    const next = value + step.add;
    if (relation !== 'ne' && plain(next) !== next) return undefined;
    value = plain(next);
  }
  return undefined;
}

describe('the verifier\u2019s trip count', () => {
  it('is that of the loop run iteration by iteration, at either end of both types', () => {
    const near = fc.record({ corner: fc.constantFrom(0n, 1n, 2n, 3n), apart: fc.bigInt({ min: -40n, max: 40n }) }).map(
      ({ corner, apart }) =>
        (bits: Bits) =>
          (corner << BigInt(bits - 2)) + apart,
    );
    const seen = { counted: 0, left: 0 };
    const loops = fc.record({
      bits: fc.constantFrom<Bits>(32, 64),
      relation: fc.constantFrom<Progress['relation']>('ne', 'lt', 'le', 'gt', 'ge'),
      isSigned: fc.boolean(),
      from: near,
      apart: fc.bigInt({ min: -60n, max: 60n }),
      size: fc.bigInt({ min: 1n, max: 9n }),
      isDown: fc.boolean(),
    });
    const property = fc.property(loops, ({ bits, relation, isSigned, from, apart, size, isDown }) => {
      const down = relation === 'ne' ? isDown : relation.startsWith('g');
      const [first, bound] = [constantForm(bits, from(bits)), constantForm(bits, from(bits) + apart)];
      const step = constantForm(bits, down ? -size : size);
      const progress: Progress = { goesOnWhenTaken: true, bits, relation, isSigned, first, bound, step };
      const [expected, actual] = [simulated(progress), constantTripCount(progress)];
      if (expected !== undefined || (actual ?? 200) < 200) assert.equal(actual, expected);
      seen[actual === undefined ? 'left' : 'counted'] += 1;
    });
    fc.assert(property, { numRuns: 3_000 });
    assert.ok(seen.counted > 300 && seen.left > 30, JSON.stringify(seen));
  });
});
