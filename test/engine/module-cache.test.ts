import assert from 'node:assert/strict';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { calibratedV1Schedule, defaultSchedule, schedules } from '../../engine/schedules.ts';
import { ModuleCache, type ModuleRequest, moduleCache, moduleKey } from '../../engine/wasm/module-cache.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import { countMade } from '../support/count-made.ts';
import { AMPLE_GAS, guestWorld } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

const GUEST = `(module
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))`;

async function request(changes: Partial<ModuleRequest> = {}): Promise<ModuleRequest> {
  const bytes = await wat(GUEST);
  return { bytes, abi: stylusAbi, schedule: defaultSchedule, strategy: 'default', forKernel: true, ...changes };
}

/** Requests that differ from the first in one thing each. */
async function variants(base: ModuleRequest): Promise<readonly (readonly [string, ModuleRequest])[]> {
  const { bytes, abi, schedule } = base;
  const withSchedule = (what: string, changes: Partial<Schedule>): readonly [string, ModuleRequest] => [
    what,
    { ...base, schedule: { ...schedule, ...changes } },
  ];
  const withAbi = (what: string, changes: Partial<GuestAbi>): readonly [string, ModuleRequest] => [
    what,
    { ...base, abi: { ...abi, ...changes } },
  ];
  const { costs, limits, hostCosts } = schedule;
  const raised = <T extends object>(table: T, name: string): T => ({
    ...table,
    [name]: ((table as Record<string, number>)[name] as number) + 1,
  });
  const [firstFunction, ...otherFunctions] = abi.hostFunctions;
  assert.ok(firstFunction !== undefined);
  return [
    ...strategies
      .filter((strategy) => strategy !== base.strategy)
      .map((strategy) => [strategy, { ...base, strategy }] as const),
    ...Array.from({ length: bytes.length }, (_, at) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 1;
      return [`byte ${at}`, { ...base, bytes: changed }] as const;
    }),
    ['one byte less', { ...base, bytes: bytes.slice(0, -1) }],
    ['no kernel', { ...base, forKernel: false }],
    ...Object.keys(costs.instructions).map((name) =>
      withSchedule(`weight of ${name}`, { costs: { ...costs, instructions: raised(costs.instructions, name) } }),
    ),
    ...['brTablePerLabel', 'entryPerLocal', 'memoryGrowPerPage', 'memoryGrowPerHeldPage', 'bulkMemoryPerByte'].map(
      (name) => withSchedule(name, { costs: raised(costs, name) }),
    ),
    ...Object.keys(limits).map((name) => withSchedule(`limit ${name}`, { limits: raised(limits, name) })),
    ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((moduleBytes) =>
      withSchedule(`limit of ${moduleBytes}`, { limits: { ...limits, moduleBytes } }),
    ),
    ...Object.entries(hostCosts).flatMap(([name, row]) =>
      (['base', 'perByte'] as const).map((part) =>
        withSchedule(`${part} of ${name}`, { hostCosts: { ...hostCosts, [name]: raised(row, part) } }),
      ),
    ),
    withSchedule('id', { id: 'flat-v0' }),
    ...schedules.slice(1).map((other) => [other.id, { ...base, schedule: other }] as const),
    withAbi('one import less', { hostFunctions: otherFunctions }),
    withAbi('an import of another type', {
      hostFunctions: [{ ...firstFunction, result: firstFunction.result === 'i64' ? 'i32' : 'i64' }, ...otherFunctions],
    }),
    withAbi('memory of another name', { memory: { kind: 'exported', name: 'mem' } }),
    withAbi('entry of another name', { call: { ...abi.call, name: 'main' } }),
    withAbi('a constructor that has to be there', { deploy: { ...abi.deploy, isRequired: true } }),
    withAbi('other thunks', { thunks: { functions: [], callStatus: { success: 0, revert: 1, trap: 2 } } }),
  ];
}

describe('the key of a compiled module', () => {
  it('differs if anything does that decides what is compiled', async () => {
    for (const forKernel of [false, true]) {
      const base = await request({ forKernel });
      const seen = new Map([[moduleKey(base), 'the module itself']]);
      for (const [what, variant] of await variants(base)) {
        // Without a kernel thunks are not used.
        if (!forKernel && (what === 'no kernel' || what === 'other thunks')) continue;
        const key = moduleKey(variant);
        assert.equal(seen.get(key), undefined, `${what} has the key of`);
        seen.set(key, what);
      }
    }
  });

  it('is the same for equal content, whatever objects it is in and in whatever order', async () => {
    const base = await request();
    const schedule: Schedule = JSON.parse(JSON.stringify(base.schedule));
    const turned = Object.fromEntries(Object.entries(schedule).reverse()) as unknown as Schedule;
    assert.equal(
      moduleKey({ ...base, bytes: base.bytes.slice(), schedule: turned, abi: { ...base.abi } }),
      moduleKey(base),
    );
  });
});

describe('the module cache', () => {
  it('gives the same compiled module again, also for a schedule of equal content', async () => {
    const cache = new ModuleCache(1 << 20);
    const base = await request();
    const first = cache.compile(base);
    assert.equal(cache.compile({ ...base, bytes: base.bytes.slice(), schedule: { ...base.schedule } }), first);
    assert.notEqual(cache.compile({ ...base, schedule: calibratedV1Schedule }), first);
    cache.clear();
    assert.notEqual(cache.compile(base), first);
  });

  it('keeps what fits, and forgets what was not used for longest', async () => {
    const base = await request({ forKernel: false });
    const make = (i: number): ModuleRequest => ({ ...base, schedule: { ...base.schedule, id: `number ${i}` } });
    const { instrumentedBytes } = new ModuleCache(0).compile(base).report;
    const cache = new ModuleCache(3 * instrumentedBytes);
    const [a, b, c] = [cache.compile(make(0)), cache.compile(make(1)), cache.compile(make(2))];
    assert.equal(cache.compile(make(0)), a, 'three fit');
    cache.compile(make(3));
    assert.equal(cache.compile(make(0)), a);
    assert.equal(cache.compile(make(2)), c);
    assert.notEqual(cache.compile(make(1)), b, 'the fourth has taken the place of the oldest');
    const none = new ModuleCache(instrumentedBytes - 1);
    assert.notEqual(none.compile(base), none.compile(base), 'one that is too large is not kept');
  });

  it('does not keep what it refuses', async () => {
    const cache = new ModuleCache(1 << 20);
    const refused = await request({ bytes: new Uint8Array(8) });
    for (const _ of [0, 1]) assert.throws(() => cache.compile(refused), { name: 'ModuleRejected' });
  });

  it('makes backends compile once, and only the form that their worlds run', async () => {
    // The first call in a process compiles what measures the native stack.
    await (await guestWorld(createWasmBackend(), GUEST)).call();
    moduleCache.clear();
    const compiled = await countMade('Module', async () => {
      for (const backend of [createWasmBackend(), createWasmBackend(), createWasmBackend({ reusesInstances: false })]) {
        const { call } = await guestWorld(backend, GUEST);
        assert.deepEqual(await call(), { status: 'success', output: new Uint8Array(0), events: [], gasUsed: 1n });
        assert.equal((await call(undefined, { gasLimit: 1n })).status, 'success');
      }
    });
    assert.equal(compiled, 1);
    assert.equal(
      await countMade('Module', async () => void (await guestWorld(createWasmBackend({ usesKernel: false }), GUEST))),
      1,
    );
  });

  it('compiles the exact form of a module when the first trap asks for it, and once', async () => {
    moduleCache.clear();
    const compiled = await countMade('Module', async () => {
      for (const backend of [createWasmBackend(), createWasmBackend()]) {
        const { call } = await guestWorld(backend, GUEST.replace('(i32.const 0)', '(unreachable)'));
        assert.equal((await call()).status, 'trap');
        assert.equal((await call()).gasUsed, AMPLE_GAS);
      }
    });
    assert.equal(compiled, 2);
  });
});
