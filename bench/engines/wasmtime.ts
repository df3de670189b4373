import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../engine/errors.ts';
import { wizerBinary } from '../../processes/engine-packages.ts';
import type { SlotJob, SlotResult } from '../protocol/slot-job.ts';
import { steadinessOf } from '../protocol/steadiness.ts';
import { timeNs } from '../sample.ts';
import { type Checked, driverRequest, messageKind, readChecked, readNumbers } from './driver-messages.ts';
import { DriverProcess } from './driver-process.ts';
import { instrumentGuest, linkGuest, type NamedModule } from './guest-modules.ts';
import { type KernelImage, kernelImage } from './kernel-image.ts';

export const wasmtimeDescription =
  'wasmtime 42.0.1 (Cranelift) inside wizer 11.0.3, instrumented guest, thunks and kernel as on V8';

const kernelPath = fileURLToPath(new URL('../../engine/kernel/kernel.wasm', import.meta.url));
const driverPath = fileURLToPath(new URL('./guests/build/driver.wasm', import.meta.url));

/**
 * Measures a workload in wasmtime, in a process of its own: to pre-initialise a module wizer runs a function of it, and here
 * that function is the driver's `measure`. Deployment and set-up happen on V8 before.
 *
 * In the result, `prepareNs` is instrumenting (in this process) and everything that wizer does before the driver's first
 * instruction: Cranelift compiles kernel, guest and driver to the end. `deployNs` and `setupNs` are 0.
 *
 * @param paddingBytes As `Launcher.slot` has it.
 * @throws EngineError `no-code` for a workload that needs JavaScript, `backend-unavailable` without wizer, `internal` where
 * wasmtime does not come to what was agreed.
 */
export async function measureInWasmtime(job: SlotJob, paddingBytes = 0): Promise<SlotResult> {
  const wizer = wizerBinary();
  const image = await kernelImage(job);
  const [guest, instrumentNs] = await timeNs(async () => instrumentGuest(image.wasm, image.schedule));
  const modules = await linkGuest(guest);
  const folder = await mkdtemp(join(tmpdir(), 'trimeter-wasmtime-'));
  try {
    const args = ['--allow-wasi', '--inherit-stdio=true', '-f', 'measure', '-o', join(folder, 'out.wasm')];
    for (const [name, path] of [['kernel', kernelPath], ...(await writeModules(folder, modules))]) {
      args.push('--preload', `${name}=${path}`);
    }
    const driver = new DriverProcess(wizer, [...args, driverPath], paddingBytes);
    try {
      return await runDriver(driver, image, job, instrumentNs);
    } finally {
      await driver.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeModules(folder: string, modules: readonly NamedModule[]): Promise<readonly [string, string][]> {
  return Promise.all(
    modules.map(async ({ name, bytes }): Promise<[string, string]> => {
      const path = join(folder, `${name}.wasm`);
      await writeFile(path, bytes);
      return [name, path];
    }),
  );
}

async function runDriver(
  driver: DriverProcess,
  image: KernelImage,
  job: SlotJob,
  instrumentNs: number,
): Promise<SlotResult> {
  const [, startNs] = await timeNs(() => driver.expect(messageKind.ready));
  driver.send(driverRequest(image, job.plan));
  const checked = readChecked(await driver.expect(messageKind.checked));
  checkRun(checked, image, job);
  const [runCount = 1, ...settling] = readNumbers(await driver.expect(messageKind.settled));
  const threadStart = driver.threadNs();
  driver.go();
  const [wallNs = 0, ...sums] = readNumbers(await driver.expect(messageKind.measured));
  const threadEnd = driver.threadNs();
  return {
    opening: { prepareNs: instrumentNs + startNs, deployNs: 0, setupNs: 0 },
    firstCallNs: checked.firstCallNs,
    samplesNs: sums.map((ns) => ns / runCount),
    steadiness: steadinessOf(settling),
    wallNs,
    mainThreadNs: threadStart === undefined || threadEnd === undefined ? undefined : threadEnd - threadStart,
  };
}

/** @throws EngineError `internal` */
export function checkRun({ checksum, gasUsed, digestSum }: Checked, image: KernelImage, job: SlotJob): void {
  const stateDigest = createHash('sha256').update(digestSum).digest('hex');
  if (checksum !== job.expectedChecksum || stateDigest !== job.expectedStateDigest) {
    throw new EngineError('internal', 'wasmtime does not come to what was agreed');
  }
  if (gasUsed !== image.summary.gasUsed) {
    throw new EngineError('internal', `wasmtime uses ${gasUsed} gas where V8 uses ${image.summary.gasUsed}`);
  }
}
