import assert from 'node:assert/strict';
import { accountIdOf, addressOf } from '../../engine/abi/seal/account-id.ts';
import { sealHostCosts } from '../../engine/abi/seal/host-costs.ts';
import { ReturnCode, SENTINEL } from '../../engine/abi/seal/return-code.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { defaultBlock } from '../../engine/context.ts';
import { GuestExit, GuestTrap } from '../../engine/guest-exit.ts';
import { TrapCode, trapName } from '../../engine/outcome.ts';
import { type SealHost, sealHost } from './seal-host.ts';

const MEMORY_BYTES = 65_536;
/** Where the tests keep a buffer's capacity, the buffer, and things to read. */
const LENGTH = 0;
const BUFFER = 256;
const DATA = 4096;
const FAR = MEMORY_BYTES - 4;

function traps(code: TrapCode, body: () => unknown): void {
  assert.throws(body, (error) => {
    assert.ok(error instanceof GuestTrap, String(error));
    assert.equal(trapName(error.code), trapName(code));
    return true;
  });
}

/** Calls a function with a buffer of `capacity` bytes behind its last two arguments, and returns what it wrote there. */
function output(host: SealHost, name: string, capacity: number, ...args: (number | bigint)[]): string {
  host.writeU32(LENGTH, capacity);
  host.call(name, ...args, BUFFER, LENGTH);
  return toHex(host.memory.slice(BUFFER, BUFFER + host.readU32(LENGTH)));
}

describe('ink! host functions', () => {
  it('all have a price, and every price has a function', () => {
    const names = sealAbi.hostFunctions.map(({ module, name }) => `${module}.${name}`);
    assert.deepEqual(names.toSorted(), Object.keys(sealHostCosts).toSorted());
    assert.equal(new Set(names).size, names.length);
  });

  it('tell message, block and balances in little-endian', () => {
    const host = sealHost({
      caller: new Uint8Array(20).fill(1),
      self: new Uint8Array(20).fill(2),
      value: 0x0102n,
      block: { ...defaultBlock, number: 7n, timestamp: 2n, baseFee: 3n },
    });
    host.frame.state.setWei(host.frame.account, 0x0304n);
    assert.equal(output(host, 'seal0.caller', 32), `0x${'01'.repeat(20)}${'ee'.repeat(12)}`);
    assert.equal(output(host, 'seal0.address', 32), `0x${'02'.repeat(20)}${'ee'.repeat(12)}`);
    assert.equal(output(host, 'seal0.value_transferred', 16), `0x${'0201'.padEnd(32, '0')}`);
    assert.equal(output(host, 'seal0.balance', 16), `0x${'0403'.padEnd(32, '0')}`);
    assert.equal(output(host, 'seal0.minimum_balance', 16), `0x${'0'.repeat(32)}`);
    assert.equal(output(host, 'seal0.now', 8), '0xd007000000000000');
    assert.equal(output(host, 'seal0.block_number', 4), '0x07000000');
    assert.equal(output(host, 'seal0.weight_to_fee', 16, 5n), `0x${'0f'.padEnd(32, '0')}`);
    assert.equal(host.gasUsed(), 8n * 80n);
  });

  it('charge before gas_left looks at the counter', () => {
    const host = sealHost({ gas: 0x1000n });
    assert.equal(output(host, 'seal0.gas_left', 8), '0xb00f000000000000');
    assert.equal(host.gasUsed(), 80n);
  });

  it('trap rather than tell an amount that does not fit', () => {
    const host = sealHost({ value: 1n << 128n, block: { ...defaultBlock, number: 1n << 32n } });
    traps(TrapCode.HostArgumentInvalid, () => output(host, 'seal0.value_transferred', 32));
    traps(TrapCode.HostArgumentInvalid, () => output(host, 'seal0.block_number', 32));
  });

  it('know their own code hash in a constructor too, where the account has no code yet', () => {
    assert.equal(output(sealHost(), 'seal0.own_code_hash', 32), `0x${'ab'.repeat(32)}`);
  });

  it('write what fits and its length, and leave the rest of a buffer alone', () => {
    const host = sealHost({ input: Uint8Array.of(1, 2, 3) });
    host.memory.fill(0xff);
    assert.equal(output(host, 'seal0.input', 4), '0x010203');
    assert.equal(host.memory[BUFFER + 3], 0xff);
    assert.equal(host.gasUsed(), 83n);
  });

  it('trap on a buffer that is too small before anything is written', () => {
    const host = sealHost({ input: Uint8Array.of(1, 2, 3) });
    traps(TrapCode.HostArgumentInvalid, () => output(host, 'seal0.input', 2));
    assert.equal(host.memory[BUFFER], 0);
    assert.equal(host.readU32(LENGTH), 2);
  });

  it('trap on pointers outside the memory, also those that would wrap', () => {
    const input = Uint8Array.of(1, 2, 3, 4, 5);
    for (const [buffer, length] of [
      [FAR, LENGTH],
      [-1, LENGTH],
      [BUFFER, MEMORY_BYTES - 3],
      [BUFFER, -4],
      [SENTINEL | 0, LENGTH],
    ] as const) {
      const host = sealHost({ input });
      host.writeU32(LENGTH, 100);
      host.memory.fill(0x7f, MEMORY_BYTES - 8);
      traps(TrapCode.HostPointerOutOfBounds, () => host.call('seal0.input', buffer, length));
    }
  });

  it('run out of gas before they look at what is priced', () => {
    const host = sealHost({ gas: 10_000n });
    traps(TrapCode.OutOfGas, () => host.call('seal0.hash_keccak_256', 0, -1, 0));
    traps(TrapCode.OutOfGas, () => host.call('seal2.set_storage', 0, 1, 0, -1));
  });
});

describe('ink! storage', () => {
  const key = [DATA, 3] as const;

  function set(host: SealHost, value: readonly number[]): unknown {
    host.memory.set(value, DATA + 64);
    return host.call('seal2.set_storage', ...key, DATA + 64, value.length);
  }

  it('tells what was there before, or that nothing was', () => {
    const host = sealHost();
    const results = [
      host.call('seal1.contains_storage', ...key),
      set(host, [9, 8]),
      host.call('seal1.contains_storage', ...key),
      set(host, []),
      host.call('seal1.contains_storage', ...key),
      host.call('seal1.clear_storage', ...key),
      host.call('seal1.clear_storage', ...key),
    ];
    assert.deepEqual(results, [SENTINEL, SENTINEL, 2, 2, 0, 0, SENTINEL]);
    assert.equal(host.frame.state.hasStorage(host.frame.account), false);
  });

  it('gives values back, also empty ones, and KeyNotFound for none', () => {
    const host = sealHost();
    assert.equal(host.call('seal1.get_storage', ...key, BUFFER, LENGTH), ReturnCode.KeyNotFound);
    assert.equal(host.gasUsed(), 303n);
    set(host, [9, 8]);
    assert.equal(host.gasUsed(), 303n + 710n);
    assert.equal(output(host, 'seal1.get_storage', 2, ...key), '0x0908');
    assert.equal(host.gasUsed(), 303n + 710n + 305n);
    set(host, []);
    assert.equal(output(host, 'seal1.get_storage', 0, ...key), '0x');
  });

  it('hands a taken value over and forgets it', () => {
    const host = sealHost();
    set(host, [5]);
    assert.equal(output(host, 'seal0.take_storage', 1, ...key), '0x05');
    assert.equal(host.call('seal0.take_storage', ...key, BUFFER, LENGTH), ReturnCode.KeyNotFound);
  });

  it('keeps keys of different lengths apart', () => {
    const host = sealHost();
    for (const length of [0, 1, 2, 128]) host.call('seal2.set_storage', DATA, length, DATA, length);
    assert.deepEqual(
      host.frame.state.storageEntries(host.frame.account).map(({ key }) => key.length),
      [0, 1, 2, 128],
    );
  });

  it('traps on keys and values that are too long, and on buffers that are too small', () => {
    const host = sealHost();
    set(host, [1, 2, 3]);
    traps(TrapCode.HostArgumentInvalid, () => host.call('seal2.set_storage', DATA, 129, DATA, 1));
    traps(TrapCode.HostArgumentInvalid, () => host.call('seal1.get_storage', DATA, 129, BUFFER, LENGTH));
    traps(TrapCode.HostArgumentInvalid, () => host.call('seal1.contains_storage', DATA, 1 << 20));
    traps(TrapCode.HostArgumentInvalid, () => host.call('seal2.set_storage', DATA, 1, 0, (128 << 10) + 1));
    traps(TrapCode.HostPointerOutOfBounds, () => host.call('seal2.set_storage', DATA, 1, FAR, 5));
    traps(TrapCode.HostPointerOutOfBounds, () => host.call('seal1.clear_storage', FAR, 5));
    traps(TrapCode.HostArgumentInvalid, () => output(host, 'seal1.get_storage', 2, ...key));
    assert.equal(host.frame.state.storageEntries(host.frame.account).length, 1);
  });

  it('is undone with everything else', () => {
    const host = sealHost();
    const { state, account } = host.frame;
    set(host, []);
    const checkpoint = state.checkpoint();
    set(host, [1]);
    host.call('seal1.clear_storage', ...key);
    state.revert(checkpoint);
    assert.deepEqual(
      state.storageEntries(account).map(({ value }) => value),
      [new Uint8Array(0)],
    );
  });
});

describe('ink! hashes', () => {
  // "abc": RFC 7693 appendix A (with 32 and 16 bytes, from its reference code), FIPS 180-4, Keccak team.
  const digests = {
    'seal0.hash_blake2_256': '0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319',
    'seal0.hash_blake2_128': '0xcf4ab791c62b8d2b2109c90275287816',
    'seal0.hash_sha2_256': '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'seal0.hash_keccak_256': '0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45',
  };

  for (const [name, digest] of Object.entries(digests)) {
    it(`${name} of "abc", also over its own input`, () => {
      const host = sealHost();
      host.memory.set(new TextEncoder().encode('abc'), DATA);
      host.call(name, DATA, 3, DATA + 1);
      assert.equal(toHex(host.memory.slice(DATA + 1, DATA + digest.length / 2)), digest);
      traps(TrapCode.HostPointerOutOfBounds, () => host.call(name, DATA, 3, MEMORY_BYTES - 15));
      traps(TrapCode.HostPointerOutOfBounds, () => host.call(name, FAR, 5, DATA));
    });
  }
});

describe('ink! results and events', () => {
  function returned(host: SealHost, flags: number): unknown {
    try {
      return host.call('seal0.seal_return', flags, DATA, 2);
    } catch (error) {
      if (error instanceof GuestExit) return error.guestReturn;
      throw error;
    }
  }

  it('bit 0 of the flags reverts, any other traps', () => {
    const host = sealHost();
    host.memory.set([7, 8], DATA);
    assert.deepEqual(returned(host, 0), { status: 'success', output: Uint8Array.of(7, 8) });
    assert.deepEqual(returned(host, 1), { status: 'revert', output: Uint8Array.of(7, 8) });
    for (const flags of [2, 3, -1]) traps(TrapCode.HostArgumentInvalid, () => returned(host, flags));
  });

  it('events carry the topics of a SCALE list and their data', () => {
    const host = sealHost();
    host.memory.set([2 << 2], DATA);
    host.memory.fill(0xaa, DATA + 1, DATA + 33);
    host.memory.fill(0xbb, DATA + 33, DATA + 65);
    host.call('seal0.deposit_event', DATA, 65, DATA + 33, 2);
    host.call('seal0.deposit_event', 0, 0, DATA, 0);
    assert.equal(host.gasUsed(), 300n + 2n * 67n + 300n);
    const address = host.frame.message.self;
    assert.deepEqual(host.frame.state.endTransaction(), [
      {
        address,
        topics: [new Uint8Array(32).fill(0xaa), new Uint8Array(32).fill(0xbb)],
        data: Uint8Array.of(0xbb, 0xbb),
      },
      { address, topics: [], data: new Uint8Array(0) },
    ]);
  });

  it('topics that are not such a list trap', () => {
    for (const [first, length] of [
      [1 << 2, 1],
      [1 << 2, 34],
      [5 << 2, 161],
      [(1 << 2) | 1, 33],
      [0, 2],
    ] as const) {
      const host = sealHost();
      host.memory[DATA] = first;
      traps(TrapCode.HostArgumentInvalid, () => host.call('seal0.deposit_event', DATA, length, DATA, 0));
    }
  });

  it('one event more than the schedule allows traps', () => {
    const host = sealHost();
    for (let i = 0; i < host.frame.schedule.events; i++) host.call('seal0.deposit_event', 0, 0, 0, 0);
    traps(TrapCode.HostArgumentInvalid, () => host.call('seal0.deposit_event', 0, 0, 0, 0));
  });

  it('debug messages go nowhere', () => {
    assert.equal(sealHost().call('seal0.debug_message', -1, 3), ReturnCode.Success);
  });
});

describe('ink! accounts', () => {
  it('an address and its account id stand for each other', () => {
    const address = new Uint8Array(20).fill(0x12);
    assert.deepEqual(addressOf(accountIdOf(address)), address);
  });

  it('any other account id stands for the end of its keccak-256', () => {
    // keccak-256 of 32 zero bytes, known as the position of the first element of a dynamic array in slot 0.
    const hash = fromHex('0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563');
    assert.deepEqual(addressOf(new Uint8Array(32)), hash.slice(12));
  });

  it('transfer moves what is covered, and nothing else', () => {
    const host = sealHost();
    const { state, account } = host.frame;
    const bob = state.account(new Uint8Array(20).fill(0xb0));
    state.setWei(account, 10n);
    host.memory.set(accountIdOf(bob.address), DATA);
    host.memory.set(accountIdOf(account.address), DATA + 32);
    const send = (to: number, wei: number) => {
      host.memory[DATA + 64] = wei;
      return host.call('seal0.transfer', to, 32, DATA + 64, 16);
    };
    assert.equal(send(DATA, 11), ReturnCode.TransferFailed);
    assert.equal(send(DATA, 4), ReturnCode.Success);
    assert.equal(send(DATA + 32, 200), ReturnCode.Success);
    assert.deepEqual([account.wei, bob.wei], [6n, 4n]);
  });

  it('nothing that changes state is possible in a static call', () => {
    const host = sealHost({ isStatic: true });
    const mutating: readonly (readonly [string, number])[] = [
      ['seal2.set_storage', 4],
      ['seal1.clear_storage', 2],
      ['seal0.take_storage', 4],
      ['seal0.deposit_event', 4],
      ['seal0.transfer', 4],
      ['seal0.set_code_hash', 1],
      ['seal1.instantiate', 11],
    ];
    for (const [name, count] of mutating) {
      const args = Array.from({ length: count }, (_, i) => (name === 'seal1.instantiate' && i === 1 ? 0n : 0));
      traps(TrapCode.StaticCallViolation, () => host.call(name, ...args));
    }
  });
});
