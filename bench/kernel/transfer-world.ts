import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { encodeCaseCall, encodeCaseConstructor } from '../../contracts/case-calls.ts';
import { readCase } from '../../contracts/read-case.ts';
import type { Batch } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { contractCode } from '../../harness/subjects/contract-code.ts';

const GAS_LIMIT = 1n << 40n;
/** Written at once, so that the journal stays small. */
const SLOTS_PER_TRANSACTION = 256;

/** Number `index` of the accounts that hold tokens, 20 bytes. */
function holder(index: number): Uint8Array {
  const address = new Uint8Array(20).fill(0x11);
  new DataView(address.buffer).setUint32(0, index);
  return address;
}

/** The slot of `balances[account]` in a contract whose first field that is (Solidity's layout of mappings). */
function balanceSlot(account: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(64);
  preimage.set(account, 12);
  return keccak256(preimage);
}

/**
 * Transfers between random holders of an ERC-20 token with that many holders, as a loaded batch. Balances are written into
 * the kernel, which is what minting comes to.
 */
export async function transferBatch(holderCount: number, callCount: number): Promise<Batch> {
  let state: KernelState | undefined;
  const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel: true });
  const backend = guestBackend(machine, defaultSchedule, (schedule) => {
    state = new KernelState(schedule);
    return state;
  });
  const world = await backend.createWorld();
  const contract = await readCase(bundledCaseDirectory('erc20'));
  const address = deployedAddress(
    await world.deploy(await backend.prepare(contractCode(contract)), {
      deployer: holder(0),
      value: 0n,
      input: encodeCaseConstructor(contract, contract.constructorArgs),
      gasLimit: GAS_LIMIT,
    }),
  );
  giveTokens(state as KernelState, address, holderCount);
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * holderCount);
  };
  const { input } = encodeCaseCall(contract, { method: 'transfer', args: ['bob', '1'] });
  const messages = Array.from({ length: callCount }, () => {
    const own = input.slice();
    own.set(holder(random()), 16);
    return { caller: holder(random()), to: address, value: 0n, input: own, gasLimit: GAS_LIMIT };
  });
  return world.loadBatch(messages);
}

function giveTokens(state: KernelState, token: Uint8Array, holderCount: number): void {
  const { kernel } = state;
  const { exports } = kernel;
  const account = state.numberOf(state.account(token));
  const at = exports.exchange();
  for (let index = 0; index < holderCount; index++) {
    const key = balanceSlot(holder(index));
    kernel.bytes().set(key, at);
    kernel.bytes().fill(0, at + 32, at + 64);
    // 2^56 units.
    kernel.bytes()[at + 56] = 1;
    kernel.run(() => exports.slot_write(account));
    if (index % SLOTS_PER_TRANSACTION === 0) exports.end_transaction();
  }
  exports.end_transaction();
}
