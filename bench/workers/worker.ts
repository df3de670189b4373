/** Runs in a worker thread: a world of its own, and a batch in it that runs as often as the main thread says. */
import { parentPort, workerData } from 'node:worker_threads';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { readCase } from '../../contracts/read-case.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { openSession } from '../session.ts';

export interface WorkerJob {
  readonly contract: string;
  readonly workload: string;
  /** Least number of calls in the batch. */
  readonly callCount: number;
}

const { contract: id, workload: workloadId, callCount } = workerData as WorkerJob;
const contract = await readCase(bundledCaseDirectory(id));
const workload = contract.workloads.find((each) => each.id === workloadId);
if (workload === undefined || parentPort === null) throw new Error(`no worker for ${id}/${workloadId}`);
const { world, messages } = await openSession(createWasmBackend(), contract, workload);
const repeats = Math.ceil(callCount / messages.length);
const batch = await world.loadBatch(Array.from({ length: repeats }, () => messages).flat());

const port = parentPort;
port.on('message', async (runs: number) => {
  for (let run = 0; run < runs; run++) {
    const { successCount } = await batch.run();
    if (successCount !== batch.callCount) throw new Error('a call has failed');
  }
  port.postMessage(batch.callCount * runs);
});
port.postMessage('ready');
