import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAgreed } from '../../bench/agree.ts';
import {
  type DriverMessage,
  driverFailure,
  driverMessages,
  driverRequest,
  messageKind,
  readChecked,
  readNumbers,
} from '../../bench/engines/driver-messages.ts';
import { instrumentGuest, linkGuest } from '../../bench/engines/guest-modules.ts';
import { type KernelImage, kernelImage } from '../../bench/engines/kernel-image.ts';
import { pairStarts, plainModule, preinitialise } from '../../bench/engines/start-up.ts';
import { checkRun, measureInWasmtime } from '../../bench/engines/wasmtime.ts';
import { agreeOnJobs } from '../../bench/protocol/agree-on-jobs.ts';
import { headlineMachines } from '../../bench/protocol/bench-machine.ts';
import { fullPlan } from '../../bench/protocol/protocol-plan.ts';
import type { SlotJob } from '../../bench/protocol/slot-job.ts';
import { checkAgainstLock, parseArtifactLock } from '../../contracts/artifact-lock.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import type { EngineErrorCode } from '../../engine/errors.ts';
import { Kernel } from '../../engine/kernel/kernel.ts';
import { flatV1Schedule } from '../../engine/schedules.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { findWizer } from '../../processes/engine-packages.ts';
import { wat } from '../support/wat.ts';

const guests = new URL('../../bench/engines/guests/', import.meta.url);
/** Every look at the fake clock takes this long, so that a batch takes as long. */
const TICK_NS = 100_000;
const slot = { warmUpNs: 1e6, settleNs: 10e6, sampleNs: 250_000, sampleCount: 5, measureNs: 50e6, minSampleCount: 3 };

async function jobOf(id: string, workloadId: string): Promise<SlotJob> {
  const contract = await readBundledCase(id);
  const workload = contract.workloads.find((each) => each.id === workloadId);
  assert.ok(workload !== undefined);
  const plan = { ...fullPlan, batchNs: 1, blockCount: 1, slot };
  const agreed = await agreeOnJobs(contract, workload, headlineMachines([createWasmBackend()]), 'flat-v1', plan);
  assert.ok(isAgreed(agreed) && agreed[0] !== undefined);
  return agreed[0].job;
}

/** Links the modules one by one on V8, with a clock and pipes made of arrays, and runs the driver to its end. */
async function runOnV8(
  image: KernelImage,
  change: (bridge: WebAssembly.Exports, kernel: Kernel) => WebAssembly.Exports = (bridge) => bridge,
): Promise<readonly DriverMessage[]> {
  const kernel = new Kernel();
  const input = driverRequest(image, slot);
  const output: Uint8Array[] = [];
  let [readBytes, now] = [0, 0n];
  const linked: Record<string, unknown> = { kernel: kernel.exports };
  const load = (bytes: Uint8Array): WebAssembly.Exports => {
    let memory: WebAssembly.Memory | undefined;
    const view = () => new DataView((memory as WebAssembly.Memory).buffer);
    const part = (at: number) =>
      new Uint8Array(view().buffer, view().getUint32(at, true), view().getUint32(at + 4, true));
    const wasi = {
      fd_read: (_file: number, parts: number, _count: number, size: number) => {
        const target = part(parts);
        // Beyond the request there are bytes that say go.
        const chunk =
          readBytes < input.length ? input.subarray(readBytes, readBytes + target.length) : Uint8Array.of(1);
        target.set(chunk.subarray(0, target.length));
        readBytes += chunk.length;
        view().setUint32(size, chunk.length, true);
        return 0;
      },
      fd_write: (_file: number, parts: number, _count: number, size: number) => {
        output.push(part(parts).slice());
        view().setUint32(size, part(parts).length, true);
        return 0;
      },
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        view().setBigUint64(at, now, true);
        now += BigInt(TICK_NS);
        return 0;
      },
    };
    const imports = { ...linked, wasi_snapshot_preview1: wasi } as unknown as WebAssembly.Imports;
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    memory = exports['memory'] as WebAssembly.Memory | undefined;
    return exports;
  };
  for (const { name, bytes } of await linkGuest(instrumentGuest(image.wasm, image.schedule))) {
    linked[name] = name === 'bridge' ? change(load(bytes), kernel) : load(bytes);
  }
  const { measure } = load(readFileSync(new URL('build/driver.wasm', guests))) as { measure: () => void };
  try {
    measure();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
  }
  return collect(output);
}

async function collect(chunks: readonly Uint8Array[]): Promise<readonly DriverMessage[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const messages: DriverMessage[] = [];
  for await (const message of driverMessages(stream())) messages.push(message);
  return messages;
}

const withCode = (code: EngineErrorCode, message: RegExp) => (error: unknown) => {
  const { name, code: actual, message: text } = error as { name: string; code: string; message: string };
  assert.deepEqual([name, actual], ['EngineError', code]);
  assert.match(text, message);
  return true;
};

describe('other engines', () => {
  it('run guests that are what the lock says of their sources', () => {
    const path = new URL('../../contracts/artifacts.lock.json', import.meta.url);
    const lock = parseArtifactLock(readFileSync(path, 'utf8'), 'artifacts.lock.json');
    for (const name of ['driver', 'packet-filter']) {
      for (const file of [`${name}.cpp`, `build/${name}.wasm`]) {
        checkAgainstLock(lock, `../bench/engines/guests/${file}`, readFileSync(new URL(file, guests)), file);
      }
    }
  });

  it('come to the agreed checksum, state and gas with what the driver is given, and sample as planned', async () => {
    const job = await jobOf('erc20', 'transfer');
    const image = await kernelImage(job);
    const messages = await runOnV8(image);
    const { ready, checked, settled, measured } = messageKind;
    assert.deepEqual(
      messages.map(({ kind }) => kind),
      [ready, checked, settled, measured],
    );
    const bodyOf = (kind: number) => messages.find((message) => message.kind === kind)?.body as Uint8Array;
    const result = readChecked(bodyOf(checked));
    checkRun(result, image, job);
    assert.ok(result.gasUsed > 0n);
    assert.equal(result.firstCallNs, TICK_NS);
    // Three batches of a tick each are a sample of a quarter millisecond.
    assert.deepEqual(readNumbers(bodyOf(settled)), [3, ...new Array(20).fill(3 * TICK_NS)]);
    assert.deepEqual(readNumbers(bodyOf(measured)).slice(1), new Array(5).fill(3 * TICK_NS));
    for (const wrong of [{ checksum: 1 }, { digestSum: new Uint8Array(2048) }, { gasUsed: 1n }]) {
      assert.throws(() => checkRun({ ...result, ...wrong }, image, job), withCode('internal', /wasmtime/));
    }
  });

  it('refuse to time a batch that comes to something else later on', async () => {
    const image = await kernelImage(await jobOf('fibonacci', 'iterative'));
    let runs = 0;
    const messages = await runOnV8(image, (bridge, kernel) => ({
      ...bridge,
      run_batch: (index: unknown, end: unknown) => {
        const reached = (bridge['run_batch'] as (index: unknown, end: unknown) => number)(index, end);
        if (++runs === 5) kernel.bytes().fill(0, kernel.exports.batch_tally() + 12, kernel.exports.batch_tally() + 16);
        return reached;
      },
    }));
    assert.equal(messages.at(-1)?.kind, messageKind.differs);
    withCode('internal', /checksum \d+/)(driverFailure(messages.at(-1) as DriverMessage));
  });

  it('have something behind every import of a guest, of one with a large memory too', async () => {
    const guest = (pages: number) =>
      wat(`(module (memory (export "memory") ${pages})
        (func (export "user_entrypoint") (param i32) (result i32) (i32.store (i32.const 0) (local.get 0)) (i32.const 0)))`);
    for (const pages of [4, 5]) {
      const instrumented = instrumentGuest(await guest(pages), flatV1Schedule);
      const moduleClass = WebAssembly.Module as unknown as Record<
        'imports' | 'exports',
        (module: WebAssembly.Module) => readonly { readonly module: string; readonly name: string }[]
      >;
      const there = new Set<string>();
      for (const { name, bytes } of await linkGuest(instrumented)) {
        for (const each of moduleClass.exports(new WebAssembly.Module(bytes))) there.add(`${name}.${each.name}`);
      }
      const imports = moduleClass.imports(new WebAssembly.Module(instrumented.bytes));
      const missing = imports.map(({ module, name }) => `${module}.${name}`).filter((each) => !there.has(each));
      assert.deepEqual(
        missing.filter((each) => !each.startsWith('kernel.')),
        [],
        `${pages} pages`,
      );
    }
  });

  it('say what they cannot run: memory that grows, host functions that are not there, value and several contracts', async () => {
    const grown = await runOnV8(await kernelImage(await jobOf('prime-sieve', 'sieve-large')));
    withCode('no-code', /memory grows/)(driverFailure(grown.at(-1) as DriverMessage));
    const vault = await jobOf('vault', 'rebalance');
    const missing = await runOnV8(await kernelImage(vault));
    withCode('no-code', /calls between contracts/)(driverFailure(missing.at(-1) as DriverMessage));
    const [message] = vault.session.messages;
    assert.ok(message !== undefined);
    const withMessages = (messages: SlotJob['session']['messages']): SlotJob => ({
      ...vault,
      session: { ...vault.session, messages },
    });
    await assert.rejects(kernelImage(withMessages([{ ...message, value: 1n }])), withCode('no-code', /value/));
    await assert.rejects(
      kernelImage(withMessages([message, { ...message, to: new Uint8Array(20) }])),
      withCode('no-code', /several contracts/),
    );
    await assert.rejects(kernelImage({ ...vault, expectedChecksum: 1 }), withCode('internal', /agreed/));
  });

  it('read messages however the pipe cuts them', async () => {
    const bytes = Uint8Array.of(6, 0, 0, 0, 3, 0, 0, 0, 97, 98, 99, 0, 0, 0, 0, 0, 0, 0, 0);
    const whole = [
      { kind: 6, body: Uint8Array.of(97, 98, 99) },
      { kind: 0, body: new Uint8Array(0) },
    ];
    for (const size of [1, 5, 11, 19]) {
      const count = Math.ceil(bytes.length / size);
      const chunks = Array.from({ length: count }, (_, at) => bytes.slice(at * size, (at + 1) * size));
      assert.deepEqual(await collect(chunks), whole, `chunks of ${size}`);
    }
  });
});

interface PacketFilter {
  readonly memory: WebAssembly.Memory;
  init?(): void;
  run(seed: number): bigint;
}

function startFilter(path: string): PacketFilter {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)));
  return exports as unknown as PacketFilter;
}

describe('pre-initialisation', () => {
  it('saves the work of a module whose tables are those of the standards', () => {
    const filter = startFilter(plainModule);
    const empty = filter.run(7);
    filter.init?.();
    const bytes = Buffer.from(filter.memory.buffer);
    const tables = {
      'CRC-32': Buffer.from(Uint32Array.of(0, 0x77073096, 0xee0e612c, 0x990951ba).buffer),
      'FIPS 197, figure 7': Buffer.from('637c777bf26b6fc53001672bfed7ab76ca82c97dfa5947f0add4a2af9ca472c0', 'hex'),
      // 1, 9, 15; 21, 25, 27; 33, 35, 39, 45; 49, 51, 55, 57, 63
      'odd composites': Buffer.of(0x91, 0x34, 0x4b, 0x9b),
    };
    for (const [name, table] of Object.entries(tables)) assert.ok(bytes.includes(table), name);
    assert.notEqual(filter.run(7), empty);
    assert.notEqual(filter.run(7), filter.run(8));
  });

  it('is timed in pairs that must come to the same result', async () => {
    const startOf = (path: string, ns: number) => ({ ns, result: path === 'wrong' ? '2' : '1' });
    const started: string[] = [];
    const start = async (path: string) => {
      started.push(path);
      return startOf(path, path === 'plain' ? 600 : 200);
    };
    const { plainNs, preinitialisedNs, ratio } = await pairStarts(['plain', 'made'], 10, 1, start);
    for (const [estimate, value] of [
      [plainNs, 600],
      [preinitialisedNs, 200],
      [ratio, 3],
    ] as const) {
      for (const number of Object.values(estimate)) assert.ok(Math.abs(number - value) < 1e-9 * value, `${value}`);
    }
    assert.equal(started.length, 20);
    for (let pair = 0; pair < 20; pair += 2) assert.notEqual(started[pair], started[pair + 1]);
    assert.ok(new Set(started.filter((_, at) => at % 2 === 0)).size === 2, 'either comes first now and then');
    await assert.rejects(pairStarts(['plain', 'wrong'], 10, 1, start), withCode('internal', /comes to/));
  });
});

const hasWizer = findWizer() !== undefined;

describe(hasWizer ? 'with wizer' : 'with wizer, which is not installed (npm run engines:install)', () => {
  before(function () {
    if (!hasWizer) this.skip();
  });

  it('wasmtime runs a batch to the agreed end, and refuses what needs JavaScript', async () => {
    const job = await jobOf('erc20', 'transfer');
    const { samplesNs, opening, firstCallNs, wallNs, mainThreadNs } = await measureInWasmtime(job, 100);
    assert.equal(samplesNs.length, 5);
    assert.ok(
      [...samplesNs, opening.prepareNs, firstCallNs, wallNs, mainThreadNs].every((ns) => ns !== undefined && ns > 0),
    );
    await assert.rejects(
      measureInWasmtime(await jobOf('vault', 'rebalance')),
      withCode('no-code', /between contracts/),
    );
  });

  it('a pre-initialised module is one that has run its init', () => {
    const folder = mkdtempSync(join(tmpdir(), 'trimeter-test-'));
    try {
      const path = join(folder, 'made.wasm');
      preinitialise(plainModule, path);
      const [plain, made] = [startFilter(plainModule), startFilter(path)];
      plain.init?.();
      assert.equal(made.init, undefined);
      assert.equal(made.run(7), plain.run(7));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
