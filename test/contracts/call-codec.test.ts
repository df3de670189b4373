import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Abi } from 'ox';
import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import {
  decodeEvent,
  decodeOutput,
  decodeRevert,
  encodeCall,
  encodeConstructor,
  type PrintedValue,
} from '../../contracts/call-codec.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const word = (value: bigint | number): string => BigInt.asUintN(256, BigInt(value)).toString(16).padStart(64, '0');

/** A method `m` that takes and returns these types. */
function abiOf(...types: readonly string[]): Abi.Abi {
  const parameters = types.map((type, i) => ({ type, name: `p${i}` }));
  return [{ type: 'function', name: 'm', stateMutability: 'view', inputs: parameters, outputs: parameters }];
}

/** What comes back when the encoded arguments of `m` are returned. */
function roundTrip(types: readonly string[], args: readonly ArgumentText[]): readonly PrintedValue[] | undefined {
  const abi = abiOf(...types);
  return decodeOutput(abi, 'm', encodeCall(abi, { method: 'm', args }).slice(4));
}

const token: Abi.Abi = [
  {
    type: 'constructor',
    stateMutability: 'nonpayable',
    inputs: [
      { type: 'string', name: 'name' },
      { type: 'uint256', name: 'supply' },
    ],
  },
  {
    type: 'function',
    name: 'transfer',
    stateMutability: 'nonpayable',
    inputs: [
      { type: 'address', name: 'to' },
      { type: 'uint256', name: 'value' },
    ],
    outputs: [{ type: 'bool', name: '' }],
  },
  { type: 'function', name: 'get', stateMutability: 'view', inputs: [], outputs: [] },
  { type: 'function', name: 'get', stateMutability: 'view', inputs: [{ type: 'uint8', name: 'i' }], outputs: [] },
  {
    type: 'event',
    name: 'Transfer',
    inputs: [
      { type: 'address', name: 'from', indexed: true },
      { type: 'uint256', name: 'value' },
      { type: 'address', name: 'to', indexed: true },
      { type: 'string', name: 'memo', indexed: true },
    ],
  },
  { type: 'error', name: 'Insufficient', inputs: [{ type: 'address', name: 'owner' }, { type: 'uint256' }] },
];

// keccak256("Transfer(address,uint256,address,string)")
const id = bytes('cbd1827284b32d939608204f713a98a6bb85f7df881a00f36ac5eca9042d7325');

describe('encodeCall', () => {
  it('puts the selector before the words', () => {
    const input = encodeCall(token, { method: 'transfer', args: ['bob', '1000'] });
    assert.equal(hex(input), `a9059cbb${word(0xb0b)}${word(1000)}`);
  });

  it('takes the full signature, and needs it for an overloaded method', () => {
    assert.equal(hex(encodeCall(token, { method: 'get()', args: [] })), '6d4ce63c');
    assert.equal(encodeCall(token, { method: 'get(uint8)', args: [7] }).length, 36);
    assert.throws(() => encodeCall(token, { method: 'get', args: [] }), /^InputRejected: get: is overloaded/);
  });

  it('encodes dynamic types as the ABI specification does in its examples', () => {
    // https://docs.soliditylang.org/en/latest/abi-spec.html#examples: sam("dave", true, [1,2,3])
    const abi: Abi.Abi = [
      {
        type: 'function',
        name: 'sam',
        stateMutability: 'pure',
        inputs: [{ type: 'bytes' }, { type: 'bool' }, { type: 'uint256[]' }],
        outputs: [],
      },
    ];
    const input = encodeCall(abi, { method: 'sam', args: ['0x64617665', true, [1, 2, 3]] });
    const dave = '64617665'.padEnd(64, '0');
    assert.equal(
      hex(input),
      `a5643bf2${word(0x60)}${word(1)}${word(0xa0)}${word(4)}${dave}${word(3)}${word(1)}${word(2)}${word(3)}`,
    );
  });

  it('returns what it was given, for every width of integer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (size, value) => {
        const unsigned = BigInt.asUintN(8 * size, value);
        const signed = BigInt.asIntN(8 * size, value);
        const types = [`uint${8 * size}`, `int${8 * size}`];
        assert.deepEqual(roundTrip(types, [`0x${unsigned.toString(16)}`, String(signed)]), [
          String(unsigned),
          String(signed),
        ]);
      }),
      { numRuns: 200 },
    );
  });

  it('returns what it was given, for nested types', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.uint8Array({ maxLength: 70 }),
        fc.array(fc.array(fc.boolean(), { minLength: 2, maxLength: 2 })),
        (text, raw, flags) => {
          const args = [text, `0x${hex(raw)}`, flags, '0x01020304'];
          assert.deepEqual(roundTrip(['string', 'bytes', 'bool[2][]', 'bytes4'], args), args);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('takes tuples as lists and prints them as objects', () => {
    const tuple = {
      type: 'tuple[]',
      name: 'orders',
      components: [
        { type: 'address', name: 'maker' },
        { type: 'uint8', name: 'kind' },
      ],
    } as const;
    const abi: Abi.Abi = [{ type: 'function', name: 'm', stateMutability: 'view', inputs: [tuple], outputs: [tuple] }];
    const output = encodeCall(abi, { method: 'm', args: [[['alice', 3]]] }).slice(4);
    assert.deepEqual(decodeOutput(abi, 'm', output), [[{ maker: accounts['alice'], kind: '3' }]]);
    assert.throws(
      () => encodeCall(abi, { method: 'm', args: [[['alice', 256]]] }),
      /m: orders\[0\]: kind: 256 does not fit/,
    );
  });

  const refused: readonly (readonly [string, ArgumentText, RegExp])[] = [
    ['uint8', 256, /m: p0: 256 does not fit uint8$/],
    ['uint8', -1, /-1 does not fit uint8$/],
    ['int8', '128', /"128" does not fit int8$/],
    ['int8', '-129', /"-129" does not fit int8$/],
    ['uint256', (2n ** 256n).toString(), /does not fit uint256$/],
    [
      'uint256',
      '9'.repeat(100_000),
      /uint256 is written as a decimal or 0x string, or a safe integer, got "9{56}\.\.\.$/,
    ],
    ['uint256', '', /written as a decimal or 0x string, .* got ""$/],
    ['uint256', ' 1', /got " 1"$/],
    ['uint256', '1e3', /got "1e3"$/],
    ['uint256', 2 ** 53, /got 9007199254740992$/],
    ['uint256', 0.5, /got 0\.5$/],
    ['uint256', true, /got true$/],
    ['bool', 1, /bool is written as true or false, got 1$/],
    ['bool', 'True', /got "True"$/],
    ['string', 1, /string is written as a string, got 1$/],
    ['bytes', 'abcd', /bytes is written as a 0x string .*, got "abcd"$/],
    ['bytes', '0xabc', /got "0xabc"$/],
    ['bytes4', '0x010203', /bytes4 has 4 bytes, got 3$/],
    ['address', 'mallory', /p0: expected 0x and 40 hex digits, or one of deployer,.* got "mallory"$/],
    ['address', 'toString', /got "toString"$/],
    ['address', '0x01', /got "0x01"$/],
    ['address', 7, /address is written as a 0x string or an account name, got 7$/],
    ['uint8[]', 1, /uint8\[\] is written as a list of as many items, got 1$/],
    ['uint8[2]', [1], /uint8\[2\] is written as a list of as many items, got \[1\]$/],
    ['uint8[]', [1, 'x'], /m: p0\[1\]: uint8 is written as/],
    ['function', '0x', /arguments of type function cannot be written$/],
  ];
  for (const [type, value, message] of refused) {
    it(`refuses ${JSON.stringify(value).slice(0, 40)} for ${type}`, () => {
      assert.throws(
        () => encodeCall(abiOf(type), { method: 'm', args: [value] }),
        (error) => {
          assert(error instanceof InputRejected, String(error));
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('refuses too many and too few arguments', () => {
    assert.throws(
      () => encodeCall(token, { method: 'transfer', args: ['bob'] }),
      /transfer: expected 2 arguments \(address to, uint256 value\), got 1$/,
    );
  });
});

describe('encodeConstructor', () => {
  it('has no selector', () => {
    const text = Buffer.from('T').toString('hex').padEnd(64, '0');
    assert.equal(hex(encodeConstructor(token, ['T', 5])), `${word(0x40)}${word(5)}${word(1)}${text}`);
  });

  it('is empty where there is none', () => {
    assert.equal(encodeConstructor([], []).length, 0);
    const lists: Abi.Abi = [
      { type: 'constructor', stateMutability: 'payable', inputs: [{ type: 'uint256[][]', name: 'a' }] },
    ];
    for (const none of [null, {}, [null]] as unknown as readonly ArgumentText[]) {
      assert.throws(() => encodeConstructor(lists, [none]), /is written as a list of as many items, got /);
    }
    assert.throws(() => encodeConstructor([], [1]), /^InputRejected: constructor: expected 0 arguments/);
  });
});

describe('resolveAddress', () => {
  it('knows the accounts', () => {
    for (const [name, address] of Object.entries(accounts)) assert.equal(resolveAddress(name), address);
  });

  it('verifies a checksum where there is one', () => {
    // An example of EIP-55.
    const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
    assert.equal(resolveAddress(address), address.toLowerCase());
    assert.equal(resolveAddress(address.toLowerCase()), address.toLowerCase());
    assert.throws(() => resolveAddress(address.replace('aA', 'aa')), /has a wrong checksum$/);
  });
});

describe('decodeRevert', () => {
  it('prints a custom error', () => {
    assert.deepEqual(decodeRevert(token, bytes(`cf1813e4${word(0xb0b)}${word(9)}`)), {
      name: 'Insufficient',
      args: [
        { name: 'owner', value: accounts['bob'] },
        { name: '1', value: '9' },
      ],
    });
  });

  it('prints the errors of solc', () => {
    const no = Buffer.from('no').toString('hex').padEnd(64, '0');
    assert.deepEqual(decodeRevert([], bytes(`08c379a0${word(32)}${word(2)}${no}`)), {
      name: 'Error',
      args: [{ name: 'message', value: 'no' }],
    });
    assert.deepEqual(decodeRevert([], bytes(`4e487b71${word(0x11)}`)), {
      name: 'Panic',
      args: [{ name: 'code', value: '17' }],
    });
  });

  it('gives nothing for bytes that are no error', () => {
    for (const data of ['', '4e487b', '4e487b71', '4e487b7100', 'ffffffff', `08c379a0${word(32)}${word(3)}00`]) {
      assert.equal(decodeRevert(token, bytes(data)), undefined, data);
    }
  });
});

describe('decodeEvent', () => {
  it('prints arguments in the order of their declaration, and the hash of an indexed string', () => {
    const topics = [id, bytes(word(0xb0b)), bytes(word(0xa11ce)), bytes(word(77))];
    assert.deepEqual(decodeEvent(token, topics, bytes(word(12))), {
      name: 'Transfer',
      args: [
        { name: 'from', value: accounts['bob'] },
        { name: 'value', value: '12' },
        { name: 'to', value: accounts['alice'] },
        { name: 'memo', value: `0x${word(77)}` },
      ],
    });
  });

  it('gives nothing for another event, for missing topics and for short data', () => {
    const topics = [id, bytes(word(1)), bytes(word(2)), bytes(word(3))];
    assert.equal(decodeEvent(token, [], bytes('')), undefined);
    assert.equal(decodeEvent(token, [bytes(word(1))], bytes('')), undefined);
    assert.equal(decodeEvent(token, topics.slice(0, 3), bytes(word(12))), undefined);
    assert.equal(decodeEvent(token, topics, bytes('00')), undefined);
  });
});

describe('the decoders', () => {
  it('never throw, whatever a guest returns', () => {
    const types = ['string', 'uint256[]', 'bytes', 'bool', 'address', 'string[][]', 'uint8'];
    const words = fc.array(fc.constantFrom(0n, 1n, 32n, 64n, 2n ** 31n, 2n ** 64n, 2n ** 256n - 1n), { maxLength: 12 });
    fc.assert(
      fc.property(fc.shuffledSubarray(types), words, fc.uint8Array({ maxLength: 40 }), (chosen, heads, rest) => {
        const output = bytes(`${heads.map(word).join('')}${hex(rest)}`);
        decodeOutput(abiOf(...chosen), 'm', output);
        decodeEvent(token, [id, id, id, id], output);
        decodeRevert(token, bytes(`08c379a0${hex(output)}`));
        decodeRevert(token, output);
      }),
      { numRuns: 500 },
    );
  });
});
