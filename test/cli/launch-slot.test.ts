import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { isAgreed } from '../../bench/agree.ts';
import { agreeOnJobs } from '../../bench/protocol/agree-on-jobs.ts';
import { headlineMachines } from '../../bench/protocol/bench-machine.ts';
import { fullPlan } from '../../bench/protocol/protocol-plan.ts';
import type { SlotJob } from '../../bench/protocol/slot-job.ts';
import { processLauncher } from '../../cli/launch-slot.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { loadCase } from '../../harness/subjects/load.ts';

const scheduleId = defaultSchedule.id;

describe('a measuring process', () => {
  let job: SlotJob;
  before(async () => {
    const storage = await loadCase('storage');
    // On a busy computer too there is time for all samples.
    const slot = { ...fullPlan.slot, warmUpNs: 1e6, settleNs: 1e6, sampleNs: 1e5, measureNs: 10e9 };
    const plan = { ...fullPlan, blockCount: 10, slot };
    const slots = await agreeOnJobs(
      storage,
      storage.workloads[0] as never,
      headlineMachines([createWasmBackend()]),
      scheduleId,
      plan,
    );
    assert.ok(isAgreed(slots));
    assert.deepEqual(
      slots.map(({ name }) => name),
      ['wasm', "wasm'"],
    );
    job = slots[0]?.job as SlotJob;
  });

  it('comes to what was agreed, and answers with samples and cold times', async () => {
    const { samplesNs, firstCallNs, opening } = await processLauncher.slot(job, 1000);
    assert.equal(samplesNs.length, fullPlan.slot.sampleCount);
    for (const ns of [...samplesNs, firstCallNs, opening.prepareNs, opening.deployNs]) assert.ok(ns > 0);
  });

  it('starts from a working directory that has no packages', async () => {
    const back = process.cwd();
    process.chdir(tmpdir());
    try {
      assert.ok((await processLauncher.slot(job, 0)).samplesNs.length >= fullPlan.slot.minSampleCount);
    } finally {
      process.chdir(back);
    }
  });

  it('says in one line why it does not start', async () => {
    const { NODE_OPTIONS } = process.env;
    process.env['NODE_OPTIONS'] = '--import=/nowhere/loader.mjs';
    try {
      await assert.rejects(processLauncher.slot(job, 0), {
        message: /^a measuring process ended with 1: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find module [^\n]+$/,
      });
    } finally {
      if (NODE_OPTIONS === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = NODE_OPTIONS;
    }
  });

  it('comes to the same with the baseline compiler alone', async () => {
    const { samplesNs } = await processLauncher.slot({ ...job, machine: 'wasm@liftoff' }, 0);
    assert.ok(samplesNs.length >= fullPlan.slot.minSampleCount);
  });

  it('says so if it does not', async () => {
    await assert.rejects(processLauncher.slot({ ...job, expectedChecksum: job.expectedChecksum ^ 1 }, 0), {
      name: 'EngineError',
      code: 'internal',
      message: /wasm does not come to what was agreed/,
    });
    await assert.rejects(processLauncher.slot({ ...job, expectedGas: 1n }, 0), { code: 'internal' });
    await assert.rejects(processLauncher.slot({ ...job, machine: 'abacus' }, 0), /there is no machine abacus/);
  });

  it('takes the way from bytes to instance apart', async () => {
    const { wasm } = await readBundledCase('noop');
    for (const isMetered of [true, false]) {
      const phases = await processLauncher.phases({ kind: 'phases', scheduleId, isMetered, wasm });
      assert.deepEqual(Object.keys(phases), ['instrumentNs', 'compileNs', 'instantiateNs']);
      for (const ns of Object.values(phases)) assert.ok(ns > 0);
    }
  });
});
