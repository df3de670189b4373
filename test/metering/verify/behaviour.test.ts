import assert from 'node:assert/strict';
import { Op } from '../../../metering/format/opcodes.ts';
import { type CodeInstruction, readModule } from '../../../metering/verify/read-module.ts';
import type { VerifiableStrategy } from '../../../metering/verify/verify-instrumented.ts';
import { wat } from '../../support/wat.ts';
import { codeOf, encode } from './mutate.ts';
import { type Edit, type Piece, VerifyGuest } from './verify-guest.ts';

/** Loops that charge and loops that are paid ahead, recursions, arms, tables, memory, the host, and traps. */
const texts: readonly string[] = [
  `(module (import "host" "note" (func $note (param i32))) (memory (export "memory") 1 4)
    (table 2 2 funcref) (elem (i32.const 0) $seen $leaf) (global $g (mut i64) (i64.const 5))
    (func $seen (param i32) (result i32) (call $note (local.get 0)) (i32.add (local.get 0) (i32.const 1)))
    (func $leaf (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.load (i32.const -9)))))
    (func $fib (param i32) (result i32)
      (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
    (func (export "get") (param i32) (result i32) (local i32 i32)
      (loop $up (local.set 2 (i32.add (local.get 2) (local.get 1)))
        (br_if $up (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 3))) (local.get 0))))
      (block $out (loop $search
        (br_if $out (i32.eq (local.get 1) (i32.const 4)))
        (br_if $search (local.tee 1 (i32.sub (local.get 1) (i32.const 1))))))
      (memory.fill (i32.const 8) (local.get 2) (local.get 0))
      (call $note (call $fib (local.get 0)))
      (global.set $g (i64.const 3))
      (call_indirect (param i32) (result i32) (local.get 0) (i32.and (local.get 0) (i32.const 1)))))`,
  `(module (import "host" "note" (func $note (param i32))) (memory (export "memory") 1 2)
    (func $callee (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 7)) (else (i32.div_u (i32.const 1) (local.get 0)))))
    (func $twice (param i32) (result i32) (i32.add (call $callee (local.get 0)) (call $callee (local.get 0))))
    (func (export "get") (param i32) (result i32) (local i64)
      (call $note (i32.const 1))
      (loop $l (if (i32.and (local.get 0) (i32.const 1)) (then (local.set 1 (i64.mul (local.get 1) (i64.const 5)))))
        (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (call $note (i32.wrap_i64 (local.get 1)))
      (drop (memory.grow (i32.const 1)))
      (block $a (block $b (block $c (br_table $a $b $c (call $twice (i32.const 1))))) (return (i32.const 9)))
      (call $twice (local.get 0))))`,
];

interface Run {
  readonly notes: readonly string[];
  readonly end: string;
}

/** What a host sees of a call: what is left of gas where it is called, and how it ends. */
function run({ instrumented }: VerifyGuest, module: WebAssembly.Module, argument: number, gas: bigint): Run {
  const { names } = instrumented;
  const notes: string[] = [];
  let counter: WebAssembly.Global<'i64'> | undefined;
  const note = (value: number): void => void notes.push(`${value} ${counter?.value}`);
  const { exports } = new WebAssembly.Instance(module, { host: { note } });
  counter = exports[names.gas] as WebAssembly.Global<'i64'>;
  counter.value = gas;
  (exports[names.stack] as WebAssembly.Global<'i32'>).value = 3_000;
  try {
    const get = exports[names.entryPoints['get'] ?? ''] as (argument: number) => number;
    return { notes, end: `${get(argument)} ${counter.value}` };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    return { notes, end: `trap, out of gas: ${counter.value < 0n}` };
  }
}

const arguments_ = [0, 1, 2, 5, 9];
const gasLimits = [0n, 3n, 20n, 45n, 70n, 111n, 160n, 300n, 1n << 14n];

/** A trap of `default` only says that the exact run decides; before it the host has to have seen the same. */
function isAlike(strategy: VerifiableStrategy, right: Run, found: Run): boolean {
  if (strategy === 'global') return JSON.stringify(right) === JSON.stringify(found);
  if (found.end.startsWith('trap')) return found.notes.every((note, index) => note === right.notes[index]);
  return JSON.stringify(right) === JSON.stringify(found);
}

/** Pieces of code that a bug could leave in, each as it would stand in front of an instruction. */
function snippets({ code }: Piece): readonly (readonly number[])[] {
  const charge = (amount: bigint): readonly number[] => [
    ...[Op.globalGet, ...gasOf(code), ...i64Const(amount), Op.i64Sub, Op.globalSet, ...gasOf(code)],
  ];
  return [
    [0x01],
    [Op.unreachable],
    [Op.localGet, 0, Op.i32Const, 5, Op.i32Eq, Op.if, 0x40, Op.unreachable, Op.end],
    [Op.i32Const, 1, Op.localGet, 0, 0x6e, Op.drop],
    charge(1n),
    charge(-1n),
    [...charge(1n << 40n), ...charge(-(1n << 40n))],
    [Op.i64Const, 0, Op.globalSet, ...gasOf(code)],
  ];
}

function gasOf(code: readonly CodeInstruction[]): readonly number[] {
  const found = code.find(({ opcode }) => opcode === Op.globalGet || opcode === Op.globalSet);
  return [Number(found?.immediate ?? 0)];
}

function i64Const(value: bigint): readonly number[] {
  return encode((writer) => {
    writer.opcode(Op.i64Const);
    writer.s64(value);
  });
}

/** All single edits of the pieces of a function: left out, doubled, exchanged, with other constants, with more code. */
function editsOf(guest: VerifyGuest, position: number): readonly (readonly Edit[])[] {
  const { bytes } = guest.instrumented;
  const pieces = guest.pieces(position);
  const found: (readonly Edit[])[] = [];
  for (const [index, piece] of pieces.entries()) {
    const { start, end, code } = piece;
    const own = [...bytes.subarray(start, end)];
    found.push([{ start, end, bytes: [] }], [{ start, end, bytes: [...own, ...own] }]);
    const next = pieces[index + 1];
    if (next !== undefined) {
      found.push([{ start, end: next.end, bytes: [...bytes.subarray(next.start, next.end), ...own] }]);
    }
    for (const snippet of snippets(piece)) found.push([{ start, end: start, bytes: snippet }]);
    for (const instruction of code) {
      found.push([{ start: instruction.offset, end: instruction.end, bytes: [] }]);
      if (instruction.opcode !== Op.i64Const && instruction.opcode !== Op.i32Const) continue;
      for (const by of [1n, -1n, 1n << 31n, -(1n << 20n)]) {
        const changed = BigInt(instruction.immediate) + by;
        const constant = encode((writer) => {
          writer.opcode(instruction.opcode);
          if (instruction.opcode === Op.i64Const) writer.s64(changed);
          else writer.s32(Number(BigInt.asIntN(32, changed)));
        });
        found.push([{ start: instruction.offset, end: instruction.end, bytes: constant }]);
      }
    }
  }
  return found;
}

/** A piece moved to in front of every other one of the module. */
function movesOf(guest: VerifyGuest, positions: number): readonly (readonly Edit[])[] {
  const { bytes } = guest.instrumented;
  const all = Array.from({ length: positions }, (_, position) => guest.pieces(position)).flat();
  const steps = all.filter(({ token }) => token.kind === 'step');
  return steps.flatMap(({ start, end }) =>
    all
      .filter((target) => target.start !== start)
      .map((target) =>
        [
          { start, end, bytes: [] },
          { start: target.start, end: target.start, bytes: [...bytes.subarray(start, end)] },
        ].sort((left, right) => left.start - right.start || left.end - right.end),
      ),
  );
}

describe('a module that the verifier accepts after a change', () => {
  for (const strategy of ['default', 'global'] as const) {
    for (const [index, text] of texts.entries()) {
      it(`behaves as before it: ${strategy}, guest ${index + 1}`, async () => {
        const guest = new VerifyGuest(await wat(text), strategy);
        const positions = readModule(guest.original).functions.length;
        const cases = arguments_.flatMap((argument) => gasLimits.map((gas) => [argument, gas] as const));
        const module = new WebAssembly.Module(guest.edited([]) as Uint8Array<ArrayBuffer>);
        const right = cases.map(([argument, gas]) => run(guest, module, argument, gas));
        const edits = [
          ...Array.from({ length: positions }, (_, position) => editsOf(guest, position)).flat(),
          ...movesOf(guest, positions),
        ];
        let refused = 0;
        for (const edit of edits) {
          const bytes = guest.edited(edit);
          if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) continue;
          if (codeOf(() => guest.verify(bytes)) !== 'nothing') {
            refused += 1;
            continue;
          }
          const changed = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
          for (const [at, [argument, gas]] of cases.entries()) {
            const found = run(guest, changed, argument, gas);
            const isSame = isAlike(strategy, right[at] as Run, found);
            assert.ok(isSame, `${JSON.stringify(edit)}: ${JSON.stringify([argument, String(gas), right[at], found])}`);
          }
        }
        assert.ok(refused > 300, `${refused} changes were refused`);
      });
    }
  }
});
