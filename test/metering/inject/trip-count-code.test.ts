import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Op } from '../../../metering/format/opcodes.ts';
import { Writer } from '../../../metering/format/writer.ts';
import { writeTripCount } from '../../../metering/inject/trip-count-code.ts';
import { type Comparison, comparisons, constantTripCount, type TripCount } from '../../../metering/loops/trip-count.ts';

type Type = TripCount['type'];
const bitsOf = { i32: 32, i64: 64 } as const;

/** Compiles the count: the parameters are the first value, the bound and a step. */
function compile(trips: TripCount): (first: bigint, bound: bigint, step: number | bigint) => bigint | 'trap' {
  const writer = new Writer(256);
  const section = (id: number, content: () => void): void => {
    writer.byte(id);
    writer.sized(content);
  };
  writer.bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  section(1, () => {
    writer.bytes(Uint8Array.of(1, 0x60, 3));
    for (const type of [trips.type, trips.type, trips.type]) writer.valueType(type);
    writer.bytes(Uint8Array.of(1, 0x7e));
  });
  section(3, () => writer.bytes(Uint8Array.of(1, 0)));
  section(7, () => {
    writer.u32(1);
    writer.name('trip-count');
    writer.bytes(Uint8Array.of(0, 0));
  });
  section(10, () => {
    writer.u32(1);
    writer.sized(() => {
      writer.bytes(Uint8Array.of(1, 2, 0x7e));
      writeTripCount(writer, trips, 3);
      writer.opcode(Op.end);
    });
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(writer.toBytes() as Uint8Array<ArrayBuffer>));
  const run = exports['trip-count'] as (first: unknown, bound: unknown, step: unknown) => bigint;
  const argument = (value: bigint): unknown => (trips.type === 'i32' ? Number(BigInt.asIntN(32, value)) : value);
  return (first, bound, step) => {
    try {
      return BigInt.asUintN(64, run(argument(first), argument(bound), argument(BigInt(step))));
    } catch (error) {
      assert.ok(error instanceof WebAssembly.RuntimeError);
      return 'trap';
    }
  };
}

/**
 * Iteration by iteration, as far as a hundred of them: `undefined` beyond. A trap where the variable leaves its type, or will not
 * meet its bound without that.
 */
function counted(
  type: Type,
  comparison: Comparison,
  first: bigint,
  step: bigint,
  bound: bigint,
): bigint | 'trap' | undefined {
  const isSigned = comparison.endsWith('s');
  const read = (value: bigint): bigint => (isSigned ? BigInt.asIntN : BigInt.asUintN)(bitsOf[type], value);
  const goesOn = {
    ne: (left: bigint, right: bigint): boolean => left !== right,
    lt: (left: bigint, right: bigint): boolean => left < right,
    le: (left: bigint, right: bigint): boolean => left <= right,
    gt: (left: bigint, right: bigint): boolean => left > right,
    ge: (left: bigint, right: bigint): boolean => left >= right,
  }[comparison.slice(0, 2) as 'ne'];
  const end = read(bound);
  const distance = BigInt.asUintN(bitsOf[type], step > 0n ? bound - first : first - bound);
  if (comparison === 'ne' && distance % step !== 0n) return 'trap';
  let value = read(first);
  let trips = 0n;
  for (; goesOn(value, end); trips += 1n) {
    value += step;
    if (comparison === 'ne') value = read(value);
    else if (value !== read(value)) return 'trap';
    if (trips > 100n) return undefined;
  }
  return trips;
}

const edges = [0n, 1n << 31n, 1n << 32n, 1n << 52n, 1n << 63n, -1n, -(1n << 31n)];
const input = fc.record({
  type: fc.constantFrom<Type>('i32', 'i64'),
  comparison: fc.constantFrom(...comparisons.filter((comparison) => comparison !== 'eq')),
  edge: fc.constantFrom(...edges),
  from: fc.bigInt({ min: -40n, max: 40n }),
  way: fc.bigInt({ min: -40n, max: 40n }),
  size: fc.integer({ min: 1, max: 9 }),
});

describe('the trip count', () => {
  it('is that of the loop, iteration by iteration, near every edge of both types', () => {
    const ends = { trap: 0, none: 0, some: 0 };
    fc.assert(
      fc.property(input, ({ type, comparison, edge, from, way, size }) => {
        const isDownwards = comparison.startsWith('g') || (comparison === 'ne' && way < 0n);
        const step = isDownwards ? -size : size;
        const first = edge + from;
        const bound = first + way;
        const expected = counted(type, comparison, first, BigInt(step), bound);
        if (expected === undefined) return;
        const operand = (local: number): TripCount['bound'] => ({ local, add: 0 });
        const dynamic: TripCount = { type, comparison, first: operand(0), step, bound: operand(1) };
        assert.equal(compile(dynamic)(first, bound, 0), expected);
        ends[expected === 'trap' ? 'trap' : expected === 0n ? 'none' : 'some'] += 1;
        // A constant that is added, and one that is all there is.
        const shifted: TripCount = { ...dynamic, first: { local: 0, add: 7 }, bound: { local: 1, add: -7 } };
        assert.equal(compile(shifted)(first - 7n, bound + 7n, 0), expected);
        const constant = (value: bigint): TripCount['bound'] => ({
          local: undefined,
          add: Number(BigInt.asIntN(bitsOf[type], value)),
        });
        const fixed: TripCount = { ...dynamic, first: constant(first), bound: constant(bound) };
        if (!Number.isSafeInteger(fixed.first.add) || !Number.isSafeInteger(fixed.bound.add)) return;
        assert.equal(constantTripCount(fixed), expected === 'trap' ? undefined : Number(expected));
        assert.equal(compile(fixed)(0n, 0n, 0), expected);
      }),
      { numRuns: 1500, seed: 3 },
    );
    assert.ok(Math.min(ends.trap, ends.none, ends.some) > 100, JSON.stringify(ends));
  });

  it('is that of a loop whose step is a local', () => {
    fc.assert(
      fc.property(input, fc.boolean(), ({ type, edge, from, way, size }, isInclusive) => {
        const comparison = isInclusive ? 'le_u' : 'lt_u';
        const first = edge + from;
        const bound = first + way;
        const operand = (local: number): TripCount['bound'] => ({ local, add: 0 });
        const trips: TripCount = { type, comparison, first: operand(0), step: { local: 2 }, bound: operand(1) };
        const expected = counted(type, comparison, first + BigInt(size), BigInt(size), bound);
        if (expected !== undefined) assert.equal(compile(trips)(first, bound, size), expected);
        assert.equal(compile(trips)(first, bound, 0), 'trap');
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('traps for a step of 64 bits that is not below 2^31, and where the variable would wrap around', () => {
    const operand = (local: number): TripCount['bound'] => ({ local, add: 0 });
    const run = compile({ type: 'i64', comparison: 'lt_u', first: operand(0), step: { local: 2 }, bound: operand(1) });
    const most = 2n ** 31n - 1n;
    assert.equal(run(0n, 10n * most, most), 9n);
    for (const step of [0n, most + 1n, 2n ** 32n + 1n, -1n]) assert.equal(run(0n, 10n * most, step), 'trap');
    assert.equal(run(0n, (2n ** 32n + 1n) * most, most), 2n ** 32n);
    assert.equal(run(0n, (2n ** 32n + 2n) * most, most), 'trap');
    assert.equal(run(-4n * most, -1n, most), 'trap');
    assert.equal(run(-4n * most, -2n * most, most), 1n);
  });

  it('traps beyond 2^32 iterations, and not before', () => {
    const operand = (local: number): TripCount['bound'] => ({ local, add: 0 });
    for (const [comparison, more] of [
      ['ne', 0n],
      ['lt_u', 0n],
      ['lt_s', 0n],
      ['le_u', -1n],
    ] as const) {
      for (const step of [1, 3, 4]) {
        const run = compile({ type: 'i64', comparison, first: operand(0), step, bound: operand(1) });
        const size = BigInt(step);
        const most = 1n << 32n;
        assert.equal(run(5n, 5n + (most + more) * size, 0), most, `${comparison} by ${step}`);
        assert.equal(run(5n, 5n + (most + more + 1n) * size, 0), 'trap', `${comparison} by ${step}`);
        assert.equal(run(5n, -6n + size, 0), comparison === 'lt_s' ? 0n : 'trap', `${comparison} by ${step}`);
      }
    }
  });
});
