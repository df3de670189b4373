import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { MOST_UNMETERED_GAS } from '../../engine/precompiles/run.ts';
import { defaultSchedule, schedules } from '../../engine/schedules.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { ALICE, AMPLE_GAS, BOB, forEachMachine } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';

const EMPTY: Uint8Array = new Uint8Array(0);
const word = (value: bigint): Uint8Array => bigintToBytes(value, 32);

interface Guests {
  readonly world: World;
  deploy(source: string): Promise<Uint8Array>;
  send(to: Uint8Array, input?: Uint8Array, gasLimit?: bigint): Promise<Outcome>;
}

async function guests(backend: Backend): Promise<Guests> {
  const world = await backend.createWorld();
  return {
    world,
    deploy: async (source) => {
      const bytes = await wat(source);
      const program = await backend.prepare({ name: 'guest', wasm: { bytes, abi: stylusAbi } });
      const message = { deployer: ALICE, value: 0n, input: EMPTY, gasLimit: AMPLE_GAS };
      return deployedAddress(await world.deploy(program, message));
    },
    send: (to, input = EMPTY, gasLimit = AMPLE_GAS) => world.call({ caller: ALICE, to, value: 0n, input, gasLimit }),
  };
}

const hexOf = (outcome: Outcome): string => (outcome.status === 'success' ? toHex(outcome.output) : outcome.status);

/**
 * Forwards. Input: kind (0 call, 1 static, 2 delegate), a byte, address at 2, value at 32, gas at 64
 * (little-endian), and what it sends from 72 on. Output: status, return data size, return data.
 */
const FORWARDER = stylusGuest(`
  (local.set $length (i32.sub (local.get $length) (i32.const 72)))
  (block $done (block $delegate (block $static (block $call
    (br_table $call $static $delegate (i32.load8_u (i32.const 1024))))
    (local.set $status (call $call_contract (i32.const 1026) (i32.const 1096) (local.get $length) (i32.const 1056)
      (i64.load (i32.const 1088)) (i32.const 4)))
    (br $done))
    (local.set $status (call $static_call_contract (i32.const 1026) (i32.const 1096) (local.get $length)
      (i64.load (i32.const 1088)) (i32.const 4)))
    (br $done))
    (local.set $status (call $delegate_call_contract (i32.const 1026) (i32.const 1096) (local.get $length)
      (i64.load (i32.const 1088)) (i32.const 4))))
  (i32.store8 (i32.const 8192) (local.get $status))
  (i32.store8 (i32.const 8193) (call $return_data_size))
  (call $write_result (i32.const 8192)
    (i32.add (i32.const 2) (call $read_return_data (i32.const 8194) (i32.const 0) (i32.load (i32.const 4)))))
  (i32.const 0)`);

const kinds = { call: 0, static: 1, delegate: 2 } as const;
const MOST_GAS = (1n << 64n) - 1n;

function forward(
  kind: keyof typeof kinds,
  to: Uint8Array,
  inner: Uint8Array = EMPTY,
  { value = 0n, gas = MOST_GAS } = {},
): Uint8Array {
  const gasBytes = bigintToBytes(gas, 8).reverse();
  return concatBytes([Uint8Array.of(kinds[kind], 0), to, new Uint8Array(10), word(value), gasBytes, inner]);
}

/** Returns one byte. */
const returning = (code: string, status = 0): string =>
  stylusGuest(`(i32.store8 (i32.const 0) ${code})
    (call $write_result (i32.const 0) (i32.const 1)) (i32.const ${status})`);

describe('the Stylus host functions, as Nitro has them', () => {
  forEachMachine('msg_reentrant counts calls of the account, and no delegate calls', async (backend) => {
    const { deploy, send } = await guests(backend);
    const [outer, other] = [await deploy(FORWARDER), await deploy(FORWARDER)];
    const flag = await deploy(returning('(call $msg_reentrant)'));
    assert.equal(hexOf(await send(flag)), '0x00');
    assert.equal(hexOf(await send(outer, forward('delegate', flag))), '0x000100');
    const nested = (...inputs: readonly [keyof typeof kinds, Uint8Array][]): Uint8Array =>
      inputs.reduceRight<Uint8Array>((inner, [kind, to]) => forward(kind, to, inner), EMPTY);
    // The account of the flag's frame runs twice, and only once as a call.
    const once = nested(['delegate', other], ['delegate', flag]);
    assert.equal(hexOf(await send(outer, once)).slice(-2), '00');
    const twice = nested(['call', other], ['call', outer], ['delegate', flag]);
    assert.equal(hexOf(await send(outer, twice)).slice(-2), '01');
    const throughDelegate = nested(['delegate', other], ['call', outer], ['delegate', flag]);
    assert.equal(hexOf(await send(outer, throughDelegate)).slice(-2), '01');
    const elsewhere = nested(['call', other], ['static', flag]);
    assert.equal(hexOf(await send(outer, elsewhere)).slice(-2), '00');
  });

  forEachMachine('account_codehash is zero for an empty account, and of no code for another', async (backend) => {
    const { world, deploy, send } = await guests(backend);
    const bytes = await wat(FORWARDER);
    const forwarder = await deploy(FORWARDER);
    const guest = await deploy(
      stylusGuest(`(call $account_codehash (i32.const 1024) (i32.const 0))
        (call $write_result (i32.const 0) (i32.const 32)) (i32.const 0)`),
    );
    assert.equal(hexOf(await send(guest, BOB)), toHex(word(0n)));
    assert.equal(hexOf(await send(guest, bigintToBytes(1n, 20))), toHex(word(0n)));
    assert.equal(hexOf(await send(guest, ALICE)), toHex(keccak256(EMPTY)), 'an account that has deployed');
    assert.equal(hexOf(await send(guest, forwarder)), toHex(keccak256(bytes)));
    await world.setBalance(BOB, 1n);
    assert.equal(hexOf(await send(guest, BOB)), toHex(keccak256(EMPTY)));
    await world.setBalance(BOB, 0n);
    assert.equal(hexOf(await send(guest, BOB)), toHex(word(0n)));
  });

  forEachMachine('a call that fails is status 2, with return data only after a revert', async (backend) => {
    const { deploy, send } = await guests(backend);
    const forwarder = await deploy(FORWARDER);
    const callees: readonly [source: string, seen: string][] = [
      [returning('(i32.const 7)'), '0x000107'],
      [returning('(i32.const 7)', 1), '0x020107'],
      [returning('(i32.const 7)', -1), '0x020107'],
      [
        returning('(i32.const 7)').replace('(i32.const 0)))', '(call $exit_early (i32.const 0)) unreachable))'),
        '0x000107',
      ],
      [
        returning('(i32.const 7)').replace('(i32.const 0)))', '(call $exit_early (i32.const 9)) unreachable))'),
        '0x020107',
      ],
      [returning('(i32.const 7)').replace('(i32.const 0)))', 'unreachable))'), '0x0200'],
      [stylusGuest('(call $read_args (i32.const -1)) (i32.const 0)'), '0x0200'],
    ];
    for (const [source, seen] of callees) {
      const callee = await deploy(source);
      for (const kind of ['call', 'static', 'delegate'] as const) {
        assert.equal(hexOf(await send(forwarder, forward(kind, callee))), seen, `${kind} ${source}`);
      }
    }
    assert.equal(hexOf(await send(forwarder, forward('call', BOB, EMPTY, { value: 1n }))), '0x0200');
  });

  forEachMachine('a call with value in a static frame fails and empties the return data', async (backend) => {
    const { world, deploy, send } = await guests(backend);
    const forwarder = await deploy(FORWARDER);
    const seven = await deploy(returning('(i32.const 7)'));
    const payer = await deploy(
      stylusGuest(`(i32.store8 (i32.const 95) (i32.const 1))
        (drop (call $call_contract (i32.const 1024) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1) (i32.const 96)))
        (i32.store8 (i32.const 128) (call $call_contract (i32.const 1024) (i32.const 0) (i32.const 0) (i32.const 64)
          (i64.const -1) (i32.const 96)))
        (i32.store8 (i32.const 129) (call $return_data_size))
        (i32.store8 (i32.const 130) (i32.load (i32.const 96)))
        (call $write_result (i32.const 128) (i32.const 3)) (i32.const 0)`),
    );
    await world.setBalance(payer, 5n);
    assert.equal(hexOf(await send(forwarder, forward('static', payer, seven))), '0x0003020000');
    assert.equal(hexOf(await send(forwarder, forward('call', payer, seven))), '0x0003000101');
    assert.equal(await world.balanceOf(seven), 1n);
  });

  /** Slot 0 of the guest is 7. Words: 7 at 1024, 8 at 1056. */
  const inStatic: readonly [what: string, code: string, isAllowed: boolean][] = [
    ['a cached write', '(call $storage_cache_bytes32 (i32.const 0) (i32.const 1056))', true],
    [
      'a cached write that is read back',
      `(call $storage_cache_bytes32 (i32.const 0) (i32.const 1056)) (call $storage_load_bytes32 (i32.const 0) (i32.const 32))
       (if (i32.ne (i32.load8_u (i32.const 63)) (i32.const 8)) (then unreachable))`,
      true,
    ],
    ['a flush of nothing', '(call $storage_flush_cache (i32.const 1))', true],
    [
      'a flush of what was loaded',
      `(call $storage_load_bytes32 (i32.const 0) (i32.const 32)) (call $storage_cache_bytes32 (i32.const 0) (i32.const 1056))
       (call $storage_cache_bytes32 (i32.const 0) (i32.const 1024)) (call $storage_flush_cache (i32.const 0))
       (call $storage_cache_bytes32 (i32.const 0) (i32.const 1024)) (call $storage_flush_cache (i32.const 0))`,
      true,
    ],
    [
      'a flush of another word than was loaded',
      `(call $storage_load_bytes32 (i32.const 0) (i32.const 32)) (call $storage_cache_bytes32 (i32.const 0) (i32.const 1056))
       (call $storage_flush_cache (i32.const 0))`,
      false,
    ],
    [
      'a flush of a word that was never loaded, although it is the same',
      '(call $storage_cache_bytes32 (i32.const 0) (i32.const 1024)) (call $storage_flush_cache (i32.const 0))',
      false,
    ],
    [
      'a flush of what was loaded before the cache was cleared',
      `(call $storage_load_bytes32 (i32.const 0) (i32.const 32)) (call $storage_flush_cache (i32.const 1))
       (call $storage_cache_bytes32 (i32.const 0) (i32.const 1024)) (call $storage_flush_cache (i32.const 0))`,
      false,
    ],
    ['a write to transient storage', '(call $transient_store_bytes32 (i32.const 0) (i32.const 1024))', false],
    ['an event', '(call $emit_log (i32.const 0) (i32.const 0) (i32.const 0))', false],
    ['a creation', '(call $create1 (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 64) (i32.const 96))', false],
    [
      'a creation of too little',
      '(call $create1 (i32.const 0) (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 96))',
      false,
    ],
    [
      'a salted creation',
      '(call $create2 (i32.const 0) (i32.const 32) (i32.const 0) (i32.const 0) (i32.const 64) (i32.const 96))',
      false,
    ],
  ];
  for (const [what, code, isAllowed] of inStatic) {
    forEachMachine(`a static frame ${isAllowed ? 'may make' : 'traps on'} ${what}`, async (backend) => {
      const { world, deploy, send } = await guests(backend);
      const forwarder = await deploy(FORWARDER);
      // Of no input it stores 7, else it does what it is about.
      const guest = await deploy(
        stylusGuest(
          `(if (i32.eqz (local.get $length))
             (then (call $storage_cache_bytes32 (i32.const 0) (i32.const 96)) (call $storage_flush_cache (i32.const 1)))
             (else ${code}))
           (i32.const 0)`,
          '(data (i32.const 127) "\\07")',
        ),
      );
      assert.equal((await send(guest)).status, 'success');
      const before = await world.stateDigest();
      const input = concatBytes([word(7n), word(8n)]);
      assert.equal(hexOf(await send(forwarder, forward('static', guest, input))), isAllowed ? '0x0000' : '0x0200');
      assert.equal(await world.stateDigest(), before);
    });
  }

  const zeroBytes: readonly [what: string, code: string, isAllowed: boolean][] = [
    ['read_return_data', '(drop (call $read_return_data (i32.const -1) (i32.const 0) (i32.const 0)))', true],
    [
      'read_return_data where there is none',
      '(drop (call $read_return_data (i32.const -1) (i32.const 5) (i32.const 9)))',
      true,
    ],
    ['write_result', '(call $write_result (i32.const -1) (i32.const 0))', false],
    ['read_args', '(call $read_args (i32.const -1))', false],
    ['emit_log', '(call $emit_log (i32.const -1) (i32.const 0) (i32.const 0))', false],
    ['native_keccak256', '(call $native_keccak256 (i32.const -1) (i32.const 0) (i32.const 0))', false],
    ['account_code', '(drop (call $account_code (i32.const 0) (i32.const 0) (i32.const 0) (i32.const -1)))', false],
    [
      'the input of call_contract',
      '(drop (call $call_contract (i32.const 0) (i32.const -1) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 0)))',
      false,
    ],
    [
      'the code of create1',
      '(call $create1 (i32.const -1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 32))',
      false,
    ],
  ];
  for (const [what, code, isAllowed] of zeroBytes) {
    const verb = isAllowed ? 'does not look at' : 'checks';
    forEachMachine(`${what} ${verb} the pointer to no bytes`, async (backend) => {
      const { deploy, send } = await guests(backend);
      const outcome = await send(await deploy(stylusGuest(`${code} (i32.const 0)`)));
      if (isAllowed) assert.equal(outcome.status, 'success');
      else assert.equal((printOutcome(outcome) as { trap?: string }).trap, 'HostPointerOutOfBounds');
      // The end of memory is in memory.
      const atEnd = code.replace('(i32.const -1)', '(i32.const 65536)');
      assert.equal((await send(await deploy(stylusGuest(`${atEnd} (i32.const 0)`)))).status, 'success');
    });
  }

  it('differ by the limits that the page of differences names', () => {
    const page = readFileSync(new URL('../../docs/differences-from-nitro.md', import.meta.url), 'utf8');
    const { callDepth, payloadBytes, events, limits } = defaultSchedule;
    for (const [nitro, ours] of [
      ['calls are 1,024 deep', `${callDepth}`],
      ['a stack of', `${limits.stackWords.toLocaleString('en')} words`],
      ['output, return data', `${payloadBytes >> 10} KiB each`],
      ['events are', `${events} in one call`],
      ['modules of 128 KiB', `${limits.moduleBytes >> 20} MiB and ${limits.memoryPages} pages`],
      ['0x05 takes', `${MOST_UNMETERED_GAS.toLocaleString('en')} gas`],
    ] as const) {
      const row = page.split('\n').find((line) => line.startsWith(`| ${nitro}`));
      assert.ok(row?.includes(ours), `${nitro}: ${ours}`);
    }
  });

  forEachMachine('read what a call that came back has written, unless they have cached a write', async (backend) => {
    const { deploy, send } = await guests(backend);
    const forwarder = await deploy(FORWARDER);
    // Of one byte it writes that into slot 0. Else it loads the slot, has the forwarder call it back, and loads again.
    const guest = await deploy(
      stylusGuest(`
        (if (i32.eq (local.get $length) (i32.const 1)) (then
          (i32.store8 (i32.const 63) (i32.load8_u (i32.const 1024)))
          (call $storage_cache_bytes32 (i32.const 0) (i32.const 32)) (call $storage_flush_cache (i32.const 0))
          (return (i32.const 0))))
        (call $storage_load_bytes32 (i32.const 0) (i32.const 96))
        (drop (call $call_contract (i32.const 1024) (i32.const 1044) (i32.const 73) (i32.const 0) (i64.const -1) (i32.const 64)))
        (call $storage_load_bytes32 (i32.const 0) (i32.const 128))
        (i32.store8 (i32.const 128) (i32.load8_u (i32.const 127)))
        (i32.store8 (i32.const 129) (i32.load8_u (i32.const 159)))
        (call $write_result (i32.const 128) (i32.const 2)) (i32.const 0)`),
    );
    await send(guest, Uint8Array.of(3));
    const input = concatBytes([forwarder, forward('call', guest, Uint8Array.of(4))]);
    assert.equal(hexOf(await send(guest, input)), '0x0304');
  });

  describe('a call that pays gives the callee a stipend', () => {
    const gasLeft = stylusGuest(`(i64.store (i32.const 0) (call $evm_gas_left))
      (call $write_result (i32.const 0) (i32.const 8)) (i32.const 0)`);
    const emitting = stylusGuest('(call $emit_log (i32.const 0) (i32.const 64) (i32.const 1)) (i32.const 0)');
    const endless = stylusGuest('(loop $again (br $again)) (i32.const 0)');

    forEachMachine('of 2300 units, on top of the gas named and for call_contract alone', async (backend) => {
      const { world, deploy, send } = await guests(backend);
      const forwarder = await deploy(FORWARDER);
      await world.setBalance(forwarder, 100n);
      const callee = await deploy(gasLeft);
      const left = async (value: bigint, gas: bigint): Promise<bigint> => {
        const seen = hexOf(await send(forwarder, forward('call', callee, EMPTY, { value, gas })));
        assert.match(seen, /^0x0008/);
        return BigInt(`0x${(seen.slice(6).match(/../g) as string[]).reverse().join('')}`);
      };
      const used = 5000n - (await left(0n, 5000n));
      assert.equal(await left(1n, 5000n), 7300n - used);
      assert.equal(await left(1n, 0n), 2300n - used);
      assert.equal(hexOf(await send(forwarder, forward('call', callee, EMPTY, { gas: 0n }))), '0x0200');
      assert.equal(hexOf(await send(forwarder, forward('delegate', callee, EMPTY, { value: 1n, gas: 0n }))), '0x0200');
      const event = await send(forwarder, forward('call', await deploy(emitting), EMPTY, { value: 1n, gas: 0n }));
      assert.equal(hexOf(event), '0x0000');
      assert.equal(event.status === 'success' && event.events.length, 1);
    });

    forEachMachine(
      'that the caller pays for as far as it is used, and runs out of gas if it cannot',
      async (backend) => {
        const { world, deploy, send } = await guests(backend);
        const forwarder = await deploy(FORWARDER);
        await world.setBalance(forwarder, 100n);
        const burning = await deploy(endless);
        const paying = forward('call', burning, EMPTY, { value: 1n, gas: 0n });
        const unpaid = await send(forwarder, forward('call', BOB, EMPTY, { value: 1n, gas: 0n }));
        const paid = await send(forwarder, paying);
        assert.equal(hexOf(paid), '0x0200');
        assert.equal(paid.gasUsed - unpaid.gasUsed, 2300n);
        assert.equal((await send(forwarder, paying, paid.gasUsed)).gasUsed, paid.gasUsed);
        for (let gasLimit = paid.gasUsed - 2400n; gasLimit < paid.gasUsed; gasLimit += 100n) {
          const outcome = await send(forwarder, paying, gasLimit);
          assert.deepEqual({ ...outcome }, { status: 'trap', code: TrapCode.OutOfGas, gasUsed: gasLimit });
        }
        assert.equal(await world.balanceOf(forwarder), 99n);
      },
    );

    for (const schedule of schedules) {
      it(`that is 2300 instructions and less than the price of a call under ${schedule.id}`, async () => {
        const unit = schedule.hostCosts['vm_hooks.call_contract'];
        assert.ok(unit !== undefined && schedule.callStipend < unit.base);
        const outcomes = [createWasmBackend({ schedule }), createReferenceBackend({ schedule })].map(
          async (backend) => {
            const { world, deploy, send } = await guests(backend);
            const forwarder = await deploy(FORWARDER);
            await world.setBalance(forwarder, 100n);
            const callee = await deploy(emitting);
            return printOutcome(await send(forwarder, forward('call', callee, EMPTY, { value: 1n, gas: 0n })));
          },
        );
        const [first, second] = await Promise.all(outcomes);
        assert.deepEqual(first, second);
        assert.equal((first as { status: string }).status, 'success');
      });
    }
  });
});
