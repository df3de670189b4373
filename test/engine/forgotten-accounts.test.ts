import assert from 'node:assert/strict';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { KernelState } from '../../engine/state/kernel-state.ts';
import { PlainState } from '../../engine/state/plain-state.ts';
import { EMPTY_ACCOUNTS_KEPT } from '../../engine/state/world-state.ts';
import { wasmMachine } from '../../engine/wasm/wasm-machine.ts';
import { ALICE, AMPLE_GAS } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

const LOOK_UPS = 3000;

/** Does something to that many new addresses, from the four bytes of call data on, and reverts. */
function busyGuest(work: string): string {
  return `(module
    (import "vm_hooks" "read_args" (func $read_args (param i32)))
    (import "vm_hooks" "account_balance" (func $account_balance (param i32 i32)))
    (import "vm_hooks" "account_code_size" (func $account_code_size (param i32) (result i32)))
    (import "vm_hooks" "account_codehash" (func $account_codehash (param i32 i32)))
    (import "vm_hooks" "call_contract" (func $call_contract (param i32 i32 i32 i32 i64 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "user_entrypoint") (param i32) (result i32) (local $i i32)
      (call $read_args (i32.const 0))
      (loop $next
        (i32.store (i32.const 8) (local.get $i))
        ${work}
        (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${LOOK_UPS}))))
      (i32.const 1)))`;
}

const works = {
  account_balance: '(call $account_balance (i32.const 0) (i32.const 64))',
  account_code_size: '(drop (call $account_code_size (i32.const 0)))',
  account_codehash: '(call $account_codehash (i32.const 0) (i32.const 64))',
  'a call':
    '(drop (call $call_contract (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const 0) (i32.const 32)))',
  'a call with value': `(i32.store8 (i32.const 127) (i32.const 1))
    (drop (call $call_contract (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const 0) (i32.const 32)))`,
};

const states = { plain: () => new PlainState(), kernel: () => new KernelState(defaultSchedule) };

describe('accounts that a failed call has looked at', () => {
  for (const [kind, createState] of Object.entries(states)) {
    for (const [what, work] of Object.entries(works)) {
      it(`are forgotten after ${what} (${kind} state)`, async () => {
        const state = createState();
        const usesKernel = state instanceof KernelState;
        const machine = wasmMachine('wasm', { strategy: 'default', reusesInstances: true, usesKernel });
        const backend = guestBackend(machine, defaultSchedule, () => state);
        const program = await backend.prepare({
          name: 'guest',
          wasm: { bytes: await wat(busyGuest(work)), abi: stylusAbi },
        });
        const world = await backend.createWorld();
        const input = new Uint8Array(4);
        const address = deployedAddress(
          await world.deploy(program, {
            deployer: ALICE,
            value: 0n,
            input: new Uint8Array(0),
            gasLimit: AMPLE_GAS,
          }),
        );
        await world.setBalance(address, 1_000_000n);
        const digest = await world.stateDigest();
        for (let call = 0; call < 2; call++) {
          input[0] = call + 1;
          const outcome = await world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit: AMPLE_GAS });
          assert.equal(outcome.status, 'revert');
          assert.ok(state.accountCount <= EMPTY_ACCOUNTS_KEPT + 3, `${state.accountCount} accounts`);
        }
        assert.equal(await world.stateDigest(), digest);
      });
    }
  }
});
