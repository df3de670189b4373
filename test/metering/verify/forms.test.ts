import assert from 'node:assert/strict';
import { ladderOfCalls, nestedLoops } from '../../../bench/metering/deep-modules.ts';
import { moduleInterfaceOf } from '../../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../../engine/abi/stylus/stylus-abi.ts';
import { verified } from '../../../fuzz/modules/verified.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { Op } from '../../../metering/format/opcodes.ts';
import { SectionId } from '../../../metering/format/section-id.ts';
import { Writer } from '../../../metering/format/writer.ts';
import { flatV2 } from '../../../metering/gas/cost-tables.ts';
import { instrument } from '../../../metering/instrument.ts';
import { verifyInstrumented } from '../../../metering/verify/verify-instrumented.ts';
import { wat } from '../../support/wat.ts';
import { costsOf, testInterface } from '../metered-guest.ts';
import { codeOf, encode, isGuest, isStep, piece, removed, replaced } from './mutate.ts';
import { type Edit, type Piece, sectionsOf, VerifyGuest } from './verify-guest.ts';

const guestBytes = await wat(`(module
  (memory (export "memory") 1 4)
  (table 1 1 funcref)
  (func $callee (param i32) (result i32)
    (if (result i32) (local.get 0) (then (i32.const 7)) (else (i32.load (i32.const 8)))))
  (func $work (param i32) (result i32) (call $callee (local.get 0)))
  (func (export "get") (param i32) (result i32) (local i32)
    (loop $l
      (local.set 1 (i32.add (local.get 1) (i32.load (local.get 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (call $work (local.get 1))))`);
const [CALLEE, WORK, GET] = [0, 1, 2];
const GAS = 0;

/** The i64 constant of a charge, and code in front of what subtracts it. */
function computed(charge: Piece, code: readonly number[]): Edit {
  const amount = charge.code.find(({ opcode }) => opcode === Op.i64Const);
  assert.ok(amount);
  return { start: amount.offset, end: amount.offset, bytes: code };
}

function i64Const(value: bigint): readonly number[] {
  return encode((writer) => {
    writer.opcode(Op.i64Const);
    writer.s64(value);
  });
}

/** The module with its sections replaced; one that is not there is added where it belongs. */
function withSections(bytes: Uint8Array, contents: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const own = new Map(sectionsOf(bytes).map(({ id, offset, end }) => [id, bytes.subarray(offset, end)]));
  for (const [id, content] of Object.entries(contents)) own.set(Number(id), Uint8Array.from(content));
  const order = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11, 0];
  const writer = new Writer(bytes.length * 2);
  writer.bytes(bytes.subarray(0, 8));
  for (const id of order) {
    const content = own.get(id);
    if (content === undefined) continue;
    writer.byte(id);
    writer.sized(() => writer.bytes(content));
  }
  return writer.toBytes();
}

function section(bytes: Uint8Array, id: number): readonly number[] {
  const { offset, end } = sectionsOf(bytes).find((each) => each.id === id) ?? { offset: 0, end: 0 };
  return [...bytes.subarray(offset, end)];
}

describe('what the verifier does not know', () => {
  const trap = [Op.unreachable];
  const whenFive = [Op.localGet, 0, Op.i32Const, 5, Op.i32Eq, Op.if, 0x40, ...trap, Op.end];
  const divides = [...i64Const(1n), Op.localGet, 0, Op.i64ExtendI32U, Op.i64DivU, Op.localSet, 1];
  const growth = 1n << 40n;

  const refused: readonly (readonly [what: string, edits: (guest: VerifyGuest) => readonly Edit[]])[] = [
    ['a trap inside a charge of a constant', (guest) => [computed(piece(guest, CALLEE, isStep('charge')), whenFive)]],
    [
      'a division that can trap inside a charge of a constant',
      (guest) => [computed(piece(guest, CALLEE, isStep('charge')), divides)],
    ],
    [
      'a charge of far more, which is given back',
      (guest) => {
        const charge = piece(guest, CALLEE, isStep('charge'));
        const amount = BigInt(charge.code.find(({ opcode }) => opcode === Op.i64Const)?.immediate ?? 0);
        const more = replaced(charge, ({ opcode }) => opcode === Op.i64Const, i64Const(amount + growth));
        const back = [Op.globalGet, GAS, ...i64Const(-growth), Op.i64Sub, Op.globalSet, GAS];
        return [more, { start: charge.end, end: charge.end, bytes: back }];
      },
    ],
    [
      'a charge in two parts',
      (guest) => {
        const charge = piece(guest, CALLEE, isStep('charge'));
        const amount = BigInt(charge.code.find(({ opcode }) => opcode === Op.i64Const)?.immediate ?? 0);
        const { bytes } = guest.instrumented;
        const part = (value: bigint): readonly number[] => {
          const { start, end } = replaced(charge, ({ opcode }) => opcode === Op.i64Const, []);
          return [...bytes.subarray(charge.start, start), ...i64Const(value), ...bytes.subarray(end, charge.end)];
        };
        return [{ start: charge.start, end: charge.end, bytes: [...part(1n), ...part(amount - 1n)] }];
      },
    ],
    [
      'what a callee pays at its entry, behind the call of it',
      (guest) => {
        const charge = piece(guest, CALLEE, isStep('charge'));
        const { end } = piece(guest, WORK, isGuest(Op.call));
        const moved = [...guest.instrumented.bytes.subarray(charge.start, charge.end)];
        return [removed(charge), { start: end, end, bytes: moved }];
      },
    ],
    [
      'what a callee pays at its entry, in front of the call of it',
      (guest) => {
        const charge = piece(guest, CALLEE, isStep('charge'));
        const { start } = piece(guest, WORK, isGuest(Op.call));
        const moved = [...guest.instrumented.bytes.subarray(charge.start, charge.end)];
        return [removed(charge), { start, end: start, bytes: moved }];
      },
    ],
  ];
  for (const [what, edits] of refused) {
    it(`is refused where traps are exact: ${what}`, () => {
      const guest = new VerifyGuest(guestBytes, 'global');
      assert.equal(
        codeOf(() => guest.verify(guest.edited([]))),
        'nothing',
      );
      const bytes = guest.edited([...edits(guest)].sort((left, right) => left.start - right.start));
      assert.ok(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>), 'an engine would run it');
      assert.notEqual(
        codeOf(() => guest.verify(bytes)),
        'nothing',
      );
    });
  }

  it('is refused in front of a loop: a trap more, or a division whose result nobody uses', () => {
    const guest = new VerifyGuest(guestBytes, 'default');
    const trips = piece(guest, GET, isStep('trip-count'));
    const { start, bytes } = computed(trips, whenFive);
    for (const code of [bytes, [...divides.slice(0, -1), 3]]) {
      const edited = guest.edited([{ start, end: start, bytes: code }]);
      assert.ok(WebAssembly.validate(edited as Uint8Array<ArrayBuffer>), 'an engine would run it');
      assert.notEqual(
        codeOf(() => guest.verify(edited)),
        'nothing',
      );
    }
  });

  it('is refused in front of a loop: the same number by way of more operands than there are words for', () => {
    const guest = new VerifyGuest(guestBytes, 'default');
    const { code } = piece(guest, GET, isStep('trip-count'));
    const local = code.find(({ opcode, immediate }) => opcode === Op.localGet && immediate === 0);
    assert.ok(local);
    const withOperands = (count: number): string => {
      // a - (a - (... - a)), each `a` a value of its own.
      const before = Array.from({ length: count }, () => [Op.localGet, 0, Op.i32Const, 0, Op.i32Add]).flat();
      const behind = new Array<number>(count).fill(Op.i32Sub);
      const edited = guest.edited([
        { start: local.offset, end: local.offset, bytes: before },
        { start: local.end, end: local.end, bytes: behind },
      ]);
      assert.ok(WebAssembly.validate(edited as Uint8Array<ArrayBuffer>), 'an engine would run it');
      return codeOf(() => guest.verify(edited));
    };
    assert.equal(withOperands(2), 'nothing');
    assert.equal(withOperands(100), 'injected-state');
  });

  const memoryImport = [0x01, 0x61, 0x01, 0x62, 0x02, 0x00, 0x01];
  const surroundings: readonly (readonly [
    what: string,
    sections: (bytes: Uint8Array) => Readonly<Record<number, readonly number[]>>,
  ])[] = [
    ['an imported memory in front of the first', () => ({ [SectionId.import]: [1, ...memoryImport] })],
    ['two imported memories', () => ({ [SectionId.import]: [2, ...memoryImport, ...memoryImport] })],
    ['a second memory', (bytes) => ({ [SectionId.memory]: [2, ...section(bytes, SectionId.memory).slice(1), 0, 1] })],
    [
      'a second table',
      (bytes) => ({ [SectionId.table]: [2, ...section(bytes, SectionId.table).slice(1), 0x70, 0, 1] }),
    ],
    ['a custom section', () => ({ [SectionId.custom]: [1, 0x61, 0] })],
    [
      'an export more',
      (bytes) => {
        const [count = 0, ...rest] = section(bytes, SectionId.export);
        return { [SectionId.export]: [count + 1, ...rest, 1, 0x7a, 0, 0] };
      },
    ],
    [
      'a type more',
      (bytes) => {
        const [count = 0, ...rest] = section(bytes, SectionId.type);
        return { [SectionId.type]: [count + 1, ...rest, 0x60, 0, 0] };
      },
    ],
    ['a data segment more', () => ({ [SectionId.data]: [1, 1, 0] })],
    ['an element segment more', () => ({ [SectionId.element]: [1, 0, Op.i32Const, 0, Op.end, 0] })],
    ['a tag', () => ({ 13: [1, 0, 3] })],
    [
      'a global more',
      (bytes) => {
        const [count = 0, ...rest] = section(bytes, SectionId.global);
        return { [SectionId.global]: [count + 1, ...rest, 0x7f, 0, Op.i32Const, 0, Op.end] };
      },
    ],
    ['a function that starts by itself', () => ({ [SectionId.start]: [4] })],
    [
      'another function at an entry point',
      (bytes) => {
        const content = [...section(bytes, SectionId.export)];
        content[content.length - 1] = WORK;
        return { [SectionId.export]: content };
      },
    ],
  ];
  for (const strategy of ['default', 'none'] as const) {
    for (const [what, sections] of surroundings) {
      it(`is refused around the code: ${what} (${strategy})`, () => {
        const guest = new VerifyGuest(guestBytes, strategy);
        const { bytes } = guest.instrumented;
        assert.equal(
          codeOf(() => guest.verify(withSections(bytes, {}))),
          'nothing',
        );
        assert.notEqual(
          codeOf(() => guest.verify(withSections(bytes, sections(bytes)))),
          'nothing',
        );
      });
    }
  }
});

describe('the time that it takes to verify', () => {
  /** Of verifying over that of instrumenting. */
  function timeRatio(bytes: Uint8Array): number {
    const moduleInterface = moduleInterfaceOf(stylusAbi);
    const options = {
      costs: flatV2,
      limits: defaultLimits,
      interface: moduleInterface,
      strategy: 'default',
    } as const;
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now();
      const instrumented = instrument(bytes, options);
      const between = performance.now();
      verifyInstrumented(bytes, instrumented, options);
      return (performance.now() - between) / (between - start);
    });
    return Math.min(...times);
  }

  it('is not much longer than it takes to instrument where loops are deep in each other', () => {
    const ratios = [nestedLoops(4, 125), nestedLoops(4, 250)].map(timeRatio);
    for (const ratio of ratios) assert.ok(ratio < 12, `${ratios}`);
  });

  it('is not much longer where what a function wants is known only when many others have been looked at', () => {
    const ratio = timeRatio(ladderOfCalls(1_500));
    assert.ok(ratio < 12, `${ratio}`);
  });
});

describe('what is right', () => {
  const options = { costs: costsOf({}), limits: defaultLimits, interface: testInterface };
  const guests: readonly (readonly [what: string, body: string])[] = [
    [
      'a dead block in a counted loop',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))) (br 1) (block (unreachable)))',
    ],
    [
      'a dead back edge of a counted loop',
      '(loop $l (block (unreachable)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))',
    ],
    [
      'a counted loop that can be left before its dead back edge',
      '(loop $l (br_if 1 (local.get 1)) (block (unreachable)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))',
    ],
    [
      'a step behind a block that ends',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (block (result i32) (if (local.get 1) (then (block (unreachable)))) (i32.const 1))))))',
    ],
    [
      'a step that a branch brings',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (block (result i32) (br 0 (i32.const 1)))))))',
    ],
    [
      'a step that two branches bring',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (block (result i32) (drop (br_if 0 (i32.const 1) (local.get 1))) (i32.const 1))))))',
    ],
    [
      'a dead block in front of the back edge of a counted loop',
      '(loop $l (if (local.get 1) (then (unreachable) (block (unreachable)))) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))',
    ],
    [
      'a counted loop behind code that never ends',
      '(unreachable) (loop $l (block (unreachable)) (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))',
    ],
    [
      'a dead loop in a counted loop',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))) (br 1) (loop $m (br $m)))',
    ],
    [
      'a question about the variable of a counted loop whose answers come to the same',
      `(local.set 1 (i32.const 6))
       (loop $l (block (br_if 0 (local.get 1)))
         (br_if $l (i32.gt_s (local.tee 1 (i32.sub (local.get 1) (i32.const 3))) (i32.const 0))))`,
    ],
    ['a dead back edge', '(loop $l (br_if 1 (local.get 0)) (br 1) (br $l))'],
    ['a loop that never turns', '(loop $l (block (unreachable)))'],
    [
      'a step that is the result of a block',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (block (result i32) (i32.const 1))))))',
    ],
    [
      'a step that is the result of a block, behind an arm that ends',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (block (result i32) (if (local.get 1) (then (unreachable))) (i32.const 1))))))',
    ],
    [
      'a bound that is the result of a block',
      '(loop $l (br_if $l (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (block (result i32) (local.get 0)))))',
    ],
    ...(['(i32.const 3)', '(i32.const -3)', '(i32.const 1)', '(i32.const 0)'] as const).flatMap((constant) =>
      (['lt_s', 'lt_u', 'le_s', 'le_u'] as const).map(
        (comparison) =>
          [
            `a step in a local that got ${constant} from a block, while ${comparison}`,
            `(local.set 1 (block (result i32) ${constant}))
             (loop $l (br_if $l (i32.${comparison} (local.tee 0 (i32.add (local.get 0) (local.get 1))) (i32.load (i32.const 8)))))
             (loop $l (br_if $l (i32.${comparison} (local.tee 0 (i32.add (local.get 0) (local.get 1))) (local.get 2))))`,
          ] as const,
      ),
    ),
    ...(['lt_s', 'le_u'] as const).map(
      (comparison) =>
        [
          `a step in a local of 64 bits that got a constant from a block, while ${comparison}`,
          `(local.set 3 (block (result i64) (i64.const 5)))
           (loop $l (br_if $l (i64.${comparison} (local.tee 4 (i64.add (local.get 4) (local.get 3))) (local.get 5))))`,
        ] as const,
    ),
    [
      'a start and a bound that came out of blocks',
      `(local.set 1 (block (result i32) (i32.const 4))) (local.set 2 (block (result i32) (i32.const 40)))
      (loop $l (br_if $l (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 3))) (local.get 2))))`,
    ],
    [
      'a start and a bound that are the same unknown',
      `(local.set 1 (block (result i32) (i32.load (i32.const 4)))) (local.set 2 (local.get 1))
      (loop $l (br_if $l (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 3))) (local.get 2))))
      (local.set 2 (i32.add (local.get 1) (i32.const 9)))
      (loop $l (br_if $l (i32.ne (local.tee 1 (i32.add (local.get 1) (i32.const 3))) (local.get 2))))`,
    ],
    [
      'a start, in 64 bits, that came out of a block',
      `(local.set 3 (block (result i64) (i64.const 4))) (local.set 4 (block (result i64) (i64.const 40)))
      (loop $l (br_if $l (i64.lt_s (local.tee 3 (i64.add (local.get 3) (i64.const 3))) (local.get 4))))`,
    ],
    [
      'constants on both ways to a step',
      '(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (if (result i32) (local.get 1) (then (i32.const 1)) (else (i32.const 1)))))))',
    ],
    [
      'constant iterations, by the result of a block',
      '(local.set 1 (block (result i32) (i32.const 9))) (loop $l (br_if $l (local.tee 1 (i32.sub (local.get 1) (block (result i32) (i32.const 1))))))',
    ],
  ];
  for (const [what, body] of guests) {
    it(`is accepted: ${what}`, async () => {
      const bytes = await wat(`(module (memory (export "memory") 1)
        (func (export "get") (param i32) (result i32) (local i32 i32 i64 i64 i64) (block ${body}) (local.get 0)))`);
      for (const strategy of ['default', 'global', 'none'] as const) verified(bytes, options, strategy);
    });
  }
});
