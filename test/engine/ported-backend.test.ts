import assert from 'node:assert/strict';
import { portLanguages } from '../../contracts/port-language.ts';
import { EngineError } from '../../engine/errors.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';
import { printOutcome } from '../support/outcome.ts';

describe('a machine for ports', () => {
  for (const language of portLanguages) {
    it(`runs the port to ${language}, whose gas is its own and the same on wasm and on the reference`, async () => {
      const transfer = { method: 'transfer', args: ['bob', '5'], caller: 'deployer' };
      const [original, port, judge] = await Promise.all(
        [
          createWasmBackend(),
          portedBackend(createWasmBackend(), language),
          portedBackend(createReferenceBackend(), language),
        ].map(async (backend) => {
          const { world, call, deployment } = await bundledWorld(backend, 'erc20');
          const outcomes = [deployment, await call(transfer), await call({ ...transfer, caller: 'carol' })];
          return { outcomes, state: await world.stateDigest() };
        }),
      );
      assert.deepEqual(port?.outcomes.map(printOutcome), judge?.outcomes.map(printOutcome));
      assert.equal(port?.state, original?.state);
      for (const [i, outcome] of port?.outcomes.entries() ?? []) {
        assert.equal(outcome.status, original?.outcomes[i]?.status);
        assert(outcome.gasUsed > 0n && outcome.gasUsed !== original?.outcomes[i]?.gasUsed);
      }
    });
  }

  it('has its own name, and refuses a contract without the port', async () => {
    const backend = portedBackend(createWasmBackend(), 'rust');
    assert.equal(backend.name, 'wasm-rust');
    await assert.rejects(bundledWorld(backend, 'fibonacci'), (error) => {
      assert(error instanceof EngineError);
      assert.equal(`${error.code}: ${error.message}`, 'no-code: fibonacci has no port to rust');
      return true;
    });
  });
});
