import assert from 'node:assert/strict';
import type { CallText } from '../../contracts/contract-case.ts';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode } from '../../engine/backend.ts';
import { GuestTrap } from '../../engine/guest-exit.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { AMPLE_GAS } from '../support/guest-world.ts';
import { printOutcome } from '../support/outcome.ts';

interface Faulty {
  readonly contract: string;
  /** Before the call, without a fault. */
  readonly setup?: readonly CallText[];
  readonly call: CallText;
  readonly isNested?: boolean;
}

const faulty: readonly Faulty[] = [
  { contract: 'erc20', call: { method: 'transfer', args: ['bob', '5'], caller: 'deployer' } },
  { contract: 'storage', call: { method: 'write', args: ['0', '3', '7'] } },
  {
    // Calls its token: a fault there is the token's trap, of which the vault makes a revert of its own.
    contract: 'vault',
    setup: [
      { to: 'token', method: 'approve', args: ['this', '1000'], caller: 'deployer' },
      { method: 'deposit', args: ['500'], caller: 'deployer' },
    ],
    call: { method: 'withdraw', args: ['3'], caller: 'deployer' },
    isNested: true,
  },
];

const machines: Readonly<Record<string, () => Backend>> = {
  wasm: () => createWasmBackend(),
  'wasm, plain': () => createWasmBackend({ usesKernel: false }),
  'wasm-fresh': () => createWasmBackend({ reusesInstances: false }),
  reference: () => createReferenceBackend(),
};

/** What happens at a host call, before it does anything. */
type Fault = () => never;

const faults: Readonly<Record<'trap' | 'bug', Fault>> = {
  trap: () => {
    throw new GuestTrap(TrapCode.HostArgumentInvalid);
  },
  bug: () => {
    throw new TypeError('a bug of the host');
  },
};

/** Host functions of which one call fails: the thunks that would stand in for them are left out. */
class FailingHost {
  /** Counts from 1; 0 for no call. */
  failsAt = 0;
  fault: Fault = faults.trap;
  calls = 0;
  readonly abi: GuestAbi;

  constructor() {
    const { thunks: _, ...plain } = stylusAbi;
    this.abi = {
      ...plain,
      hostFunctions: stylusAbi.hostFunctions.map((row) => ({
        ...row,
        run: (frame, args) => {
          this.calls += 1;
          return this.calls === this.failsAt ? this.fault() : row.run(frame, args);
        },
      })),
    };
  }

  code = (code: ContractCode): ContractCode =>
    code.wasm === undefined ? code : { ...code, wasm: { ...code.wasm, abi: this.abi } };
}

describe('a host call that fails', function () {
  this.timeout(120_000);

  for (const { contract, setup = [], call, isNested = false } of faulty) {
    for (const [name, create] of Object.entries(machines)) {
      it(`is taken back whichever it is, and the next call is as if nothing had been: ${contract}.${call.method} (${name})`, async () => {
        const host = new FailingHost();
        const { world, call: send } = await bundledWorld(create(), contract, host.code);
        for (const before of setup) assert.equal((await send(before)).status, 'success');
        const snapshot = await world.snapshot();
        const digest = await world.stateDigest();
        host.calls = 0;
        const expected = printOutcome(await send(call));
        const hostCalls = host.calls;
        assert.equal(expected['status'], 'success');
        assert.ok(hostCalls > 2, `${hostCalls} host calls`);
        const after = await world.stateDigest();
        await world.restore(snapshot);
        const ends = new Set<string>();
        for (const [kind, fault] of Object.entries(faults)) {
          for (let at = 1; at <= hostCalls; at += 1) {
            Object.assign(host, { failsAt: at, fault, calls: 0 });
            const what = `${kind} at host call ${at} of ${hostCalls}`;
            if (kind === 'bug') {
              await assert.rejects(send(call), /a bug of the host/, what);
            } else {
              const outcome = printOutcome(await send(call));
              ends.add(`${outcome['status']} ${outcome['trap'] ?? ''}`);
              assert.notEqual(outcome['status'], 'success', what);
              if (!isNested) assert.equal(outcome['gasUsed'], AMPLE_GAS, what);
            }
            if (!isNested) assert.equal(host.calls, at, `${what} was the last`);
            assert.equal(await world.stateDigest(), digest, what);
          }
        }
        const trap = 'trap HostArgumentInvalid';
        assert.deepEqual([...ends].sort(), isNested ? ['revert ', trap] : [trap]);
        Object.assign(host, { failsAt: 0, calls: 0 });
        assert.deepEqual(printOutcome(await send(call)), expected);
        assert.equal(await world.stateDigest(), after);
      });
    }
  }
});
