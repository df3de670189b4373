import { createHash } from 'node:crypto';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import type { HostFunction } from '../../engine/abi/host-function.ts';
import type { World } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { EngineError } from '../../engine/errors.ts';
import type { Frame } from '../../engine/frame.ts';
import { guestBackend } from '../../engine/guest-backend.ts';
import type { Machine } from '../../engine/machine.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import type { ValueType } from '../../metering/format/module.ts';
import type { CostTable } from '../../metering/gas/cost-table.ts';
import type { ImportedFunction } from './integer-module.ts';
import { madeUpSchedule } from './made-up-schedule.ts';

/** All that can be seen of one call, as text: the outcome with its gas, and every host call with the gas left. */
interface Sighting {
  readonly outcome: string;
  readonly hostCalls: readonly string[];
}

/** Calls `run` with arguments of type i32. */
export type FuzzRun = (args: readonly number[], gasLimit: bigint) => Promise<Sighting>;

export interface FuzzWorldOptions {
  readonly stackWords?: number;
  /** Type of the entry point `run`; parameters are i32. */
  readonly paramCount?: number;
  readonly result?: ValueType;
  readonly weightOf?: (mnemonic: string, code: number) => number;
  /** Instead of those of the tests' schedule. */
  readonly costs?: Partial<CostTable>;
}

const ALICE = new Uint8Array(20).fill(0xa1);
const HOST_PRICE = 30;

/** Another weight for nearly every opcode, so that no charge passes for another. */
const unlikeWeights = (_mnemonic: string, code: number): number => 1 + ((code * 37) % 101);

export function fuzzSchedule(imports: readonly ImportedFunction[], options: FuzzWorldOptions): Schedule {
  const { stackWords = defaultLimits.stackWords, weightOf = unlikeWeights, costs = {} } = options;
  const price = { base: HOST_PRICE, perByte: 0, source: 'made up' };
  const hostCosts = Object.fromEntries(imports.map(({ module, name }) => [`${module}.${name}`, price]));
  return madeUpSchedule({ weightOf, costs, limits: { stackWords }, hostCosts });
}

/** Deploys a module on a machine. `run` is its entry point, `memory` its memory. */
export async function fuzzWorld(
  machine: Machine,
  bytes: Uint8Array,
  imports: readonly ImportedFunction[],
  options: FuzzWorldOptions = {},
): Promise<FuzzRun> {
  const { paramCount = 1, result } = options;
  const results = result === undefined ? [] : [result];
  // A run that is done again for its exact trap opens another frame: its log replaces the one before, which it repeats.
  let logs = new Map<Frame, string[]>();
  const logOf = (frame: Frame): string[] => {
    const log = logs.get(frame) ?? [];
    logs.set(frame, log);
    return log;
  };
  const hostFunctions = imports.map(
    ({ module, name, params, results: [result] }): HostFunction => ({
      module,
      name,
      params,
      result,
      pricedBytes: () => 0,
      run: (frame, args) => {
        logOf(frame).push(`${name}(${args.join()}) gas ${frame.gas.left()} stack ${frame.gas.stackWordsLeft()}`);
        return result === undefined ? undefined : result === 'i32' ? logOf(frame).length : BigInt(args.length);
      },
    }),
  );
  const abi: GuestAbi = {
    name: 'fuzz',
    memory: { kind: 'exported', name: 'memory' },
    call: { name: 'run', params: new Array<ValueType>(paramCount).fill('i32'), results, isRequired: true },
    deploy: { name: 'no deploy', params: [], results: [], isRequired: false },
    hostFunctions,
    entryArguments: ({ message }) => [...new Int32Array(message.input.slice().buffer)],
    readReturn: ({ memory }, value) => ({
      status: 'success',
      output: new Uint8Array(createHash('sha256').update(memory.view()).update(String(value)).digest()),
    }),
  };
  const backend = guestBackend(machine, fuzzSchedule(imports, options));
  const program = await backend.prepare({ name: 'fuzz', wasm: { bytes, abi } });
  const world: World = await backend.createWorld();
  const deployment = { deployer: ALICE, value: 0n, input: new Uint8Array(0), gasLimit: 1_000_000n };
  const address = deployedAddress(await world.deploy(program, deployment));
  return async (args, gasLimit) => {
    logs = new Map();
    const input = new Uint8Array(Int32Array.from(args).buffer);
    const outcome = await world.call({ caller: ALICE, to: address, value: 0n, input, gasLimit });
    const { status, gasUsed } = outcome;
    const detail = outcome.status === 'trap' ? outcome.code : Buffer.from(outcome.output).toString('hex');
    const all = [...logs.values()];
    const hostCalls = all.at(-1) ?? [];
    for (const earlier of all) {
      if (earlier.some((line, index) => line !== hostCalls[index])) {
        throw new EngineError('internal', 'the exact run saw other host calls than the first one');
      }
    }
    return { outcome: `${status} ${detail} gas ${gasUsed}`, hostCalls };
  };
}
