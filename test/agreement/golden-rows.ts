import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { bundledCaseDirectory, bundledCases } from '../../contracts/bundled-cases.ts';
import type { CallText, ContractCase } from '../../contracts/contract-case.ts';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import { createInkCodec } from '../../contracts/ink/ink-codec.ts';
import { readCase } from '../../contracts/read-case.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, ContractCode, Program, World } from '../../engine/backend.ts';
import { BatchTally } from '../../engine/batch-tally.ts';
import { toHex } from '../../engine/bytes.ts';
import type { CallMessage } from '../../engine/context.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { flatV1Schedule } from '../../engine/schedules.ts';
import { instrumentModule } from '../../engine/wasm/module-cache.ts';
import type { MakeModule } from '../../engine/wasm/module-verdict.ts';
import { prepareContenders } from '../../harness/agreement/run-sequence.ts';
import { methodCalls } from '../../harness/generators/method-calls.ts';
import { contendersOf } from '../../harness/machines/contenders.ts';
import type { Sequence, Step } from '../../harness/session/sequence.ts';
import { callMessage, deployMessages, fundedWorld } from '../../harness/session/stand-up.ts';
import { soliditySubject } from '../../harness/subjects/solidity.ts';
import { instrument } from '../../metering/instrument.ts';
import { bundle } from '../ink/bundle-file.ts';
import { ALICE, BOB, id } from '../ink/ink-world.ts';
import { printOutcome } from '../support/outcome.ts';

/** What one machine did with the calls of one contract. */
export interface GoldenRow {
  /** Outcomes, that of each deployment included: success/revert/trap. */
  readonly statuses: string;
  /** Sum over all outcomes, decimal. */
  readonly gas: string;
  /** SHA-256 (hex) over the text of all receipts, in order. */
  readonly receipts: string;
  /** Of the world in the end. */
  readonly digest: string;
}

export interface GoldenContract {
  readonly code: ContractCode;
  readonly companions: readonly ContractCode[];
  readonly sequence: Sequence;
  /** Only the WebAssembly machines run it. */
  readonly isInk: boolean;
}

/** It uses what the bundled ones leave out: payable methods, dynamic types, calls between contracts. */
const KITCHEN_SINK = fileURLToPath(new URL('../fixtures/kitchen-sink', import.meta.url));

const CALLS = 15;
const EXAMPLES = 3;
const WORKLOAD_CALLS = 5;

/** Each is run with less gas than it needs first, so that gas ends in odd places. */
const isStarved = (at: number): boolean => at % 3 === 1;

export async function goldenContracts(seed: number): Promise<readonly GoldenContract[]> {
  const cases: GoldenContract[] = [];
  for (const directory of [...bundledCases().map(bundledCaseDirectory), KITCHEN_SINK]) {
    const contract = await readCase(directory);
    const { code, companions = [], constructorArgs, encode } = soliditySubject(contract);
    const sequence = encode(constructorArgs, callsOf(contract, seed));
    cases.push({ code, companions, sequence, isInk: false });
  }
  return [...cases, ...inkContracts()];
}

/** From the first workload, from the examples, and random ones for the rest. */
function callsOf(contract: ContractCase, seed: number): readonly CallText[] {
  const [workload] = contract.workloads;
  const chosen = [
    ...(workload === undefined ? [] : [...workload.setup.slice(0, WORKLOAD_CALLS - 1), ...workload.calls.slice(0, 1)]),
    ...contract.examples.slice(0, EXAMPLES),
  ];
  const random = fc.sample(methodCalls(contract), { numRuns: CALLS, seed }).flat();
  return [...chosen, ...random].slice(0, CALLS);
}

interface InkOptions {
  readonly from?: Uint8Array;
  readonly value?: bigint;
}
type InkCall = readonly [message: string, args?: readonly InkArgument[], options?: InkOptions];

function inkContracts(): readonly GoldenContract[] {
  return [
    inkContract('flipper', ['new', [true]], [['get'], ['flip'], ['get'], ['return_error'], ['flip'], ['do_panic']]),
    inkContract(
      'test_psp22',
      ['new', ['Token', 'TKN', 6, id(ALICE)]],
      [
        ['mint', [id(ALICE), '1000']],
        ['PSP22::transfer', [id(BOB), '300', '0x']],
        ['approve', [id(BOB), '60']],
        ['transfer_from', [id(ALICE), id(BOB), '60', '0x'], { from: BOB }],
        ['transfer_from', [id(ALICE), id(BOB), '1', '0x'], { from: BOB }],
        ['balance_of', [id(BOB)]],
        ['transfer_ownership', [id(BOB)], { from: BOB }],
        ['token_name'],
      ],
    ),
    inkContract(
      'wazero',
      ['new'],
      [
        ['deposit', [], { value: 400n }],
        ['balance_of', [id(ALICE)]],
        ['deposit', [], { value: 5n }],
        ['withdraw', ['150']],
        ['withdraw', ['256']],
        ['PSP22::transfer', [id(BOB), '7', '0x']],
      ],
    ),
  ];
}

function inkContract(name: string, [constructorName, args = []]: InkCall, calls: readonly InkCall[]): GoldenContract {
  const { wasm } = bundle(name);
  const codec = createInkCodec(bundle(name));
  const step = (input: Uint8Array, { from = ALICE, value = 0n }: InkOptions = {}): Step => ({ from, value, input });
  return {
    code: { name, wasm: { bytes: wasm, abi: sealAbi } },
    companions: [],
    sequence: {
      balances: [{ address: ALICE, wei: 1000n }],
      deployment: step(codec.encodeConstructor(constructorName, args)),
      calls: calls.map(([message, messageArgs = [], options]) =>
        step(codec.encodeMessage(message, messageArgs), options),
      ),
    },
    isInk: true,
  };
}

/** SHA-256 (hex) of what a sequence says, so that other calls are not taken for other results. */
export function inputsHash({ sequence: { companions = [], deployment, calls } }: GoldenContract): string {
  return sha256([...companions, deployment, ...calls].map(printStep).join('\n'));
}

function printStep({ from, to, value, input }: Step): string {
  return [toHex(from), to === undefined ? '' : toHex(to), value, toHex(input)].join(' ');
}

interface SingleCall {
  readonly message: CallMessage;
  readonly outcome: Outcome;
}

export async function goldenRow(backend: Backend, contract: GoldenContract): Promise<GoldenRow> {
  const [contender] = await prepareContenders(contendersOf([backend]), contract.code, contract.companions);
  if (contender === undefined) throw new Error('nothing was prepared');
  const { gasLimit: ample, programs } = contender;
  const world = await fundedWorld(backend, contract.sequence);
  try {
    const receipts: string[] = [];
    const counts = { success: 0, revert: 0, trap: 0 };
    let gas = 0n;
    const note = (outcome: Outcome, address?: Uint8Array) => {
      counts[outcome.status]++;
      gas += outcome.gasUsed;
      receipts.push(receiptText(outcome, address));
    };
    let target = new Uint8Array(0);
    for (const [at, message] of deployMessages(contract.sequence, ample).entries()) {
      const deployment = await world.deploy(programs[at] as Program, message);
      const address = deployedAddress(deployment);
      note(deployment.outcome, address);
      target = Uint8Array.from(address);
    }
    const deployed = await world.snapshot();
    const single: SingleCall[] = [];
    for (const [at, step] of contract.sequence.calls.entries()) {
      const send = async (gasLimit: bigint) => {
        const message = callMessage(step, target, gasLimit);
        const outcome = await world.call(message);
        note(outcome);
        single.push({ message, outcome });
      };
      const rehearse = () => world.call(callMessage(step, target, ample));
      if (backend.isMetered && isStarved(at)) await send(await tooLittleGas(world, rehearse, at));
      await send(ample);
    }
    const digest = await world.stateDigest();
    await sameTogether(world, deployed, single);
    const statuses = `${counts.success}/${counts.revert}/${counts.trap}`;
    return { statuses, gas: String(gas), receipts: sha256(receipts.join('\n')), digest };
  } finally {
    await world.close();
  }
}

/** The same messages from the same state, as a list and as a batch, end as they did one by one. */
async function sameTogether(world: World, start: number, single: readonly SingleCall[]): Promise<void> {
  const messages = single.map(({ message }) => message);
  const tally = new BatchTally();
  for (const { outcome } of single) tally.add(outcome);
  const digest = await world.stateDigest();
  await world.restore(start);
  const outcomes = await world.callMany(messages);
  assert.deepEqual(
    outcomes.map((outcome) => receiptText(outcome, undefined)),
    single.map(({ outcome }) => receiptText(outcome, undefined)),
    'callMany',
  );
  assert.equal(await world.stateDigest(), digest, 'callMany');
  await world.restore(start);
  assert.deepEqual(await (await world.loadBatch(messages)).run(), tally.summary(), 'loadBatch');
  assert.equal(await world.stateDigest(), digest, 'loadBatch');
}

/** A share of what the call needs, another for each call, with the state as it was before. */
async function tooLittleGas(world: World, send: () => Promise<Outcome>, at: number): Promise<bigint> {
  const snapshot = await world.snapshot();
  const { gasUsed } = await send();
  await world.restore(snapshot);
  return (gasUsed * BigInt(1 + ((at * 37) % 97))) / 100n;
}

function receiptText(outcome: Outcome, address: Uint8Array | undefined): string {
  const code = outcome.status === 'trap' && { code: outcome.code };
  const receipt = { ...(address && { address: toHex(address) }), ...code, ...printOutcome(outcome) };
  return JSON.stringify(receipt, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

const injections = [
  { name: 'default', strategy: 'default', forKernel: false },
  { name: 'default, for the kernel', strategy: 'default', forKernel: true },
  { name: 'global', strategy: 'global', forKernel: false },
] as const;

/** Verifying takes longest, and other tests do it. */
const unverified: MakeModule = (...all) => ({ ...instrument(...all), verdict: { kind: 'exact' } });

/** SHA-256 (hex) of the instrumented module by strategy, under flat-v1. */
export function instrumentedHashes({ code, isInk }: GoldenContract): Readonly<Record<string, string>> {
  const bytes = code.wasm?.bytes ?? new Uint8Array(0);
  const rows = injections.map(({ name, ...how }) => {
    const abi = isInk ? sealAbi : stylusAbi;
    return [
      name,
      sha256(instrumentModule({ bytes, abi, schedule: flatV1Schedule, ...how }, unverified).bytes),
    ] as const;
  });
  return Object.fromEntries(rows);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
