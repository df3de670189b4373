import assert from 'node:assert/strict';
import type { CallText } from '../../contracts/contract-case.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { printOutcome } from '../support/outcome.ts';

const swept: readonly { readonly contract: string; readonly call: CallText }[] = [
  { contract: 'erc20', call: { method: 'transfer', args: ['bob', '5'], caller: 'deployer' } },
  { contract: 'storage', call: { method: 'write', args: ['0', '2', '7'] } },
  { contract: 'fibonacci', call: { method: 'recursive', args: ['7'] } },
];

describe('out of gas', () => {
  for (const { contract, call } of swept) {
    it(`flips exactly at the cost of ${contract}.${call.method}, on wasm and on the reference, with state untouched below it`, async () => {
      const worlds = await Promise.all(
        [createWasmBackend(), createReferenceBackend()].map((backend) => bundledWorld(backend, contract)),
      );
      const results = await Promise.all(
        worlds.map(async ({ world, call: send }) => {
          const snapshot = await world.snapshot();
          const before = await world.stateDigest();
          const full = await send(call);
          assert.equal(full.status, 'success');
          const after = await world.stateDigest();
          await world.restore(snapshot);
          for (let gasLimit = 0n; gasLimit < full.gasUsed; gasLimit++) {
            const outcome = await send(call, gasLimit);
            if (outcome.status === 'trap' && outcome.code === TrapCode.OutOfGas && outcome.gasUsed === gasLimit)
              continue;
            assert.fail(`with ${gasLimit} of ${full.gasUsed} gas: ${JSON.stringify(outcome.status)}`);
          }
          assert.equal(await world.stateDigest(), before);
          assert.deepEqual(printOutcome(await send(call, full.gasUsed)), printOutcome(full));
          assert.equal(await world.stateDigest(), after);
          return { outcome: printOutcome(full), after };
        }),
      );
      assert.deepEqual(results[0], results[1]);
    });
  }
});
