import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledCaseDirectory, bundledCases } from '../../contracts/bundled-cases.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { readCase } from '../../contracts/read-case.ts';
import type { Backend } from '../../engine/backend.ts';
import { portedBackend } from '../../engine/ported-backend.ts';
import { createReferenceBackend, createWasmBackend } from '../../engine/wasm-backend.ts';
import { createDefaultEvmBackend, createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { createRevmBackend } from '../../evm-baseline/revm/revm-backend.ts';
import { checkAgreement } from '../../harness/agreement/check-agreement.ts';
import { formatReplayFile } from '../../harness/agreement/replay-file.ts';
import { randomCalls } from '../../harness/generators/random-calls.ts';
import { contendersOf } from '../../harness/machines/contenders.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import { nativeBackendIfAny } from '../native-ref/native-machine.ts';
import { backendIfAny } from '../support/optional-backend.ts';

/** Small, to keep the default run short; `trimeter check` runs as many as one likes. */
const CALLS = 80;
/** Fewer where one takes the interpreters a tenth of a second, or some hundredths; more where there are many methods. */
const OTHER_CALLS: Readonly<Record<string, number>> = {
  bn254: 10,
  hashing: 40,
  'composite-types': 120,
  'packed-storage': 120,
};
/** Where other EVMs take part as well. What these contracts do with state is what they could differ in. */
const ON_MORE_EVMS: readonly string[] = ['amm', 'erc20', 'erc721', 'vault', 'kitchen-sink', 'escrow'];

/**
 * WebAssembly on the kernel, without it and unmetered, the interpreter, the EVM, and native code where it can be built; and
 * the ports to other languages. Looking for compilers and starting EDR once is enough.
 */
async function machines(): Promise<(contract: ContractCase) => readonly Backend[]> {
  const native = await nativeBackendIfAny();
  const revm = await backendIfAny(createRevmBackend);
  const everywhere = [
    createWasmBackend(),
    createWasmBackend({ usesKernel: false }),
    createWasmBackend({ isMetered: false }),
    createReferenceBackend(),
    await createEvmBackend(),
    ...(native === undefined ? [] : [native]),
  ];
  const moreEvms = [await createDefaultEvmBackend(), ...(revm === undefined ? [] : [revm])];
  return ({ id, wasmPorts }) => [
    ...everywhere,
    ...(ON_MORE_EVMS.includes(id) ? moreEvms : []),
    ...Object.keys(wasmPorts).map((language) => portedBackend(createWasmBackend(), language)),
  ];
}

/**
 * The bundled contracts, and those that use what they leave out: payable methods, dynamic types, calls between contracts; and
 * `receive`, `fallback` and the time; signed and odd-sized integers and bytesN; structs and arrays, in calls and in storage.
 */
const directories = [
  ...bundledCases().map(bundledCaseDirectory),
  ...['kitchen-sink', 'escrow', 'narrow-types', 'composite-types', 'packed-storage'].map((id) =>
    fileURLToPath(new URL(`../fixtures/${id}`, import.meta.url)),
  ),
];

describe('contracts in all three forms', () => {
  let machinesFor: (contract: ContractCase) => readonly Backend[];
  before(async () => {
    machinesFor = await machines();
  });

  for (const directory of directories) {
    it(`do the same on every machine, and the same again on repeat: ${basename(directory)}`, async () => {
      const contract = await readCase(directory);
      const callBudget = OTHER_CALLS[contract.id] ?? CALLS;
      const result = await checkAgreement(soliditySubject(contract), {
        contenders: contendersOf(machinesFor(contract)),
        calls: randomCalls(contract),
        callBudget,
        seed: 20_260_101,
        repeats: true,
      });
      assert.ok(result.counterexample === undefined, result.counterexample && formatReplayFile(result.counterexample));
      assert.ok(result.calls >= callBudget);
    });
  }
});
