import assert from 'node:assert/strict';
import { accounts } from '../../contracts/accounts.ts';
import { encodeCall, encodeConstructor } from '../../contracts/call-codec.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { portLanguages } from '../../contracts/port-language.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { concatBytes, fromHex } from '../../engine/bytes.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { contractCode } from '../../harness/subjects/contract-code.ts';
import { AMPLE_GAS } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';

const deployer = fromHex(accounts['deployer'] as string);
/** Around the length up to which a string shares a slot with its length. */
const lengths = [0, 1, 31, 32, 33, 64, 100];

/** What deploying with this input and asking for name and symbol comes to. */
async function deployed(backend: Backend, contract: ContractCase, input: Uint8Array): Promise<unknown> {
  const world = await backend.createWorld();
  const program = await backend.prepare(contractCode(contract));
  const { address: to, outcome } = await world.deploy(program, { deployer, value: 0n, input, gasLimit: AMPLE_GAS });
  const outcomes: Outcome[] = [outcome];
  for (const method of ['name', 'symbol']) {
    if (to === undefined) break;
    const call = encodeCall(contract.abi, { method, args: [] });
    outcomes.push(await world.call({ caller: deployer, to, value: 0n, input: call, gasLimit: AMPLE_GAS }));
  }
  return {
    // The output of a successful deployment is code on the EVM, and gas is each machine's own.
    outcomes: outcomes.map((each, i) => ({
      ...printOutcome(each),
      gasUsed: '',
      ...(i === 0 && each.status === 'success' && { output: '' }),
    })),
    storage: to === undefined ? [] : await world.storageOf(to),
    state: await world.stateDigest(),
  };
}

describe('erc20 and its ports', () => {
  let contract: ContractCase;
  let evm: Backend;
  let guests: readonly Backend[];

  before(async () => {
    contract = await readBundledCase('erc20');
    evm = await createEvmBackend();
    guests = [createWasmBackend(), ...portLanguages.map((language) => portedBackend(createWasmBackend(), language))];
  });

  it('keep names of any length in the slots where Solidity keeps them', async () => {
    for (const length of lengths) {
      const input = encodeConstructor(contract.abi, ['n'.repeat(length), 's'.repeat(lengths.length + length), '7']);
      const expected = await deployed(evm, contract, input);
      for (const guest of guests) {
        assert.deepEqual(await deployed(guest, contract, input), expected, `${length} bytes on ${guest.name}`);
      }
    }
  });

  it('refuse constructor arguments that are not all there, without data', async () => {
    const whole = encodeConstructor(contract.abi, ['name', 'SYM', '7']);
    const cut = [0, 31, 95, 96, 127, 128, 130, 160, 191, 192].map((length) => whole.subarray(0, length));
    const astray = [0, 32, 96].flatMap((at) =>
      [0x40, 0xff].map((byte) =>
        concatBytes([whole.subarray(0, at + 31), Uint8Array.of(byte), whole.subarray(at + 32)]),
      ),
    );
    for (const input of [...cut, ...astray]) {
      const expected = await deployed(evm, contract, input);
      for (const guest of guests) assert.deepEqual(await deployed(guest, contract, input), expected, guest.name);
    }
  });
});
