import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { moduleCache } from '../../engine/wasm/module-cache.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { ALICE } from '../support/guest-world.ts';
import { wat } from '../support/wat.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names of all fields that may be absent, by our own types. */
function optionalNames(): readonly string[] {
  const names = new Set(['isMetered', 'pricedBytes', 'exact', 'inWorld', 'wrote', 'salt', 'value', 'cause', 'maximum']);
  for (const room of ['engine', 'metering']) {
    for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
      if (!/(?<!\.d)\.ts$/.test(entry.name)) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      for (const [, name] of text.matchAll(/\b(\w+)\?[:(]/g)) names.add(name as string);
      for (const [, name] of text.matchAll(/\b(\w+): [^;=\n]*\| undefined;/g)) names.add(name as string);
    }
  }
  return [...names].sort();
}

/** Calls itself once with what it got, stores, emits and returns; traps when called with two bytes. */
const GUEST = `
(module
  (import "vm_hooks" "read_args" (func $read_args (param i32)))
  (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "emit_log" (func $emit (param i32 i32 i32)))
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "account_balance" (func $balance (param i32 i32)))
  (memory (export "memory") 1 2)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (call $read_args (i32.const 256))
    (call $store (i32.const 256) (i32.const 288))
    (call $flush (i32.const 0))
    (call $emit (i32.const 256) (i32.const 40) (i32.const 1))
    (call $self (i32.const 128))
    (call $balance (i32.const 128) (i32.const 352))
    (if (i32.eq (local.get $length) (i32.const 2)) (then (unreachable)))
    (if (i32.eq (local.get $length) (i32.const 3))
      (then (i32.store8 (i32.const 320) (call $call (i32.const 128) (i32.const 256) (i32.const 2) (i32.const 32) (i64.const -1) (i32.const 160)))))
    (if (i32.eq (local.get $length) (i32.const 4))
      (then (i32.store8 (i32.const 321) (call $call (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 32) (i64.const -1) (i32.const 160)))))
    (call $write_result (i32.const 256) (i32.const 128))
    (i32.const 0)))
`;

const machines: Readonly<Record<string, () => Backend>> = {
  wasm: () => createWasmBackend({}),
  'wasm, plain': () => createWasmBackend({ usesKernel: false }),
  reference: () => createReferenceBackend(),
};

/** All that one machine makes of a deployment and some calls, from preparing on. */
async function story(create: () => Backend, bytes: Uint8Array): Promise<string> {
  moduleCache.clear();
  const backend = create();
  const program = await backend.prepare({ name: 'guest', wasm: { bytes, abi: stylusAbi } });
  const world = await backend.createWorld();
  const seen: unknown[] = [backend.name, backend.isMetered];
  const message = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: 1_000_000n };
  const deployment = await world.deploy(program, message);
  const address = deployedAddress(deployment);
  seen.push(address, deployment.outcome);
  for (const length of [1, 2, 3, 4]) {
    const message = { caller: ALICE, to: address, value: 0n, input: new Uint8Array(length), gasLimit: 1_000_000n };
    seen.push(await world.call(message), await (await world.loadBatch([message])).run());
  }
  seen.push(await world.stateDigest());
  return inspect(seen, { depth: 9, maxArrayLength: null });
}

/** Properties that JavaScript itself looks for in objects that anybody makes: nothing of ours is left to be right. */
const ofTheLanguage = new Set([
  'get',
  'set',
  'value',
  'writable',
  'enumerable',
  'configurable',
  'then',
  'cause',
  'maximum',
]);

describe('a polluted Object.prototype', function () {
  this.timeout(300_000);

  for (const [name, create] of Object.entries(machines)) {
    it(`changes nothing on ${name}, whatever optional field it pretends to be`, async () => {
      const bytes = await wat(GUEST);
      const expected = await story(create, bytes);
      const wrong: string[] = [];
      for (const field of optionalNames()) {
        if (ofTheLanguage.has(field)) continue;
        for (const value of [() => 7, true, false]) {
          Object.defineProperty(Object.prototype, field, { value, configurable: true, writable: true });
          const seen = await story(create, bytes).catch((error: unknown) => `${error}`);
          delete (Object.prototype as unknown as Record<string, unknown>)[field];
          if (seen !== expected) wrong.push(`${field} = ${value}: ${seen.slice(0, 200)}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});
