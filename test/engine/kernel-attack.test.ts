import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Kernel } from '../../engine/kernel/kernel.ts';
import { kernelBuffer, kernelFunctionsForGuests } from '../../engine/kernel/kernel-exports.ts';

type Arguments = readonly (number | bigint)[];

/** Behind a buffer there is slack for words that overlap its end. */
const SLACK_BYTES = 64;
const PAYLOAD_BYTES = 128 << 10;
const TOPIC_BYTES = 4 * 32;
const FRAME_INPUT_BYTES = 68;

/** What may be touched of each buffer, in bytes. */
const capacities: Readonly<Record<number, number>> = {
  [kernelBuffer.input]: PAYLOAD_BYTES + TOPIC_BYTES + SLACK_BYTES,
  [kernelBuffer.returnData]: PAYLOAD_BYTES + TOPIC_BYTES + SLACK_BYTES,
  [kernelBuffer.output]: PAYLOAD_BYTES + TOPIC_BYTES + SLACK_BYTES,
  [kernelBuffer.scratch]: PAYLOAD_BYTES + TOPIC_BYTES + SLACK_BYTES,
  [kernelBuffer.childInput]: PAYLOAD_BYTES + TOPIC_BYTES + SLACK_BYTES,
  [kernelBuffer.message]: 96 + SLACK_BYTES,
  [kernelBuffer.environment]: 512 + SLACK_BYTES,
};
const writable: readonly number[] = [kernelBuffer.output, kernelBuffer.scratch, kernelBuffer.childInput];

const hostile32 = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 31, 32, 33, 64, 127, 128, 256, 257, 512, 65535, 65536, -1, -31, -32, -64),
  fc.constantFrom(PAYLOAD_BYTES, PAYLOAD_BYTES + 1, PAYLOAD_BYTES + 128, PAYLOAD_BYTES + 160, PAYLOAD_BYTES + 192),
  fc.constantFrom(0x7fffffff, -0x80000000, 0x40000000, 0x10000, 0x3fffffe0),
  fc.integer(),
  fc.integer({ min: -200, max: PAYLOAD_BYTES + 400 }),
);
const hostile64 = fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }));

/** A kernel with a victim account that has a slot, and an open frame of another account inside another frame. */
function prepared(isStatic: boolean): Kernel {
  const kernel = new Kernel();
  const { exports } = kernel;
  exports.configure(PAYLOAD_BYTES, 3);
  const [victim, attacker] = [exports.account_add(), exports.account_add()];
  const at = exports.exchange();
  kernel.bytes().fill(7, at, at + 64);
  exports.slot_write(victim);
  exports.end_transaction();
  assert.equal(exports.frame_open(victim, victim, 0, FRAME_INPUT_BYTES), 1);
  assert.equal(exports.frame_open(attacker, victim, isStatic ? 1 : 0, FRAME_INPUT_BYTES), 1);
  return kernel;
}

/** The results, or undefined for a refusal. Any other trap fails the test. */
function call(kernel: Kernel, name: string, args: Arguments): readonly bigint[] | undefined {
  const exported = kernel.exports as unknown as Record<string, (...args: Arguments) => unknown>;
  try {
    const result = (exported[name] as (...args: Arguments) => unknown)(...args);
    return (Array.isArray(result) ? result : result === undefined ? [] : [result]).map(BigInt);
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError);
    assert.match(error.message, /unreachable/);
    return undefined;
  }
}

function victimIsUntouched(kernel: Kernel): void {
  const { exports } = kernel;
  const at = exports.exchange();
  kernel.bytes().fill(7, at, at + 32);
  assert.equal(exports.slot_read(0), 1);
  assert.deepEqual(kernel.bytes().slice(at + 32, at + 64), new Uint8Array(32).fill(7));
  assert.equal(exports.slot_count(0), 1);
}

describe('the kernel under attack', () => {
  for (const name of ['get4', 'get8'] as const) {
    it(`reads with ${name} within a buffer or not at all`, () => {
      const kernel = prepared(false);
      kernel.bytes().set(
        Uint8Array.from({ length: 4096 }, (_, i) => i ^ (i >> 8)),
        kernel.exports.buffer_address(kernelBuffer.scratch),
      );
      const sizeBytes = 8 * kernelFunctionsForGuests[name].results.length;
      fc.assert(
        fc.property(hostile32, hostile32, (buffer, offset) => {
          const result = call(kernel, name, [buffer, offset]);
          const capacity = capacities[buffer];
          const isInside = capacity !== undefined && offset >= 0 && offset + sizeBytes <= capacity;
          assert.equal(result !== undefined, isInside);
          if (result === undefined) return;
          const at = kernel.exports.buffer_address(buffer) + offset;
          const view = new DataView(kernel.bytes().buffer, at, sizeBytes);
          assert.deepEqual(
            result,
            result.map((_, i) => view.getBigInt64(8 * i, true)),
          );
        }),
        { numRuns: 2000 },
      );
    });
  }

  for (const name of ['put4', 'put8'] as const) {
    it(`writes with ${name} within a writable buffer or not at all`, () => {
      const kernel = prepared(false);
      const words = kernelFunctionsForGuests[name].params.length - 2;
      fc.assert(
        fc.property(hostile32, hostile32, (buffer, offset) => {
          const before = Buffer.from(kernel.bytes());
          const result = call(kernel, name, [buffer, offset, ...new Array<bigint>(words).fill(-1n)]);
          const capacity = writable.includes(buffer) ? (capacities[buffer] as number) : -1;
          const isInside = offset >= 0 && offset + 8 * words <= capacity;
          assert.equal(result !== undefined, isInside);
          if (isInside) {
            const at = kernel.exports.buffer_address(buffer) + offset;
            before.fill(0xff, at, at + 8 * words);
          }
          assert.equal(before.compare(kernel.bytes()), 0, 'nothing else has changed');
        }),
        { numRuns: 400 },
      );
    });
  }

  for (const isStatic of [false, true]) {
    it(`withstands any sequence of calls with any arguments${isStatic ? ' in a static frame' : ''}`, () => {
      const names = Object.keys(kernelFunctionsForGuests) as (keyof typeof kernelFunctionsForGuests)[];
      const anyCall = fc
        .constantFrom(...names.filter((name) => !name.startsWith('batch_')))
        .chain((name) =>
          fc.tuple(
            fc.constant(name),
            fc.tuple(
              ...kernelFunctionsForGuests[name].params.map(
                (type): fc.Arbitrary<number | bigint> => (type === 'i32' ? hostile32 : hostile64),
              ),
            ),
          ),
        );
      fc.assert(
        fc.property(fc.array(anyCall, { maxLength: 60, size: 'max' }), (calls) => {
          const kernel = prepared(isStatic);
          const { exports } = kernel;
          for (const [name, args] of calls) call(kernel, name, args);
          assert.equal(exports.frame_depth(), 2);
          assert.ok(exports.event_count() <= (isStatic ? 0 : 3));
          if (isStatic) assert.equal(exports.slot_count(1), 0);
          victimIsUntouched(kernel);
          exports.frame_close(2);
          exports.frame_close(0);
          assert.equal(exports.slot_count(1), 0);
          assert.equal(exports.event_count(), 0);
          exports.end_transaction();
          victimIsUntouched(kernel);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('refuses everything that needs a frame when none is open', () => {
    const kernel = new Kernel();
    kernel.exports.configure(PAYLOAD_BYTES, 3);
    const needFrame = ['frame_load', 'frame_cache', 'frame_flush', 'transient_load', 'transient_store'] as const;
    for (const name of [
      ...needFrame,
      'output_end',
      'event_emit',
      'batch_close',
      'batch_gas_limit',
      'call_close',
    ] as const) {
      const args = kernelFunctionsForGuests[name].params.map((type) => (type === 'i32' ? 0 : 0n));
      assert.equal(call(kernel, name, args), undefined, name);
    }
  });

  it('refuses accounts, batches, frames and snapshots that do not exist', () => {
    const kernel = prepared(false);
    fc.assert(
      fc.property(hostile32, hostile32, (a, b) => {
        const isAccount = a === 0 || a === 1;
        for (const name of ['slot_count', 'account_address', 'slot_read', 'slots_list']) {
          assert.equal(call(kernel, name, [a]) !== undefined, isAccount, name);
        }
        if (!isAccount) {
          for (const name of ['slot_write', 'transient_write', 'account_bar']) {
            assert.equal(call(kernel, name, [a]), undefined, name);
          }
          assert.equal(call(kernel, 'frame_open', [a, b, 0, 0]), undefined);
        }
        assert.equal(call(kernel, 'batch_open', [a]), undefined);
        assert.equal(call(kernel, 'batch_gas_limit', [a]), undefined);
        assert.equal(call(kernel, 'restore', [a]), undefined);
        if (a < 0 || a > 2) assert.equal(call(kernel, 'frame_close', [a]), undefined);
        if (a < 0 || a > 100) assert.equal(call(kernel, 'revert', [a]), undefined);
      }),
      { numRuns: 500 },
    );
    victimIsUntouched(kernel);
  });

  it('refuses the storage of a barred account to guests', () => {
    const kernel = prepared(false);
    kernel.exports.account_bar(1);
    const word = [1n, 2n, 3n, 4n];
    assert.equal(call(kernel, 'frame_load', word), undefined);
    assert.equal(call(kernel, 'frame_flush', []), undefined);
    assert.equal(call(kernel, 'transient_load', word), undefined);
    assert.equal(call(kernel, 'transient_store', [...word, ...word]), undefined);
  });

  it('opens frames up to the depth limit and then refuses', () => {
    const kernel = new Kernel();
    const { exports } = kernel;
    exports.configure(PAYLOAD_BYTES, 3);
    exports.account_add();
    for (let depth = 0; depth < 65; depth++) assert.equal(exports.frame_open(0, 0, 0, 0), 1);
    assert.equal(exports.frame_open(0, 0, 0, 0), 0);
    assert.equal(exports.frame_depth(), 65);
    for (let depth = 65; depth > 0; depth--) exports.frame_close(0);
    assert.equal(exports.frame_open(0, 0, 0, PAYLOAD_BYTES + 1), 0);
  });
});
