import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { accounts } from '../../contracts/accounts.ts';
import { encodeCall, encodeConstructor } from '../../contracts/call-codec.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { readCase } from '../../contracts/read-case.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { contractCode } from '../../harness/subjects/contract-code.ts';
import { AMPLE_GAS } from '../support/guest-world.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const deployer = fromHex(accounts['deployer'] as string);
const alice = accounts['alice'] as string;
const order = [alice, '7', true];
const note = ['0x01020304', 'a text of more than thirty-two bytes', ['1', '65535']];
const batch = ['-5', order, [note, ['0x05060708', '', []]], ['1', '2', '3'], '0x010203'];

/** A call of each kind of reading: eager, when it is read, and copied. */
const calls = [
  ['sameNote', [note]],
  ['sameBatch', [batch]],
  ['notional', [[order, order]]],
  ['lengths', [[['1', '2'], [], ['3']]]],
  ['reversed', [['0x01', '0x', '0x020304']]],
  ['pick', [[alice, alice], '1']],
  [
    'transposed',
    [
      [
        ['1', '2', '3'],
        ['4', '5', '6'],
      ],
    ],
  ],
  ['priceOf', [order]],
  ['markOf', [batch, '0', '1']],
  ['textOf', [[note, note], '1']],
  ['blobOf', [batch]],
  ['fixedRow', [[['1'], ['2', '3']], '1', '0']],
  ['cell', [[['1'], ['2', '3']], '1', '0']],
  ['forwarded', [['0x01', '0x0203'], [order]]],
  ['whole', [batch]],
  ['copied', [batch]],
  ['copiedNotes', [batch]],
  ['copiedRow', [[['1', '2'], ['3']], '0']],
  ['copiedRows', [[['1', '2'], ['3']]]],
  ['copiedOrders', [[order, order]]],
  ['copiedFlags', [[true, false, true]]],
  ['copiedMarks', [['1', '2']]],
  ['copiedAccounts', [[alice]]],
] as const;

const word = (value: bigint) => BigInt.asUintN(256, value).toString(16).padStart(64, '0');
/** What no caller means: dirty, too long, before the start, just before what the decoders can still add to. */
const hostile = [
  -1n,
  -32n,
  -36n,
  1n << 255n,
  (1n << 255n) + 100n,
  1n << 64n,
  (1n << 64n) - 1n,
  1n << 59n,
  1n << 40n,
  33n,
  2n,
];

/** The call with each of its words replaced, and cut off at each. */
function damaged(input: Uint8Array): readonly Uint8Array[] {
  const text = toHex(input).replace('0x', '');
  const all: Uint8Array[] = [input];
  for (let start = 8; start < text.length; start += 64) {
    all.push(fromHex(`0x${text.slice(0, start + 62)}`));
    for (const value of hostile) all.push(fromHex(`0x${text.slice(0, start)}${word(value)}${text.slice(start + 64)}`));
  }
  return all;
}

function print(outcome: Outcome): string {
  return outcome.status === 'trap' ? 'trap' : `${outcome.status} ${toHex(outcome.output)}`;
}

async function deploy(
  backend: Backend,
  contract: ContractCase,
  value: bigint,
): Promise<{ readonly world: World; readonly to: Uint8Array }> {
  const world = await backend.createWorld();
  await world.setBalance(deployer, 1_000_000n);
  const input = encodeConstructor(contract.abi, contract.constructorArgs);
  const program = await backend.prepare(contractCode(contract));
  const { address } = await world.deploy(program, { deployer, value, input, gasLimit: AMPLE_GAS });
  assert.ok(address !== undefined);
  return { world, to: address };
}

describe('the C++ SDK beside solc', () => {
  let contract: ContractCase;
  let backends: readonly Backend[];

  before(async () => {
    contract = await readCase(at('../fixtures/composite-types'));
    backends = [createWasmBackend(), await createEvmBackend()];
  });

  for (const [method, args] of calls) {
    it(`refuses of ${method} what solc refuses, wherever the call data is damaged`, async () => {
      const inputs = damaged(encodeCall(contract.abi, { method, args }));
      const results = [];
      for (const backend of backends) {
        const { world, to } = await deploy(backend, contract, 0n);
        const messages = inputs.map((input) => ({ caller: deployer, to, value: 0n, input, gasLimit: AMPLE_GAS }));
        results.push((await world.callMany(messages)).map(print));
      }
      const [here = [], there = []] = results;
      assert.match(here[0] as string, /^success/);
      for (const [i, input] of inputs.entries()) assert.equal(here[i], there[i], toHex(input));
    });
  }

  it('lets a payable constructor take value', async () => {
    for (const backend of backends) {
      const { world, to } = await deploy(backend, contract, 1234n);
      const input = encodeCall(contract.abi, { method: 'total', args: [] });
      const outcome = await world.call({ caller: deployer, to, value: 0n, input, gasLimit: AMPLE_GAS });
      // The value, and of the manifest's arguments a price of 7, two marks, five characters and a limit of 5.
      assert.equal(print(outcome), `success ${`0x${word(1234n + 7n + 2n + 5n + 5n)}`}`, backend.name);
      assert.equal(await world.balanceOf(to), 1234n, backend.name);
    }
  });
});

describe('what the C++ SDK does not know', () => {
  const toolchain = at('../../contracts/toolchain');
  type Compile = (toolchain: string, name: string, files: object, sdk: object) => Promise<Uint8Array>;
  let compile: (lines: string) => Promise<string>;

  before(async function () {
    if (!existsSync(`${toolchain}/node_modules/@yowasp/clang`)) this.skip();
    const load = async (name: string) => import(new URL(`../../contracts/compile/${name}`, import.meta.url).href);
    const { compileCpp } = (await load('cpp.mjs')) as { readonly compileCpp: Compile };
    const { readCppSdk } = (await load('source-texts.mjs')) as { readonly readCppSdk: () => object };
    compile = async (lines) => {
      const source = `#include "sdk/contract.hpp"\n#include "sdk/stored_struct.hpp"\n#include "sdk/composite.hpp"\n${lines}`;
      try {
        await compileCpp(toolchain, 't.cpp', { 't.cpp': source }, readCppSdk());
        return 'compiles';
      } catch (error) {
        return (error as Error).message.split('\n').find((line) => line.includes('error:')) ?? '';
      }
    };
  });

  const rows = [
    ['a type that Solidity lacks', 'uint256 f(float x) { return uint64_t(x); }', /none of Solidity's: take those of/],
    [
      'a member that Solidity lacks',
      'struct S { uint256 a; int b; }; uint256 f(S x) { return x.a; }',
      /requirement 'detail::never<int>': this C\+\+ type is none of/,
    ],
    [
      'an array of arrays without its header',
      'uint256 f(array<bytes> x) { return x.size; }',
      /include sdk\/calldata\.hpp/,
    ],
    [
      'a key of a mapping without its header',
      'constexpr mapping<string, uint256> m{0}; uint256 f(string x) { return m[x]; }',
      /include sdk\/stored_bytes\.hpp for keys/,
    ],
    [
      'a string in storage without its header',
      'constexpr stored<string> s{0}; uint256 f() { s.clear(); return 1; }',
      /include sdk\/stored_bytes\.hpp for bytes and string/,
    ],
    [
      'a struct with a mapping that is copied',
      'struct S { uint256 a; mapping<uint256, uint256> b; }; constexpr stored<S> s{0}; uint256 f() { return s.get().a; }',
      /a struct with a mapping is not copied as a whole/,
    ],
    [
      'a packed variable that crosses the end of its slot',
      'constexpr packed<uint64_t> x{0, 30}; uint256 f() { return x.get(); }',
      /must be initialized by a constant expression/,
    ],
  ] as const;
  for (const [what, lines, message] of rows) {
    it(`is said in the first line: ${what}`, async () => {
      assert.match(
        await compile(`using namespace trimeter;\nnamespace {\n${lines}\n}\nTRIMETER_CONTRACT(view<"f", f>)\n`),
        message,
      );
    });
  }
});
