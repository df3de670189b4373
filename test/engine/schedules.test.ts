import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { EngineError } from '../../engine/errors.ts';
import { precompiles } from '../../engine/precompiles/table.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultSchedule, schedules } from '../../engine/schedules.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { costTables } from '../../metering/gas/cost-tables.ts';
import { instrument } from '../../metering/instrument.ts';
import { wat } from '../support/wat.ts';

/** SHA-256 over the host prices; the weights have hashes of their own in `test/metering/gas/cost-tables.test.ts`. */
const published: Readonly<Record<string, string>> = {
  'flat-v2': '12101f9c1b074a80a1ae8a8d9f8c5e5884f992559740d1200cd01b020ef87615',
  'flat-v1': '12101f9c1b074a80a1ae8a8d9f8c5e5884f992559740d1200cd01b020ef87615',
  'calibrated-v1': 'd9eff7f07a5d87b83e6eb3ea44f94c1b1b117879b8f6041b1eaeeca77b0e5619',
  'stylus-ink-v1': 'c57c3de0527ed2c18e5f3d68b806dcb0af56793e2be53f269f9aa4ef696fb17c',
  'pallet-contracts': 'cda24b213ed006b5359f345695097cbb731d293127490285b90aae7315ad825a',
  'near-regular-op': '12101f9c1b074a80a1ae8a8d9f8c5e5884f992559740d1200cd01b020ef87615',
  'cosmwasm-v2': '942ba309b8442ec293e800e7d8fdb640df280aaff39a9e06be0d47a84ca2309a',
};
/** Of the limits on modules and the stack, which are the same under all. They decide what runs, and nobody's gas. */
const publishedLimits = '6cb9a5b9142ee55595ca61a010339361f75e797f78c9291e8e317ac5620f0934';

function priceHash({ hostCosts, callDepth, payloadBytes, events }: Schedule): string {
  const prices = Object.entries(hostCosts).map(([name, { base, perByte }]): [string, number, number] => [
    name,
    base,
    perByte,
  ]);
  const sorted = prices.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return hashOf({ prices: sorted, callDepth, payloadBytes, events });
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** What a unit of flat-v1 is in each: the weight of i32.add, and for calibrated-v1 what was measured. */
const units: Readonly<Record<string, number>> = {
  'flat-v2': 1,
  'flat-v1': 1,
  'calibrated-v1': 22,
  'stylus-ink-v1': 70,
  'pallet-contracts': 64,
  'near-regular-op': 1,
  'cosmwasm-v2': 115,
};
const stipendAndPrecompiles = [2300, 1000, 50, 50, 30, 600, 500, 500, 700, 1000, 2500];

const guest = `(module
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param $turns i32) (result i32)
    (local $k i32)
    (loop $again
      (i64.store (i32.const 0) (i64.div_u (i64.load (i32.const 8)) (i64.const 3)))
      (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (local.get $turns))))
    (drop (memory.grow (i32.const 1)))
    (i32.const 0)))`;

describe('the schedules', () => {
  it('are one per cost table, under its id', () => {
    assert.deepEqual(
      schedules.map(({ id, costs }) => [id, costs.id]),
      costTables.map(({ id }) => [id, id]),
    );
  });

  for (const schedule of schedules) {
    it(`${schedule.id} prices every host function in whole numbers, with a source`, () => {
      for (const { module, name } of [...stylusAbi.hostFunctions, ...sealAbi.hostFunctions]) {
        const cost = schedule.hostCosts[`${module}.${name}`];
        assert.ok(cost !== undefined, `${module}.${name}`);
        assert.ok(Number.isSafeInteger(cost.base) && cost.base > 0);
        assert.ok(Number.isSafeInteger(cost.perByte) && cost.perByte >= 0);
        assert.ok(cost.source.length > 0);
      }
    });

    it(`${schedule.id} has the prices and limits that were published under its id`, () => {
      assert.equal(priceHash(schedule), published[schedule.id]);
      assert.equal(hashOf(schedule.limits), publishedLimits);
    });

    it(`${schedule.id} has the published stipend and prices of precompiles`, () => {
      const { callStipend, precompileCosts } = schedule;
      const numbers = precompiles.map(({ name }) => precompileCosts[name].unitsPerGas);
      const unit = units[schedule.id] as number;
      assert.deepEqual(
        [callStipend, ...numbers],
        stipendAndPrecompiles.map((number) => number * unit),
      );
    });

    it(`${schedule.id} is named by the machines that count by it`, () => {
      assert.ok(createWasmBackend({ schedule }).description.endsWith(`schedule ${schedule.id}`));
      assert.ok(createReferenceBackend({ schedule }).description.endsWith(`schedule ${schedule.id}`));
    });
  }

  it('make different code of the same module', async () => {
    const bytes = await wat(guest);
    const hashes = schedules.map(({ costs, limits }) => {
      const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy: 'global' } as const;
      return createHash('sha256').update(instrument(bytes, options).bytes).digest('hex');
    });
    assert.equal(new Set(hashes).size, schedules.length);
  });

  it('give different gas for the same call, and the same on V8 and the reference interpreter', async () => {
    const bytes = await wat(guest);
    const used: bigint[] = [];
    for (const schedule of schedules) {
      const gas: bigint[] = [];
      for (const backend of [createWasmBackend({ schedule }), createReferenceBackend({ schedule })]) {
        const program = await backend.prepare({ name: 'guest', wasm: { bytes, abi: stylusAbi } });
        const world = await backend.createWorld();
        const account = new Uint8Array(20).fill(1);
        const message = { value: 0n, gasLimit: 1n << 40n };
        const address = deployedAddress(
          await world.deploy(program, { ...message, deployer: account, input: new Uint8Array(0) }),
        );
        const outcome = await world.call({ ...message, caller: account, to: address, input: new Uint8Array(7) });
        assert.equal(outcome.status, 'success');
        gas.push(outcome.gasUsed);
      }
      assert.equal(gas[0], gas[1], schedule.id);
      used.push(gas[0] as bigint);
    }
    assert.equal(new Set(used).size, schedules.length);
  });

  const { costs, hostCosts, precompileCosts, limits } = defaultSchedule;
  const call = 'vm_hooks.call_contract';
  /** Parts that a schedule of somebody's own may have wrong, by the field that the error names. */
  const parts: Readonly<Record<string, readonly [least: number, most: number, (value: unknown) => object]>> = {
    callStipend: [0, (hostCosts[call]?.base ?? 0) - 1, (callStipend) => ({ callStipend })],
    callDepth: [0, 64, (callDepth) => ({ callDepth })],
    payloadBytes: [0, 128 << 10, (payloadBytes) => ({ payloadBytes })],
    events: [0, 1 << 20, (events) => ({ events })],
    [`hostCosts['${call}'].base`]: [
      0,
      2 ** 40,
      (base) => ({ callStipend: 0, hostCosts: { ...hostCosts, [call]: { ...hostCosts[call], base } } }),
    ],
    [`hostCosts['${call}'].perByte`]: [
      0,
      2 ** 18,
      (perByte) => ({ hostCosts: { ...hostCosts, [call]: { ...hostCosts[call], perByte } } }),
    ],
    ...Object.fromEntries(
      precompiles.map(({ name }) => [
        `precompileCosts['${name}'].unitsPerGas`,
        [1, 2 ** 40, (unitsPerGas: unknown) => ({ precompileCosts: { ...precompileCosts, [name]: { unitsPerGas } } })],
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(limits).map(([name, most]) => [
        `limits.${name}`,
        [0, most, (value: unknown) => ({ limits: { ...limits, [name]: value } })],
      ]),
    ),
    ...Object.fromEntries(
      ['brTablePerLabel', 'entryPerLocal', 'memoryGrowPerPage', 'memoryGrowPerHeldPage', 'bulkMemoryPerByte'].map(
        (name) => [`costs.${name}`, [0, 1 << 20, (value: unknown) => ({ costs: { ...costs, [name]: value } })]],
      ),
    ),
    ...Object.fromEntries(
      Object.keys(costs.instructions).map((name) => [
        `costs.instructions['${name}']`,
        [
          /^(br(_if|_table)?|call(_indirect)?)$/.test(name) ? 1 : 0,
          1 << 20,
          (value: unknown) => ({ costs: { ...costs, instructions: { ...costs.instructions, [name]: value } } }),
        ],
      ]),
    ),
  };
  const creators: readonly ((schedule: Schedule) => Backend)[] = [
    (schedule) => createWasmBackend({ schedule }),
    (schedule) => createReferenceBackend({ schedule }),
  ];

  it('are refused with a number that machines would not all count the same with, by its name', () => {
    for (const [field, [least, most, change]] of Object.entries(parts)) {
      for (const create of creators) {
        for (const right of [least, most]) create({ ...defaultSchedule, ...change(right) });
        for (const wrong of [
          least - 1,
          most + 1,
          least + 0.5,
          Number.NaN,
          Infinity,
          -Infinity,
          1n,
          '1',
          null,
          undefined,
        ]) {
          assert.throws(
            () => create({ ...defaultSchedule, ...change(wrong) }),
            ({ code, message }: EngineError) =>
              code === 'bad-argument' && message.includes(`schedule.${field} must be`),
            `${field} ${wrong}`,
          );
        }
      }
    }
  });

  it('are refused with a stipend that a call could be paid from, by both numbers', () => {
    const refused = (callStipend: number, base: number) => {
      const schedule = {
        ...defaultSchedule,
        callStipend,
        hostCosts: { ...hostCosts, [call]: { base, perByte: 1, source: 'this test' } },
      };
      for (const create of creators) {
        assert.throws(() => create(schedule), {
          name: 'EngineError',
          code: 'bad-argument',
          message: new RegExp(
            `schedule\\.callStipend must be 0 or less than .*\\['${call}'\\]\\.base, which is ${base}, got .*${callStipend}$`,
          ),
        });
      }
    };
    refused(6000, 6000);
    refused(6001, 6000);
    refused(1, 0);
    for (const create of creators) {
      for (const schedule of schedules) create(schedule);
      const others = Object.entries(hostCosts).filter(([name]) => name !== call);
      create({ ...defaultSchedule, callStipend: 7000, hostCosts: Object.fromEntries(others) });
    }
  });

  it('are refused without a table, with a row missing, and with what is no data', () => {
    const without = (table: object, name: string) =>
      Object.fromEntries(Object.entries(table).filter(([other]) => other !== name));
    const changes: Readonly<Record<string, object>> = {
      costs: { costs: undefined },
      'costs.instructions': { costs: { ...costs, instructions: undefined } },
      "costs.instructions['i32.add']": { costs: { ...costs, instructions: without(costs.instructions, 'i32.add') } },
      hostCosts: { hostCosts: null },
      [`hostCosts['${call}']`]: { hostCosts: { ...hostCosts, [call]: 5 } },
      precompileCosts: { precompileCosts: undefined },
      "precompileCosts['identity']": { precompileCosts: without(precompileCosts, 'identity') },
      limits: { limits: 7 },
      'limits.stackWords': { limits: without(limits, 'stackWords') },
    };
    for (const create of creators) {
      for (const [field, change] of Object.entries(changes)) {
        assert.throws(
          () => create({ ...defaultSchedule, ...change }),
          ({ code, message }: EngineError) => code === 'bad-argument' && message.includes(`schedule.${field} must be`),
          field,
        );
      }
      const withCode = { ...defaultSchedule, limits: { ...limits, moduleBytes: () => 5 } };
      assert.throws(() => create(withCode as unknown as Schedule), { name: 'EngineError', code: 'bad-argument' });
    }
  });
});
