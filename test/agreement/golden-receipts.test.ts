import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../engine/backend.ts';
import { calibratedV1Schedule, flatV1Schedule } from '../../engine/schedules.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { backendOrSkip } from '../support/optional-backend.ts';
import {
  type GoldenContract,
  type GoldenRow,
  goldenContracts,
  goldenRow,
  inputsHash,
  instrumentedHashes,
} from './golden-rows.ts';

type Hashes = Readonly<Record<string, string>>;

interface Golden {
  readonly seed: number;
  /** By contract. */
  readonly inputs: Hashes;
  /** By what counts gas alike, then by contract. */
  readonly receipts: Readonly<Record<string, Readonly<Record<string, GoldenRow>>>>;
  /** By contract, then by strategy. */
  readonly instrumented: Readonly<Record<string, Hashes>>;
}

const file = fileURLToPath(new URL('golden-receipts.json', import.meta.url));
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
const HOW_TO_UPDATE =
  'if that is intended: UPDATE_GOLDEN=1 npx mocha test/agreement/golden-receipts.test.ts, and say why in the commit';

/** Machines of one row are equal in everything. The first is the one that an update writes down. */
const rows = [
  { row: 'wasm flat-v1', schedule: flatV1Schedule, machines: ['wasm', 'wasm-plain', 'reference'] },
  { row: 'wasm calibrated-v1', schedule: calibratedV1Schedule, machines: ['wasm', 'wasm-plain', 'reference'] },
  { row: 'native', schedule: flatV1Schedule, machines: ['native'] },
  { row: 'evm', schedule: flatV1Schedule, machines: ['evm', 'evm-default', 'revm'] },
];
const NEVER_SKIPPED: readonly string[] = ['wasm', 'wasm-plain', 'reference'];

describe('golden receipts', () => {
  const golden: Golden = JSON.parse(readFileSync(file, 'utf8'));
  let { inputs, instrumented } = golden;
  const receipts = { ...golden.receipts };
  let contracts: readonly GoldenContract[] = [];

  before(async () => {
    contracts = await goldenContracts(golden.seed);
  });

  after(() => {
    if (isUpdate)
      writeFileSync(file, `${JSON.stringify({ seed: golden.seed, inputs, receipts, instrumented }, null, 2)}\n`);
  });

  const byContract = <T>(some: readonly GoldenContract[], of: (contract: GoldenContract) => T) =>
    Object.fromEntries(some.map((contract) => [contract.code.name, of(contract)]));

  it('are of the calls that were recorded', () => {
    const found = byContract(contracts, inputsHash);
    if (isUpdate) inputs = found;
    assert.deepEqual(found, inputs, HOW_TO_UPDATE);
  });

  it('are of modules that are instrumented to the same bytes', () => {
    const found = byContract(contracts, instrumentedHashes);
    if (isUpdate) instrumented = found;
    sameRows(found, instrumented, 'instrumented under flat-v1');
  });

  for (const { row, schedule, machines } of rows) {
    for (const [at, machine] of machines.entries()) {
      it(`are what they were on ${machine} under ${schedule.id}`, async function () {
        const open = () => openMachine(machine, schedule);
        const backend: Backend = NEVER_SKIPPED.includes(machine) ? await open() : await backendOrSkip(this, open);
        const found: Record<string, GoldenRow> = {};
        for (const contract of contracts) {
          if (contract.isInk && !row.startsWith('wasm')) continue;
          found[contract.code.name] = await goldenRow(backend, contract);
        }
        if (isUpdate && at === 0) receipts[row] = found;
        sameRows(found, receipts[row] ?? {}, `${machine} under ${schedule.id}`);
      }).timeout(180_000);
    }
  }
});

/** Says of each contract everything that is not as it was. */
function sameRows(
  found: Readonly<Record<string, object>>,
  wanted: Readonly<Record<string, object>>,
  where: string,
): void {
  const differences: string[] = [];
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const was: Hashes = { ...wanted[name] };
    const is: Hashes = { ...found[name] };
    for (const what of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (was[what] !== is[what]) differences.push(`${name}, ${where}: ${what} was ${was[what]}, is ${is[what]}`);
    }
  }
  if (differences.length > 0) assert.fail([...differences, HOW_TO_UPDATE].join('\n'));
}
