import assert from 'node:assert/strict';
import { bundledCases } from '../../contracts/bundled-cases.ts';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { TrapCode } from '../../engine/outcome.ts';
import { mostCommitments, type Recording, type RecordOptions } from '../../engine/recording.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { type RecordedCall, recordSequence } from '../../harness/divergence/record-sequence.ts';
import { createProcessBackend } from '../../harness/machines/process-backend.ts';
import { loadCase, loadSubject } from '../../harness/subjects/load.ts';
import { partsOf } from '../../harness/subjects/subject.ts';
import { AMPLE_GAS, guestWorld } from '../support/guest-world.ts';

/** The deployment of a bundled contract, its examples and the first call of its smallest workload. */
async function recordCase(backend: Backend, id: string, options: RecordOptions): Promise<readonly RecordedCall[]> {
  const subject = await loadSubject(id);
  const { examples, workloads } = await loadCase(id);
  const small = workloads.find(({ size }) => size === 'small') ?? workloads[0];
  const calls = [...examples.slice(0, 4), ...(small?.setup ?? []), ...(small?.calls.slice(0, 1) ?? [])];
  const sequence = subject.encode(subject.constructorArgs, calls.slice(0, 8));
  return recordSequence(backend, partsOf(subject), sequence, AMPLE_GAS, options);
}

/** Too much for every value to be told. */
const long: ReadonlySet<string> = new Set(['bn254']);

describe('a recording', function () {
  this.timeout(120_000);

  for (const id of bundledCases()) {
    it(`is the same on V8 and on the reference, and changes no outcome, gas or digest (${id})`, async () => {
      const options: RecordOptions = { every: 500, detail: long.has(id) ? 'blocks' : 'values' };
      const wasm = await recordCase(createWasmBackend(), id, options);
      const reference = await recordCase(createReferenceBackend(), id, options);
      for (const [at, { recording, isAsUsual }] of reference.entries()) {
        assert.deepEqual(wasm[at]?.recording, recording, `${id} step ${at}`);
        assert.ok(isAsUsual && wasm[at]?.isAsUsual);
        assert.ok(BigInt(recording.commitments.length) <= recording.end.gasUsed / 500n);
      }
      assert.ok(reference.length > 1);
    });
  }
});
