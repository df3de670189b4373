import assert from 'node:assert/strict';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { ArgumentText, MethodCallText } from '../../contracts/contract-case.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { OrderBookModel, randomFlow } from './order-book-model.ts';

const traders = ['alice', 'bob', 'carol', 'dave'];

describe('the flows in the manifest of orderbook', () => {
  it('are those of their seeds', async () => {
    const { workloads } = await readBundledCase('orderbook');
    const flows = { flow: [20_260_101, 64], 'flow-small': [20_260_102, 12], 'flow-large': [20_260_103, 256] } as const;
    for (const [id, [seed, length]] of Object.entries(flows)) {
      assert.deepEqual(workloads.find((workload) => workload.id === id)?.calls, randomFlow(seed, length), id);
    }
  });
});

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`orderbook (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    async function book() {
      const { subject, world, address, call } = await bundledWorld(await createBackend(), 'orderbook');
      const send = async (text: MethodCallText) => {
        const outcome = await call(text);
        assert(outcome.status !== 'trap' && outcome.gasUsed > 0n);
        if (outcome.status === 'success') return decodeOutput(subject.abi, text.method, outcome.output);
        const error = decodeRevert(subject.abi, outcome.output);
        return [error?.name, ...(error?.args.map(({ value }) => value) ?? [])];
      };
      for (const caller of traders) await send({ method: 'deposit', args: [1_000_000, 1_000_000_000], caller });
      return { send, slots: async () => (await world.storageOf(address)).length };
    }

    it('matches as a list of orders sorted by price and then by time does', async () => {
      const { send, slots } = await book();
      const slotsBefore = await slots();
      const model = new OrderBookModel();
      for (const call of randomFlow(7, 70)) {
        const [id, isBid, price, amount] = call.args as [number, boolean, number, number];
        const owner = call.caller as string;
        if (call.method === 'cancel') {
          model.cancel(id);
          assert.deepEqual(await send(call), []);
        } else {
          const filled = model.place({ id, owner, isBid, price, amount });
          assert.deepEqual(await send(call), [String(filled)], JSON.stringify(call));
        }
        for (const side of [true, false]) {
          const best = model.best(side);
          const level = model.open.filter((order) => order.isBid === side && order.price === best?.price);
          assert.deepEqual(await send({ method: 'bestPrice', args: [side] }), [String(best?.price ?? 0)]);
          const ends = [level[0]?.id ?? 0, level.at(-1)?.id ?? 0].map(String);
          assert.deepEqual(await send({ method: 'levelOf', args: [side, best?.price ?? 1] }), ends);
        }
      }
      assert.equal(await slots(), slotsBefore, 'an empty book leaves nothing behind');
      const totals = [0n, 0n];
      for (const account of traders) {
        const balances = (await send({ method: 'balancesOf', args: [account] })) as readonly string[];
        for (const [i, balance] of balances.entries()) totals[i] = (totals[i] as bigint) + BigInt(balance);
      }
      assert.deepEqual(totals, [4_000_000n, 4_000_000_000n]);
    });

    it('fills at the price of the older order, and stops after sixteen', async () => {
      const { send } = await book();
      const place = (caller: string, ...args: readonly ArgumentText[]) => send({ method: 'place', args, caller });
      for (let id = 1; id <= 17; id++) assert.deepEqual(await place('alice', id, false, 300 - id, 2), ['0']);
      assert.deepEqual(await place('bob', 18, true, 400, 40), ['32']);
      const cost = Array.from({ length: 16 }, (_, i) => 2 * (283 + i)).reduce((sum, part) => sum + part);
      assert.deepEqual(await send({ method: 'balancesOf', args: ['bob'] }), ['1000032', String(1_000_000_000 - cost)]);
      assert.deepEqual(await send({ method: 'orderOf', args: [18] }), [`0x${'0'.repeat(40)}`, false, '0', '0']);
      assert.deepEqual(await send({ method: 'orderOf', args: [1] }), [resolveAddress('alice'), false, '299', '2']);
    });

    it('refuses orders that it cannot take', async () => {
      const { send } = await book();
      const place = (...args: readonly ArgumentText[]) => send({ method: 'place', args });
      for (const [id, price, amount] of [
        [0, 1, 1],
        [1, 0, 1],
        [1, 1, 0],
      ] as const) {
        assert.deepEqual(await place(id, true, price, amount), ['InvalidOrder']);
      }
      assert.deepEqual(await place(1, true, 1000, 1_000_001), ['InsufficientBalance', '1000000000', '1000001000']);
      assert.deepEqual(await place(1, true, 1000, 1), ['0']);
      assert.deepEqual(await place(1, true, 1000, 1), ['OrderExists', '1']);
      assert.deepEqual(await send({ method: 'cancel', args: [1], caller: 'bob' }), ['NotOwner', '1']);
      assert.deepEqual(await send({ method: 'cancel', args: [2] }), ['NotOwner', '2']);
    });
  });
}
