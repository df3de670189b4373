import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { accountIdOf } from '../../engine/abi/seal/account-id.ts';
import { ReturnCode } from '../../engine/abi/seal/return-code.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { bigintToBytes, concatBytes, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, TrapCode } from '../../engine/outcome.ts';
import { printOutcome } from '../support/outcome.ts';
import { wat } from '../support/wat.ts';
import { ALICE, AMPLE_GAS, BOB, inkMachines } from './ink-world.ts';

const FLAGS = { forwardInput: 1, cloneInput: 2, tailCall: 4, allowReentry: 8, readOnly: 16 };
const EMPTY = new Uint8Array(0);

const IMPORTS = `
  (import "seal0" "input" (func $input (param i32 i32)))
  (import "seal0" "seal_return" (func $return (param i32 i32 i32)))
  (import "seal0" "set_code_hash" (func $set_code_hash (param i32) (result i32)))
  (import "seal0" "own_code_hash" (func $own_code_hash (param i32 i32)))
  (import "seal0" "is_contract" (func $is_contract (param i32) (result i32)))
  (import "seal2" "set_storage" (func $set_storage (param i32 i32 i32 i32) (result i32)))
  (import "seal1" "call" (func $call (param i32 i32 i64 i32 i32 i32 i32 i32) (result i32)))
  (import "seal1" "instantiate"
    (func $instantiate (param i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "memory" (memory 1 1))`;

/** Reads the input to 1024 and its length to 0. */
const READ_INPUT = `
  (i32.store (i32.const 0) (i32.const 1024))
  (call $input (i32.const 1024) (i32.const 0))`;

/** Input: flags (1 byte), callee (32), value (16), input. Output: return code (4), then what the callee said. */
const CALLER = `(module ${IMPORTS}
  (func (export "deploy"))
  (func (export "call") ${READ_INPUT}
    (i32.store (i32.const 4) (i32.const 1024))
    (i32.store (i32.const 4092) (call $call
      (i32.load8_u (i32.const 1024)) (i32.const 1025) (i64.const 0) (i32.const 1057)
      (i32.const 1073) (i32.sub (i32.load (i32.const 0)) (i32.const 49))
      (i32.const 4096) (i32.const 4)))
    (if (i32.eq (i32.load (i32.const 4)) (i32.const 1024)) (then (i32.store (i32.const 4) (i32.const 0))))
    (call $return (i32.const 0) (i32.const 4092) (i32.add (i32.const 4) (i32.load (i32.const 4))))))`;

/** Returns its input. A first byte 1 reverts, 2 traps, 3 writes storage, 4 becomes the module whose hash follows. */
const CALLEE = `(module ${IMPORTS}
  (func $run ${READ_INPUT}
    (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 2)) (then unreachable))
    (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 3))
      (then (drop (call $set_storage (i32.const 1024) (i32.const 1) (i32.const 1024) (i32.const 1)))))
    (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 4))
      (then (i32.store8 (i32.const 1024) (call $set_code_hash (i32.const 1025)))))
    (call $return
      (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 1)) (i32.const 1024) (i32.load (i32.const 0))))
  (func (export "deploy") (call $run))
  (func (export "call") (call $run)))`;

/** Input: code hash (32), value (16), constructor input. Output: return code (4), new account id (32), its output. */
const FACTORY = `(module ${IMPORTS}
  (func (export "deploy"))
  (func (export "call") ${READ_INPUT}
    (i32.store (i32.const 4) (i32.const 32))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 4060) (call $instantiate
      (i32.const 1024) (i64.const 0) (i32.const 1056)
      (i32.const 1072) (i32.sub (i32.load (i32.const 0)) (i32.const 48))
      (i32.const 4064) (i32.const 4) (i32.const 4096) (i32.const 8) (i32.const 0) (i32.const 0)))
    (if (i32.eq (i32.load (i32.const 8)) (i32.const 1024)) (then (i32.store (i32.const 8) (i32.const 0))))
    (call $return (i32.const 0) (i32.const 4060) (i32.add (i32.const 36) (i32.load (i32.const 8))))))`;

/** Says its code hash and whether the account in the input is a contract. */
const SELF = `(module ${IMPORTS}
  (func (export "deploy"))
  (func (export "call") ${READ_INPUT}
    (i32.store (i32.const 4) (i32.const 32))
    (call $own_code_hash (i32.const 4096) (i32.const 4))
    (i32.store8 (i32.const 4128) (call $is_contract (i32.const 1024)))
    (call $return (i32.const 0) (i32.const 4096) (i32.const 33))))`;

/** A world with guests written in text, each deployed by Alice. */
class Scene {
  readonly #backend: Backend;
  readonly world: World;
  readonly outcomes: Outcome[] = [];

  constructor(backend: Backend, world: World) {
    this.#backend = backend;
    this.world = world;
  }

  async deploy(source: string, input: Uint8Array = EMPTY): Promise<{ address: Uint8Array; moduleHash: Uint8Array }> {
    const bytes = await wat(source);
    const program = await this.#backend.prepare({ name: 'guest', wasm: { bytes, abi: sealAbi } });
    const deployment = await this.world.deploy(program, {
      deployer: ALICE,
      value: 0n,
      input,
      gasLimit: AMPLE_GAS,
    });
    const address = deployedAddress(deployment);
    this.outcomes.push(deployment.outcome);
    return { address, moduleHash: createHash('sha256').update(bytes).digest() };
  }

  async call(to: Uint8Array, input: Uint8Array, gasLimit: bigint = AMPLE_GAS): Promise<Outcome> {
    const outcome = await this.world.call({ caller: ALICE, to, value: 0n, input, gasLimit });
    this.outcomes.push(outcome);
    return outcome;
  }
}

/** Runs a story on every machine; outcomes, gas and state must be the same on all of them. */
async function onEveryMachine(story: (scene: Scene) => Promise<void>): Promise<void> {
  const seen: unknown[] = [];
  for (const backend of inkMachines()) {
    const scene = new Scene(backend, await backend.createWorld());
    await story(scene);
    seen.push([...scene.outcomes.map(printOutcome), await scene.world.stateDigest()]);
  }
  for (const other of seen) assert.deepEqual(other, seen[0]);
}

function callInput(flags: number, callee: Uint8Array, input: Uint8Array, value = 0n): Uint8Array {
  return concatBytes([Uint8Array.of(flags), accountIdOf(callee), littleEndian(value, 16), input]);
}

function littleEndian(value: bigint, lengthBytes: number): Uint8Array {
  return bigintToBytes(value, lengthBytes).reverse();
}

function said(outcome: Outcome): string {
  return outcome.status === 'trap' ? `trap ${outcome.code}` : `${outcome.status} ${toHex(outcome.output)}`;
}

function successWith(code: ReturnCode, output = ''): string {
  return `success ${toHex(littleEndian(BigInt(code), 4))}${output}`;
}

describe('calls between ink! contracts', () => {
  it('hand over output after success and revert, and none after a trap', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      const answers: string[] = [];
      for (const kind of [0, 1, 2]) {
        answers.push(said(await scene.call(caller.address, callInput(0, callee.address, Uint8Array.of(kind, 9)))));
      }
      assert.deepEqual(answers, [
        successWith(ReturnCode.Success, '0009'),
        successWith(ReturnCode.CalleeReverted, '0109'),
        successWith(ReturnCode.CalleeTrapped),
      ]);
    }));

  it('answer NotCallable for an account without code, and move no value', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      await scene.world.setBalance(caller.address, 5n);
      const outcome = await scene.call(caller.address, callInput(0, BOB, EMPTY, 5n));
      assert.equal(said(outcome), successWith(ReturnCode.NotCallable));
      assert.equal(await scene.world.balanceOf(caller.address), 5n);
    }));

  it('move value that is covered, and answer TransferFailed for what is not', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      await scene.world.setBalance(caller.address, 5n);
      const failed = await scene.call(caller.address, callInput(0, callee.address, EMPTY, 6n));
      const moved = await scene.call(caller.address, callInput(0, callee.address, EMPTY, 5n));
      assert.deepEqual([failed, moved].map(said), [
        successWith(ReturnCode.TransferFailed),
        successWith(ReturnCode.Success),
      ]);
      assert.equal(await scene.world.balanceOf(callee.address), 5n);
    }));

  it('are not let back in without ALLOW_REENTRY, directly or through another contract', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const middle = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      const inner = callInput(0, callee.address, Uint8Array.of(0));
      const direct = (flags: number) => callInput(flags, caller.address, inner);
      const around = (flags: number) => callInput(flags, middle.address, callInput(0, caller.address, inner));
      const answers: string[] = [];
      for (const input of [direct(0), direct(FLAGS.allowReentry), around(0), around(FLAGS.allowReentry)]) {
        answers.push(said(await scene.call(caller.address, input, 10_000_000n)));
      }
      const zeros = '00000000';
      assert.deepEqual(answers, [
        `trap ${TrapCode.HostArgumentInvalid}`,
        successWith(ReturnCode.Success, `${zeros}00`),
        successWith(ReturnCode.CalleeTrapped),
        successWith(ReturnCode.Success, `${zeros}${zeros}00`),
      ]);
    }));

  it('READ_ONLY lets the callee change nothing and refuses value', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      await scene.world.setBalance(caller.address, 5n);
      const write = Uint8Array.of(3);
      const answers = [
        await scene.call(caller.address, callInput(FLAGS.readOnly, callee.address, write)),
        await scene.call(caller.address, callInput(FLAGS.readOnly, callee.address, Uint8Array.of(0))),
        await scene.call(caller.address, callInput(FLAGS.readOnly, callee.address, EMPTY, 1n)),
      ];
      assert.equal((await scene.world.storageOf(callee.address)).length, 0);
      answers.push(await scene.call(caller.address, callInput(0, callee.address, write)));
      assert.equal((await scene.world.storageOf(callee.address)).length, 1);
      assert.deepEqual(answers.map(said), [
        successWith(ReturnCode.CalleeTrapped),
        successWith(ReturnCode.Success, '00'),
        `trap ${TrapCode.StaticCallViolation}`,
        successWith(ReturnCode.Success, '03'),
      ]);
    }));

  it('TAIL_CALL ends the caller with what the callee said', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      const answers: string[] = [];
      for (const kind of [0, 1, 2]) {
        const input = callInput(FLAGS.tailCall, callee.address, Uint8Array.of(kind));
        answers.push(said(await scene.call(caller.address, input)));
      }
      assert.deepEqual(answers, ['success 0x00', 'revert 0x01', successWith(ReturnCode.CalleeTrapped)]);
    }));

  it('CLONE_INPUT and FORWARD_INPUT hand over the input as it is', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const callee = await scene.deploy(CALLEE);
      for (const flags of [FLAGS.cloneInput, FLAGS.forwardInput]) {
        const input = callInput(flags, callee.address, EMPTY);
        // The flags are the callee's first byte: with FORWARD_INPUT it reverts, with CLONE_INPUT it traps.
        const expected =
          flags === FLAGS.forwardInput
            ? successWith(ReturnCode.CalleeReverted, toHex(input).slice(2))
            : successWith(ReturnCode.CalleeTrapped);
        assert.equal(said(await scene.call(caller.address, input)), expected);
      }
    }));

  it('a forwarded input is gone, a cloned one is not', () =>
    onEveryMachine(async (scene) => {
      const callee = await scene.deploy(CALLEE);
      const twice = (flags: number) => `(module ${IMPORTS}
        (func (export "deploy"))
        (func (export "call") ${READ_INPUT}
          (drop (call $call (i32.const ${flags}) (i32.const 1025) (i64.const 0) (i32.const 1057)
            (i32.const -1) (i32.const -1) (i32.const -1) (i32.const -1)))
          ${READ_INPUT}
          (call $return (i32.const 0) (i32.const 1024) (i32.load (i32.const 0)))))`;
      const input = callInput(0, callee.address, EMPTY);
      const clones = await scene.deploy(twice(FLAGS.cloneInput));
      const forwards = await scene.deploy(twice(FLAGS.forwardInput));
      assert.equal(said(await scene.call(clones.address, input)), `success ${toHex(input)}`);
      assert.equal(said(await scene.call(forwards.address, input)), `trap ${TrapCode.HostArgumentInvalid}`);
    }));

  it('go as deep as the schedule allows, and then the caller traps', () =>
    onEveryMachine(async (scene) => {
      // Calls itself (the account in its input) for ever. Returns 0 above a trap, and otherwise the callee's number plus 1.
      const recursion = await scene.deploy(`(module ${IMPORTS}
        (func (export "deploy"))
        (func (export "call") ${READ_INPUT}
          (i32.store (i32.const 4) (i32.const 1))
          (if (i32.eqz (call $call (i32.const ${FLAGS.cloneInput | FLAGS.allowReentry})
              (i32.const 1024) (i64.const 0) (i32.const 8) (i32.const 0) (i32.const 0) (i32.const 4096) (i32.const 4)))
            (then (i32.store8 (i32.const 4096) (i32.add (i32.load8_u (i32.const 4096)) (i32.const 1)))))
          (call $return (i32.const 0) (i32.const 4096) (i32.const 1))))`);
      // Depths 0 to 64 run. The one at 64 traps, so 63 says 0 and 0 says 63.
      assert.equal(said(await scene.call(recursion.address, accountIdOf(recursion.address))), 'success 0x3f');
    }));

  it('trap on flags that do not exist', () =>
    onEveryMachine(async (scene) => {
      const caller = await scene.deploy(CALLER);
      const outcome = await scene.call(caller.address, callInput(32, BOB, EMPTY), 1_000_000n);
      assert.deepEqual(outcome, { status: 'trap', code: TrapCode.HostArgumentInvalid, gasUsed: 1_000_000n });
    }));

  it('instantiate runs the constructor at a new account, or says why not', () =>
    onEveryMachine(async (scene) => {
      const factory = await scene.deploy(FACTORY);
      const callee = await scene.deploy(CALLEE);
      const create = (hash: Uint8Array, value: bigint, input: Uint8Array) =>
        scene.call(factory.address, concatBytes([hash, littleEndian(value, 16), input]));
      const nobody = '00'.repeat(32);
      const reverted = await create(callee.moduleHash, 0n, Uint8Array.of(1));
      const trapped = await create(callee.moduleHash, 0n, Uint8Array.of(2));
      const unknown = await create(new Uint8Array(32), 0n, EMPTY);
      const uncovered = await create(callee.moduleHash, 1n, EMPTY);
      assert.deepEqual([reverted, trapped, unknown, uncovered].map(said), [
        successWith(ReturnCode.CalleeReverted, `${nobody}01`),
        successWith(ReturnCode.CalleeTrapped, nobody),
        successWith(ReturnCode.CodeNotFound, nobody),
        successWith(ReturnCode.TransferFailed, nobody),
      ]);
      const created = await create(callee.moduleHash, 0n, Uint8Array.of(0, 7));
      assert.match(said(created), /^success 0x00000000[0-9a-f]{40}(?:ee){12}0007$/);
      const address = (created as { output: Uint8Array }).output.slice(4, 24);
      assert.equal(said(await scene.call(address, Uint8Array.of(0, 5))), 'success 0x0005');
    }));

  it('set_code_hash changes what the account runs next time', () =>
    onEveryMachine(async (scene) => {
      const callee = await scene.deploy(CALLEE);
      const self = await scene.deploy(SELF);
      const unknown = await scene.call(callee.address, concatBytes([Uint8Array.of(4), new Uint8Array(32)]));
      assert.match(said(unknown), /^success 0x07/);
      const changed = await scene.call(callee.address, concatBytes([Uint8Array.of(4), self.moduleHash]));
      assert.match(said(changed), /^success 0x00/);
      const hash = toHex(self.moduleHash);
      assert.equal(said(await scene.call(callee.address, accountIdOf(self.address))), `success ${hash}01`);
      assert.equal(said(await scene.call(callee.address, accountIdOf(BOB))), `success ${hash}00`);
    }));
});
