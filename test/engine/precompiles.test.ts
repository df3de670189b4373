import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bn254 } from '@noble/curves/bn254.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import fc from 'fast-check';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes, fromHex, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import type { PrecompileName } from '../../engine/precompiles/precompile.ts';
import { precompileAt, precompiles } from '../../engine/precompiles/table.ts';
import { createEvmBackend, createRevmBackend } from '../../evm-baseline/index.ts';
import { sha256 } from '../../metering/format/sha256.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';
import { deploying } from '../evm-baseline/bytecode.ts';
import { ALICE, AMPLE_GAS, forEachMachine, meteredMachines } from '../support/guest-world.ts';
import { backendIfAny } from '../support/optional-backend.ts';
import { printOutcome } from '../support/outcome.ts';
import { stylusImports } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

const EMPTY: Uint8Array = new Uint8Array(0);
const word = (value: bigint): Uint8Array => bigintToBytes(value, 32);
const addressOf = (name: PrecompileName): Uint8Array =>
  bigintToBytes(BigInt(1 + precompiles.findIndex((row) => row.name === name)), 20);

/** Calls the address in the first 20 bytes of its input with the rest. Output: 1 or 0 for success, return data. */
const FORWARDER = `(module ${stylusImports}
  (memory (export "memory") 8 8)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $read_args (i32.const 1024))
    (i32.store8 (i32.const 262144) (i32.eqz (call $call_contract (i32.const 1024) (i32.const 1044)
      (i32.sub (local.get $length) (i32.const 20)) (i32.const 0) (i64.const -1) (i32.const 64))))
    (call $write_result (i32.const 262144)
      (i32.add (i32.const 1) (call $read_return_data (i32.const 262145) (i32.const 0) (i32.load (i32.const 64)))))
    (i32.const 0)))`;

/**
 * The same. Copies the input behind the address to 0; CALL; MSTORE8 of the result at 0, return data behind it; RETURN.
 *
 *   PUSH1 20 CALLDATASIZE SUB  DUP1 PUSH1 20 PUSH0 CALLDATACOPY
 *   PUSH0 PUSH0 DUP3 PUSH0 PUSH0  PUSH0 CALLDATALOAD PUSH1 0x60 SHR  GAS CALL
 *   PUSH0 MSTORE8  RETURNDATASIZE PUSH0 PUSH1 1 RETURNDATACOPY  RETURNDATASIZE PUSH1 1 ADD PUSH0 RETURN
 */
const EVM_FORWARDER = '601436038060145f375f5f825f5f5f3560601c5af15f533d5f60013e3d6001015ff3';
const NATIVE_FORWARDER = fileURLToPath(new URL('../native-ref/fixtures/forward.cpp', import.meta.url));

/** Enough for all that is not absurd. */
const EVM_GAS = 29_000_000n;

interface Row {
  readonly name: string;
  readonly world: World;
  readonly forwarder: Uint8Array;
  readonly gasLimit: bigint;
}

async function openRow(name: string, backend: Backend, gasLimit: bigint): Promise<Row> {
  const program = await backend.prepare({
    name: 'forwarder',
    wasm: { bytes: await wat(FORWARDER), abi: stylusAbi },
    evm: { initcode: deploying(EVM_FORWARDER) },
    native: { sourceFile: NATIVE_FORWARDER },
  });
  const world = await backend.createWorld();
  const address = deployedAddress(await world.deploy(program, { deployer: ALICE, value: 0n, input: EMPTY, gasLimit }));
  return { name, world, forwarder: address, gasLimit };
}

const outputOf = (outcome: Outcome): string => (outcome.status === 'success' ? toHex(outcome.output) : '');

/** Status and output of a call through the contract: its first byte says whether the precompile succeeded. */
async function throughContract(
  { world, forwarder, gasLimit }: Row,
  to: Uint8Array,
  input: Uint8Array,
): Promise<unknown> {
  const message = { caller: ALICE, to: forwarder, value: 0n, input: concatBytes([to, input]), gasLimit };
  const outcome = await world.call(message);
  return [outcome.status, outputOf(outcome)];
}

/** The same of a call from outside. */
async function fromOutside({ world, gasLimit }: Row, to: Uint8Array, input: Uint8Array): Promise<unknown> {
  const outcome = await world.call({ caller: ALICE, to, value: 0n, input, gasLimit });
  return ['success', `0x${outcome.status === 'success' ? `01${outputOf(outcome).slice(2)}` : '00'}`];
}

const ecrecoverInput = (hash: Uint8Array, v: bigint, r: bigint, s: bigint): Uint8Array =>
  concatBytes([hash, word(v), word(r), word(s)]);
const modexpInput = (base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array =>
  concatBytes([...[base, exponent, modulus].map(({ length }) => word(BigInt(length))), base, exponent, modulus]);
const modexpLengths = (base: bigint, exponent: bigint, modulus: bigint, rest = EMPTY): Uint8Array =>
  concatBytes([word(base), word(exponent), word(modulus), rest]);

const g1 = (scalar: bigint): Uint8Array => {
  if (scalar === 0n) return new Uint8Array(64);
  const { x, y } = bn254.G1.Point.BASE.multiply(scalar).toAffine();
  return concatBytes([word(x), word(y)]);
};
const g2 = (scalar: bigint): Uint8Array => {
  if (scalar === 0n) return new Uint8Array(128);
  const { x, y } = bn254.G2.Point.BASE.multiply(scalar).toAffine();
  return concatBytes([word(x.c1), word(x.c0), word(y.c1), word(y.c0)]);
};
const N = bn254.fields.Fr.ORDER;
const P = bn254.fields.Fp.ORDER;
/** On the curve and outside the group, which is a smaller part of it. */
const outsideG2 = ((): Uint8Array => {
  const { Fp2 } = bn254.fields;
  const b = bn254.G2.Point.CURVE().b;
  for (let c0 = 1n; ; c0++) {
    const x = { c0, c1: 0n };
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      return concatBytes([word(x.c1), word(x.c0), word(y.c1), word(y.c0)]);
    } catch {}
  }
})();

const blakeInput = (rounds: number, rest: Uint8Array, isLast: number): Uint8Array =>
  concatBytes([bigintToBytes(BigInt(rounds), 4), rest, Uint8Array.of(isLast)]);

/** From the whole setup of the ceremony, of which the engine has one point: a proof that a + bx + cx^2 has its value at z. */
function openingOf([a, b, c]: readonly [bigint, bigint, bigint], z: bigint): Uint8Array {
  const { Fr } = bls12_381.fields;
  const powers = ceremony()
    .slice(0, 3)
    .map((hex) => bls12_381.G1.Point.fromHex(hex.slice(2)));
  const combine = (scalars: readonly bigint[]): Uint8Array =>
    scalars
      .map((scalar, index) => (powers[index] as (typeof powers)[0]).multiplyUnsafe(Fr.create(scalar)))
      .reduce((sum, point) => sum.add(point))
      .toBytes();
  const commitment = combine([a, b, c]);
  const versionedHash = sha256(commitment);
  versionedHash[0] = 1;
  const y = Fr.create(a + b * z + c * z * z);
  // The quotient by x - z.
  return concatBytes([versionedHash, word(z), word(y), commitment, combine([b + c * z, c])]);
}

function ceremony(): readonly string[] {
  const file = createRequire(import.meta.url).resolve('ox/trusted-setups');
  const folder = file.slice(0, file.lastIndexOf('/ox/') + 4);
  const setup = JSON.parse(readFileSync(`${folder}src/trusted-setups/internal/setups/mainnet.json`, 'utf8'));
  return setup.g1_monomial;
}

const signature = secp256k1.sign(new Uint8Array(32).fill(7), new Uint8Array(32).fill(5), {
  prehash: false,
  format: 'recovered',
});
const [recovery, r, s] = [
  BigInt(signature[0] as number),
  BigInt(toHex(signature.slice(1, 33))),
  BigInt(toHex(signature.slice(33, 65))),
];
const signed = new Uint8Array(32).fill(7);
const order = secp256k1.Point.Fn.ORDER;
const ALL = 2n ** 256n - 1n;
const ones = (length: number): Uint8Array => new Uint8Array(length).fill(0xff);
const opening = openingOf([5n, 7n, 11n], 1234n);
const changed = (bytes: Uint8Array, at: number, by = 1): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ by;
  return copy;
};

/** Valid, invalid, empty and huge. */
const inputs: Readonly<Record<PrecompileName, readonly Uint8Array[]>> = {
  ecrecover: [
    EMPTY,
    ecrecoverInput(signed, 27n + recovery, r, s),
    ecrecoverInput(signed, 28n - recovery, r, s),
    concatBytes([ecrecoverInput(signed, 27n + recovery, r, s), ones(50)]),
    ecrecoverInput(signed, 27n + recovery, r, s).slice(0, 120),
    // The other half of the order: another signature of the same key.
    ecrecoverInput(signed, 28n - recovery, r, order - s),
    ecrecoverInput(signed, recovery, r, s),
    ecrecoverInput(signed, 29n, r, s),
    ecrecoverInput(signed, 27n + (1n << 200n), r, s),
    ecrecoverInput(signed, 27n, 0n, s),
    ecrecoverInput(signed, 27n, r, 0n),
    ecrecoverInput(signed, 27n, order, s),
    ecrecoverInput(signed, 27n, r, order),
    ecrecoverInput(signed, 27n, order - 1n, order - 1n),
    ecrecoverInput(signed, 27n, 5n, 1n),
    ecrecoverInput(ones(32), 28n, r, s),
    ecrecoverInput(new Uint8Array(32), 28n, r, s),
    // The hash times G is s times R: their difference is the point at infinity.
    ecrecoverInput(word(1n), 27n, secp256k1.Point.BASE.toAffine().x, 1n),
    ecrecoverInput(word(1n), 28n, secp256k1.Point.BASE.toAffine().x, 1n),
  ],
  sha256: [EMPTY, Uint8Array.of(1), ones(31), ones(32), ones(33), ones(64), ones(1000), ones(131_052)],
  ripemd160: [EMPTY, Uint8Array.of(1), ones(31), ones(32), ones(33), ones(64), ones(1000), ones(70_000)],
  identity: [EMPTY, Uint8Array.of(1), ones(31), ones(32), ones(33), ones(1000), ones(131_051)],
  modexp: [
    EMPTY,
    Uint8Array.of(1),
    modexpInput(word(3n), word(P - 1n), word(P)),
    modexpInput(Uint8Array.of(3), Uint8Array.of(5), Uint8Array.of(7)),
    modexpInput(ones(33), ones(40), ones(64).fill(0xfe)),
    modexpInput(ones(5), EMPTY, ones(3)),
    modexpInput(EMPTY, ones(2), ones(3)),
    modexpInput(EMPTY, EMPTY, ones(3)),
    modexpInput(ones(5), ones(5), EMPTY),
    modexpInput(ones(5), ones(5), new Uint8Array(4)),
    modexpInput(ones(5), ones(5), Uint8Array.of(0, 0, 1)),
    modexpInput(ones(5), new Uint8Array(5), Uint8Array.of(0, 0, 1)),
    modexpInput(ones(5), new Uint8Array(40), Uint8Array.of(0, 9)),
    modexpInput(new Uint8Array(5), new Uint8Array(5), Uint8Array.of(0, 9)),
    modexpInput(ones(5), concatBytes([new Uint8Array(31), Uint8Array.of(2, 1)]), Uint8Array.of(0, 251)),
    modexpInput(ones(300), Uint8Array.of(1, 0, 1), ones(256).fill(0xfd)),
    modexpInput(ones(1), Uint8Array.of(2), ones(2000).fill(0xfd)),
    // Lengths that go on behind the end.
    modexpLengths(1n, 1n, 1n),
    modexpLengths(1n, 3n, 32n, Uint8Array.of(3, 1)),
    modexpLengths(1n, 1n, 32n, concatBytes([Uint8Array.of(3, 2), Uint8Array.of(200)])),
    modexpLengths(0n, 0n, 0n, ones(10)),
    modexpLengths(0n, ALL, 0n),
    modexpLengths(0n, ALL, 1n),
    modexpLengths(ALL, 0n, 0n),
    modexpLengths(0n, 0n, ALL),
    modexpLengths(ALL, ALL, ALL, ones(100)),
    modexpLengths(1n << 40n, 1n, 1n, ones(100)),
    modexpLengths(1n, 1n << 40n, 1n, ones(100)),
    modexpLengths(1n, 1n, 1n << 40n, ones(100)),
    modexpLengths(1n << 63n, 1n << 63n, 1n << 63n),
  ],
  'bn254-add': [
    EMPTY,
    ones(128),
    concatBytes([g1(1n), g1(2n)]),
    concatBytes([g1(1n), g1(1n)]),
    concatBytes([g1(1n), g1(N - 1n)]),
    concatBytes([g1(5n), g1(0n)]),
    concatBytes([g1(0n), g1(5n)]),
    g1(7n),
    g1(7n).slice(0, 63),
    concatBytes([g1(3n), g1(4n), ones(77)]),
    concatBytes([word(1n), word(3n)]),
    concatBytes([word(P), word(P)]),
    concatBytes([word(P + 1n), word(2n)]),
    concatBytes([word(0n), word(1n)]),
    concatBytes([g1(3n), word(1n), word(1n)]),
  ],
  'bn254-mul': [
    EMPTY,
    ones(96),
    ...[0n, 1n, 2n, N - 1n, N, N + 1n, ALL].map((scalar) => concatBytes([g1(9n), word(scalar)])),
    concatBytes([g1(0n), word(5n)]),
    g1(9n),
    concatBytes([g1(9n), word(5n), ones(40)]),
    concatBytes([g1(9n), word(5n)]).slice(0, 95),
    concatBytes([word(1n), word(3n), word(0n)]),
  ],
  'bn254-pairing': [
    EMPTY,
    concatBytes([g1(6n), g2(1n), g1(N - 2n), g2(3n)]),
    concatBytes([g1(6n), g2(1n), g1(N - 2n), g2(4n)]),
    concatBytes([g1(0n), g2(1n)]),
    concatBytes([g1(1n), g2(0n)]),
    concatBytes([g1(1n), g2(1n)]),
    new Uint8Array(192),
    new Uint8Array(192 * 20),
    ones(192),
    ones(191),
    new Uint8Array(193),
    concatBytes([g1(1n), outsideG2]),
    concatBytes([g1(0n), outsideG2]),
    concatBytes([word(1n), word(3n), g2(0n)]),
    changed(concatBytes([g1(1n), g2(1n)]), 100),
  ],
  blake2f: [
    EMPTY,
    ...[0, 1, 10, 11, 12, 1000].map((rounds) =>
      blakeInput(
        rounds,
        Uint8Array.from({ length: 208 }, (_, i) => i * 37),
        1,
      ),
    ),
    blakeInput(12, ones(208), 0),
    blakeInput(12, ones(208), 2),
    blakeInput(12, ones(208), 255),
    blakeInput(0xffff_ffff, ones(208), 1),
    blakeInput(12, ones(207), 1),
    blakeInput(12, ones(209), 1),
    ones(5000),
  ],
  'point-evaluation': [
    EMPTY,
    opening,
    openingOf([0n, 0n, 0n], 9n),
    openingOf([3n, 0n, 0n], 9n),
    openingOf([3n, 4n, 0n], 0n),
    opening.slice(0, 191),
    concatBytes([opening, Uint8Array.of(0)]),
    changed(opening, 0),
    changed(opening, 31),
    changed(opening, 63),
    changed(opening, 95),
    changed(opening, 96, 0x20),
    changed(opening, 120),
    changed(opening, 144, 0x20),
    changed(opening, 144, 0x80),
    // z and y that are the same number, not reduced.
    concatBytes([opening.slice(0, 32), word(1234n + bls12_381.fields.Fr.ORDER), opening.slice(64)]),
    ones(192),
  ],
};

describe('the precompiles', () => {
  const rows: Row[] = [];

  before(async function () {
    this.timeout(120_000);
    for (const name of ['wasm', 'wasm, plain', 'reference'] as const) {
      rows.push(await openRow(name, (meteredMachines[name] as () => Backend)(), 1n << 40n));
    }
    rows.push(await openRow('evm', await createEvmBackend(), EVM_GAS));
    const native = await backendIfAny(createNativeBackend);
    if (native !== undefined) rows.push(await openRow('native', native, 1n));
    const revm = await backendIfAny(createRevmBackend);
    if (revm !== undefined) rows.push(await openRow('revm', revm, EVM_GAS));
  });

  after(() => Promise.all(rows.map(({ world }) => world.close())));

  async function compare(name: PrecompileName, input: Uint8Array): Promise<void> {
    const address = addressOf(name);
    const [first] = rows as [Row];
    const expected = await fromOutside(first, address, input);
    for (const row of rows) {
      const what = `${name} on ${row.name}, input ${toHex(input).slice(0, 1000)}`;
      assert.deepEqual(await throughContract(row, address, input), expected, what);
      // What calls of precompiles from outside are on the EVM has a test of its own.
      assert.deepEqual(await fromOutside(row, address, input), expected, `direct, ${what}`);
    }
  }

  for (const { name } of precompiles) {
    it(`${name} answers contracts and callers alike on every machine, whatever its input`, async function () {
      this.timeout(120_000);
      for (const input of inputs[name]) await compare(name, input);
    });
  }

  it('do so with random input', async function () {
    this.timeout(240_000);
    const scalar = fc.bigInt({ min: 0n, max: ALL });
    const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
    const random: readonly fc.Arbitrary<readonly [PrecompileName, Uint8Array]>[] = [
      fc.tuple(fc.constantFrom(...precompiles.map((row) => row.name)), bytes(300)),
      fc
        .tuple(scalar, scalar, scalar, fc.constantFrom(27n, 28n))
        .map(([hash, x, y, v]) => ['ecrecover', ecrecoverInput(word(hash), v, x, y)]),
      fc.tuple(bytes(50), bytes(40), bytes(50)).map((parts) => ['modexp', modexpInput(...parts)]),
      fc.tuple(scalar, scalar).map(([a, b]) => ['bn254-add', concatBytes([g1(a % N), g1(b % N)])]),
      fc.tuple(scalar, scalar).map(([a, b]) => ['bn254-mul', concatBytes([g1(a % N), word(b)])]),
      fc
        .tuple(fc.nat(100), fc.uint8Array({ minLength: 208, maxLength: 208 }), fc.nat(1))
        .map(([rounds, rest, isLast]) => ['blake2f', blakeInput(rounds, rest, isLast)]),
    ];
    await fc.assert(
      fc.asyncProperty(fc.oneof(...random), ([name, input]) => compare(name, input)),
      { numRuns: 100 },
    );
  });

  it('are at 0x01 to 0x0a and nowhere else', () => {
    assert.equal(precompileAt(new Uint8Array(20)), undefined);
    assert.equal(precompileAt(bigintToBytes(11n, 20)), undefined);
    assert.equal(precompileAt(changed(addressOf('sha256'), 18)), undefined);
    assert.equal(precompileAt(changed(addressOf('sha256'), 0)), undefined);
    precompiles.forEach((row, index) => {
      assert.equal(precompileAt(bigintToBytes(BigInt(index + 1), 20)), row);
    });
  });

  it('verify the example of the Ethereum specification for the ceremony', () => {
    // go-ethereum, core/vm/testdata/precompiles/pointEvaluation.json
    const example = fromHex(
      '0x01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d3630624d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a18f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a',
    );
    const expected = concatBytes([word(4096n), word(bls12_381.fields.Fr.ORDER)]);
    assert.deepEqual(precompileAt(addressOf('point-evaluation'))?.run(example), expected);
  });

  forEachMachine(
    'cost the EVM gas times what the schedule says, and all that was given when they fail',
    async (backend) => {
      const { world, forwarder } = await openRow('', backend, AMPLE_GAS);
      const send = (to: Uint8Array, input: Uint8Array, gasLimit = AMPLE_GAS): Promise<Outcome> =>
        world.call({ caller: ALICE, to, value: 0n, input, gasLimit });
      const direct = await send(addressOf('sha256'), ones(33));
      assert.deepEqual([direct.status, direct.gasUsed], ['success', 50n * (60n + 2n * 12n)]);
      assert.equal((await send(addressOf('sha256'), ones(33), direct.gasUsed)).status, 'success');
      const short = await send(addressOf('sha256'), ones(33), direct.gasUsed - 1n);
      assert.deepEqual(printOutcome(short), { status: 'trap', trap: 'OutOfGas', gasUsed: direct.gasUsed - 1n });
      const invalid = await send(addressOf('bn254-add'), ones(128));
      assert.deepEqual(printOutcome(invalid), { status: 'trap', trap: 'HostArgumentInvalid', gasUsed: AMPLE_GAS });
      // The price of an ordinary call stays; that of the precompile is added.
      const nobody = await send(forwarder, concatBytes([bigintToBytes(11n, 20), ones(33)]));
      const called = await send(forwarder, concatBytes([addressOf('sha256'), ones(33)]));
      // 32 bytes more are read and written.
      assert.equal(called.gasUsed - nobody.gasUsed, direct.gasUsed + 64n);
      const value = await world.balanceOf(addressOf('sha256'));
      assert.equal(value, 0n);
    },
  );

  it('keep value that is sent to them, and give it back when they fail', async () => {
    const [{ world }] = rows as [Row];
    await world.setBalance(ALICE, 10n);
    const send = (name: PrecompileName, input: Uint8Array): Promise<Outcome> =>
      world.call({ caller: ALICE, to: addressOf(name), value: 3n, input, gasLimit: AMPLE_GAS });
    assert.equal((await send('identity', EMPTY)).status, 'success');
    assert.equal((await send('bn254-add', ones(128))).status, 'trap');
    assert.equal(await world.balanceOf(addressOf('identity')), 3n);
    assert.equal(await world.balanceOf(addressOf('bn254-add')), 0n);
    assert.equal(await world.balanceOf(ALICE), 7n);
  });

  it('do no work that is not paid for', async () => {
    const [{ world }] = rows as [Row];
    const start = performance.now();
    for (const [name, input] of [
      ['modexp', modexpLengths(1n, 1n << 60n, 1n << 15n, ones(100))],
      ['modexp', modexpLengths(1n << 16n, 1n << 16n, 1n << 16n, ones(100_000))],
      ['blake2f', blakeInput(0xffff_ffff, ones(208), 1)],
      ['bn254-pairing', new Uint8Array(192 * 600)],
    ] as const) {
      const message = { caller: ALICE, to: addressOf(name), value: 0n, input, gasLimit: 10_000_000n };
      assert.deepEqual({ ...(await world.call(message)) }.status, 'trap');
    }
    assert.ok(performance.now() - start < 5000);
  });
});
