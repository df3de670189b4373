import assert from 'node:assert/strict';
import { toHex } from '../../engine/bytes.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { ALICE, BOB, forEachMachine, guestWorld } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';
import { stylusImports } from '../support/stylus-guest.ts';

const WORD = (value: bigint): string => value.toString(16).padStart(64, '0');

/** A guest that runs `body` and returns memory from 0 to `outputBytes`. The input lies at 1024. */
function guest(body: string, outputBytes = 32, data = ''): string {
  return `(module ${stylusImports}
    (memory (export "memory") 1 1)
    ${data}
    (func (export "user_entrypoint") (param $length i32) (result i32)
      (call $read_args (i32.const 1024))
      ${body}
      (call $write_result (i32.const 0) (i32.const ${outputBytes}))
      (i32.const 0)))`;
}

/** Little-endian data for a 32-byte big-endian word in a WAT string. */
function watWord(value: bigint): string {
  return WORD(value).replace(/../g, '\\$&');
}

describe('Stylus host functions', () => {
  forEachMachine('tell the guest about block, transaction, message and accounts', async (backend) => {
    const { world, address, call } = await guestWorld(
      backend,
      guest(
        `(i64.store (i32.const 0) (call $block_number)) (i64.store (i32.const 8) (call $block_timestamp))
         (i64.store (i32.const 16) (call $chainid)) (i64.store (i32.const 24) (call $block_gas_limit))
         (call $block_basefee (i32.const 32)) (call $block_coinbase (i32.const 64)) (call $tx_gas_price (i32.const 84))
         (call $tx_origin (i32.const 116)) (call $msg_sender (i32.const 136)) (call $msg_value (i32.const 156))
         (call $contract_address (i32.const 188)) (call $account_balance (i32.const 188) (i32.const 208))
         (i32.store (i32.const 240) (call $tx_ink_price)) (i32.store (i32.const 244) (call $msg_reentrant))
         (i32.store (i32.const 248) (call $account_code_size (i32.const 136)))`,
        252,
      ),
    );
    await world.setBlock({
      chainId: 3n,
      number: 1n,
      timestamp: 2n,
      gasLimit: 4n,
      baseFee: 5n,
      coinbase: new Uint8Array(20).fill(6),
    });
    await world.setBalance(ALICE, 1000n);
    const outcome = await call(new Uint8Array(0), { value: 77n });
    assert.equal(outcome.status, 'success');
    const u64 = (value: number): string => value.toString(16).padStart(2, '0').padEnd(16, '0');
    assert.equal(
      toHex(outcome.status === 'success' ? outcome.output : new Uint8Array(0)),
      `0x${u64(1)}${u64(2)}${u64(3)}${u64(4)}${WORD(5n)}${'06'.repeat(20)}${WORD(5n)}${'a1'.repeat(20)}${'a1'.repeat(20)}${WORD(77n)}${toHex(address).slice(2)}${WORD(77n)}010000000000000000000000`,
    );
    assert.equal(await world.balanceOf(ALICE), 923n);
    assert.equal(await world.balanceOf(address), 77n);
  });

  forEachMachine('refuse value that the caller does not have', async (backend) => {
    const { world, call } = await guestWorld(backend, guest(''));
    await world.setBalance(BOB, 5n);
    const outcome = await call(new Uint8Array(0), { value: 6n, caller: BOB, gasLimit: 1000n });
    assert.deepEqual(printOutcome(outcome), { status: 'trap', trap: 'InsufficientBalance', gasUsed: 1000n });
    assert.equal(await world.balanceOf(BOB), 5n);
  });

  const math: readonly [string, readonly bigint[], bigint][] = [
    ['math_div', [100n, 7n], 14n],
    ['math_div', [100n, 0n], 0n],
    ['math_mod', [100n, 7n], 2n],
    ['math_mod', [100n, 0n], 0n],
    ['math_pow', [3n, 200n], 3n ** 200n % 2n ** 256n],
    ['math_pow', [2n, 2n ** 256n - 1n], 0n],
    ['math_add_mod', [2n ** 256n - 1n, 2n, 10n], (2n ** 256n + 1n) % 10n],
    ['math_add_mod', [1n, 2n, 0n], 0n],
    ['math_mul_mod', [2n ** 256n - 1n, 2n ** 255n, 1_000_007n], ((2n ** 256n - 1n) * 2n ** 255n) % 1_000_007n],
    ['math_mul_mod', [1n, 2n, 0n], 0n],
  ];
  for (const [name, operands, expected] of math) {
    forEachMachine(
      `${name}(${operands.map((n) => n.toString(16)).join(', ')}) is the EVM's result`,
      async (backend) => {
        const data = operands.map((operand, i) => `(data (i32.const ${32 * i}) "${watWord(operand)}")`).join(' ');
        const pointers = operands.map((_, i) => `(i32.const ${32 * i})`).join(' ');
        const { call } = await guestWorld(backend, guest(`(call $${name} ${pointers})`, 32, data));
        const outcome = await call();
        assert.equal(outcome.status === 'success' && toHex(outcome.output), `0x${WORD(expected)}`);
      },
    );
  }

  forEachMachine(
    'keep storage writes in the cache until they are flushed, and lose them otherwise',
    async (backend) => {
      const body = (flush: string): string =>
        guest(
          `(i32.store8 (i32.const 127) (i32.const 9))
         (call $storage_cache_bytes32 (i32.const 64) (i32.const 96)) ${flush}
         (call $storage_load_bytes32 (i32.const 64) (i32.const 0))`,
        );
      for (const [flush, slots] of [
        ['', 0],
        ['(call $storage_flush_cache (i32.const 0))', 1],
      ] as const) {
        const { world, address, call } = await guestWorld(backend, body(flush));
        const outcome = await call();
        assert.equal(outcome.status === 'success' && toHex(outcome.output), `0x${WORD(9n)}`);
        assert.equal((await world.storageOf(address)).length, slots);
      }
    },
  );

  forEachMachine('clear a slot by writing zero', async (backend) => {
    const { world, address, call } = await guestWorld(
      backend,
      guest(`(call $storage_cache_bytes32 (i32.const 64) (i32.const 1024)) (call $storage_flush_cache (i32.const 1))`),
    );
    await call(new Uint8Array(32).fill(1));
    assert.equal((await world.storageOf(address)).length, 1);
    await call(new Uint8Array(32));
    assert.deepEqual(await world.storageOf(address), []);
  });

  forEachMachine('forget transient storage when the outermost call ends', async (backend) => {
    const { call } = await guestWorld(
      backend,
      guest(
        `(call $transient_load_bytes32 (i32.const 64) (i32.const 0))
             (call $transient_store_bytes32 (i32.const 64) (i32.const 1024))
             (call $transient_load_bytes32 (i32.const 64) (i32.const 32))`,
        64,
      ),
    );
    const expected = `0x${WORD(0n)}${'07'.repeat(32)}`;
    for (let i = 0; i < 2; i++) {
      const outcome = await call(new Uint8Array(32).fill(7));
      assert.equal(outcome.status === 'success' && toHex(outcome.output), expected);
    }
  });

  forEachMachine('emit events with their topics, and none after a revert', async (backend) => {
    const source = guest('(call $emit_log (i32.const 1024) (i32.const 66) (i32.const 2))', 0).replace(
      '(i32.const 0)))',
      '(i32.load8_u (i32.const 1024))))',
    );
    const { address, call } = await guestWorld(backend, source);
    const input = new Uint8Array(66).fill(0);
    input[31] = 1;
    input[63] = 2;
    input[64] = 0xaa;
    input[65] = 0xbb;
    const outcome = await call(input);
    assert.deepEqual((printOutcome(outcome) as { events?: unknown }).events, [
      { address: toHex(address), topics: [`0x${WORD(1n)}`, `0x${WORD(2n)}`], data: '0xaabb' },
    ]);
    input[0] = 1;
    assert.equal((await call(input)).status, 'revert');
  });

  const hostile: readonly [string, string, TrapCode][] = [
    [
      'read_args to the last byte of a pointer that wraps',
      '(call $read_args (i32.const -1))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'write_result of a length that wraps',
      '(call $write_result (i32.const 8) (i32.const -4))',
      TrapCode.HostArgumentInvalid,
    ],
    [
      'write_result beyond the end',
      '(call $write_result (i32.const 65535) (i32.const 2))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'storage_load to a key beyond the end',
      '(call $storage_load_bytes32 (i32.const 65505) (i32.const 0))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'storage_load into the end',
      '(call $storage_load_bytes32 (i32.const 0) (i32.const 65505))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'emit_log with five topics',
      '(call $emit_log (i32.const 0) (i32.const 160) (i32.const 5))',
      TrapCode.HostArgumentInvalid,
    ],
    [
      'emit_log with fewer bytes than topics',
      '(call $emit_log (i32.const 0) (i32.const 31) (i32.const 1))',
      TrapCode.HostArgumentInvalid,
    ],
    [
      'emit_log with a negative topic count',
      '(call $emit_log (i32.const 0) (i32.const 31) (i32.const -1))',
      TrapCode.HostArgumentInvalid,
    ],
    [
      'keccak of memory it does not have',
      '(call $native_keccak256 (i32.const 65000) (i32.const 1000) (i32.const 0))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'keccak to a bad pointer',
      '(call $native_keccak256 (i32.const 0) (i32.const 0) (i32.const -32))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'call_contract with a bad address pointer',
      '(drop (call $call_contract (i32.const -5) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1) (i32.const 0)))',
      TrapCode.HostPointerOutOfBounds,
    ],
    [
      'call_contract with too much calldata',
      '(drop (call $call_contract (i32.const 0) (i32.const 0) (i32.const 131073) (i32.const 0) (i64.const -1) (i32.const 0)))',
      TrapCode.HostArgumentInvalid,
    ],
    [
      'math_div with a bad divisor pointer',
      '(call $math_div (i32.const 0) (i32.const 65530))',
      TrapCode.HostPointerOutOfBounds,
    ],
  ];
  for (const [title, body, code] of hostile) {
    forEachMachine(`trap on ${title}`, async (backend) => {
      const { call } = await guestWorld(backend, guest(body));
      // Enough to pay for 4 GiB, so that the pointer is what fails.
      const gasLimit = 1n << 40n;
      const outcome = await call(new Uint8Array(0), { gasLimit });
      assert.deepEqual({ ...outcome }, { status: 'trap', code, gasUsed: gasLimit });
    });
  }

  forEachMachine('accept an empty range at the very end of memory', async (backend) => {
    const { call } = await guestWorld(backend, guest('(call $write_result (i32.const 65536) (i32.const 0))', 0));
    assert.equal((await call()).status, 'success');
  });

  forEachMachine('end the call early with what was written', async (backend) => {
    for (const [status, expected] of [
      [0, 'success'],
      [1, 'revert'],
      [-1, 'revert'],
    ] as const) {
      const { call } = await guestWorld(
        backend,
        guest(
          `(i32.store8 (i32.const 0) (i32.const 5)) (call $write_result (i32.const 0) (i32.const 1)) (call $exit_early (i32.const ${status})) unreachable`,
        ),
      );
      const outcome = await call();
      assert.equal(outcome.status, expected);
      assert.equal(toHex((outcome as { output: Uint8Array }).output), '0x05');
    }
  });

  forEachMachine('show the same gas left to the guest on every machine', async (backend) => {
    const { call } = await guestWorld(
      backend,
      guest('(i64.store (i32.const 0) (call $evm_gas_left)) (i64.store (i32.const 8) (call $evm_ink_left))', 16),
    );
    const outcome = await call(new Uint8Array(0), { gasLimit: 100_000n });
    // read_args 60 + its call and operand 2; then 40 for the first look and, after a store, 40 for the second.
    const view = new DataView((outcome.status === 'success' ? outcome.output : new Uint8Array(16)).slice().buffer);
    assert.equal(view.getBigUint64(0, true), 100_000n - 62n - 42n);
    assert.equal(view.getBigUint64(8, true), 100_000n - 62n - 42n - 43n);
  });
});
