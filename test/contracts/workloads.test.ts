import assert from 'node:assert/strict';
import { findDifference, runRound } from '../../bench/gate.ts';
import { openSession } from '../../bench/session.ts';
import { bundledCases } from '../../contracts/bundled-cases.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { nativeBackendIfAny } from '../native-ref/native-machine.ts';

describe('the workloads of the bundled cases', () => {
  let fast: readonly Backend[];
  let all: readonly Backend[];

  before(async () => {
    const native = await nativeBackendIfAny();
    fast = [createWasmBackend(), ...(native === undefined ? [] : [native])];
    all = [...fast, await createEvmBackend()];
  });

  for (const id of bundledCases()) {
    it(`${id}: every call succeeds, twice in a row, with the same results on every machine`, async () => {
      const contract = await readBundledCase(id);
      for (const workload of contract.workloads) {
        const evidence = [];
        // The EVM takes seconds for some of the large ones.
        for (const backend of workload.size === 'large' ? fast : all) {
          const session = await openSession(backend, contract, workload);
          const round = await runRound(session, [...session.messages, ...session.messages]);
          await session.world.close();
          const label = `${workload.id} on ${backend.name}`;
          for (const [i, { status }] of [...session.setupOutcomes, ...round.outcomes].entries()) {
            assert.equal(status, 'success', `${label}: step ${i}`);
          }
          evidence.push({ backendName: backend.name, setupOutcomes: session.setupOutcomes, round });
        }
        assert.equal(findDifference(evidence), undefined, workload.id);
      }
    });
  }
});
