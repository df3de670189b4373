import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { fromHex } from '../../engine/bytes.ts';
import { deploying } from './bytecode.ts';
import { alice, EvmRow, evmBackends, type Seen } from './evm-rows.ts';

const NOBODY = new Uint8Array(20).fill(0xee);

/** Everything but BLOCKHASH, which revm refuses in a block that has others before it. */
const hexByte = fc
  .integer({ min: 0, max: 255 })
  .filter((byte) => byte !== 0x40)
  .map((byte) => byte.toString(16).padStart(2, '0'));
const push = fc.oneof(
  fc.constantFrom('5f', '6001', '6002', '6020', '61ffff', '5f19', '30', '33', '620186a0'),
  fc.integer({ min: 1, max: 0x11 }).map((at) => `73${at.toString(16).padStart(40, '0')}`),
  hexByte.map((byte) => `60${byte}`),
);
const code = fc
  .array(fc.oneof({ weight: 3, arbitrary: push }, { weight: 2, arbitrary: hexByte }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((parts) => parts.join(''))
  // EDR panics: see revm-process.test.ts.
  .filter((hex) => !(hex.startsWith('73') && hex.length < 42));

/** An instruction that fails twice over, say without operands and without gas, may name either: the rows look in turn. */
function withoutReason({ row, outcome, ...rest }: Seen): object {
  const { code: _, ...named } = outcome as { readonly code?: number };
  return { ...rest, outcome: typeof outcome === 'string' ? outcome : named };
}

describe('the rows of EVMs on random code', () => {
  it('agree on status, output, events, gas, storage and digest, and none throws', async function () {
    const backends = await evmBackends();
    if (backends.length < 2) this.skip();
    const run = fc.record({
      code,
      isConstructor: fc.boolean(),
      input: fc.uint8Array({ maxLength: 64 }),
      value: fc.constantFrom(0n, 0n, 3n),
      gasLimit: fc.constantFrom(0n, 500n, 30_000n, 1_000_000n),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 8 }), async (runs) => {
        const rows = backends.map((backend) => new EvmRow(backend));
        const same = async (work: (row: EvmRow) => Promise<Seen>) => {
          const [first, ...others] = await Promise.all(rows.map(work));
          for (const other of others) assert.deepEqual(withoutReason(other), withoutReason(first as Seen));
          assert.equal(typeof first?.outcome, 'object', String(first?.outcome));
          return first as Seen;
        };
        try {
          for (const row of rows) await (await row.world()).setBalance(alice, 100n);
          for (const { code: hex, isConstructor, input, value, gasLimit } of runs) {
            const initcode = isConstructor ? fromHex(`0x${hex}`) : deploying(hex);
            const { address } = await same((row) => row.deploy(initcode, { value }));
            const to = address === '' ? NOBODY : fromHex(address);
            await same((row) => row.call(to, input, { value, gasLimit }));
          }
        } finally {
          for (const row of rows) await row.close();
        }
      }),
      { numRuns: 100 },
    );
  });
});
