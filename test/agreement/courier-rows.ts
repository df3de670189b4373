import type { Backend, World } from '../../engine/backend.ts';
import { concatBytes, toHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { keccak256 } from '../../engine/kernel/keccak.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { eventsPerCall, payloadBytes } from '../../engine/payload-limits.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createDefaultEvmBackend, createEvmBackend, createRevmBackend } from '../../evm-baseline/index.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';
import { ALICE, AMPLE_GAS, meteredMachines } from '../support/guest-world.ts';
import { backendIfAny } from '../support/optional-backend.ts';
import { courierCode, courierMode } from './courier.ts';

export const MIB: number = 1 << 20;
export const EMPTY: Uint8Array = new Uint8Array(0);
const { hash, revert, event, events, nested } = courierMode;

export interface Row {
  readonly name: string;
  readonly backend: Backend;
  readonly world: World;
  readonly courier: Uint8Array;
  readonly gasLimit: bigint;
  /** Where gas is counted in the same unit. */
  readonly gasUnit: 'guest' | 'evm' | 'none';
  /** What inner frames of EVMs hand to each other is bounded by gas alone, as on Ethereum: only what leaves the call is looked at. */
  readonly isInnerBounded: boolean;
  /** Size that its gas suffices for. */
  readonly affordableBytes: number;
}

type RowKind = Pick<Row, 'gasLimit' | 'gasUnit' | 'isInnerBounded' | 'affordableBytes'>;

const guest: RowKind = { gasLimit: AMPLE_GAS, gasUnit: 'guest', isInnerBounded: true, affordableBytes: 16 * MIB };
const gasless: RowKind = { ...guest, gasUnit: 'none' };
const evm: RowKind = { gasLimit: 1n << 40n, gasUnit: 'evm', isInnerBounded: false, affordableBytes: 16 * MIB };
/** EDR is never given more: memory of 16 MiB costs 20 times as much. */
const revm: RowKind = { ...evm, gasLimit: 30_000_000n, affordableBytes: MIB };

async function openRow(name: string, backend: Backend, kind: RowKind): Promise<Row> {
  const program = await backend.prepare(await courierCode());
  const world = await backend.createWorld();
  await world.setBalance(ALICE, 1_000_000n);
  const { gasLimit } = kind;
  const address = deployedAddress(await world.deploy(program, { deployer: ALICE, value: 0n, input: EMPTY, gasLimit }));
  return { ...kind, name, backend, world, courier: address };
}

export async function openRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, create] of Object.entries(meteredMachines)) rows.push(await openRow(name, create(), guest));
  rows.push(await openRow('wasm, unmetered', createWasmBackend({ isMetered: false }), gasless));
  rows.push(await openRow('evm', await createEvmBackend(), evm));
  rows.push(await openRow('evm-default', await createDefaultEvmBackend(), evm));
  const native = await backendIfAny(createNativeBackend);
  if (native !== undefined) rows.push(await openRow('native', native, gasless));
  const optional = await backendIfAny(createRevmBackend);
  if (optional !== undefined) rows.push(await openRow('revm', optional, revm));
  return rows;
}

export interface Promised {
  readonly status: string;
  /** Length and hash, or the name of a trap. */
  readonly output: string;
  readonly events: readonly string[];
}

const digestOf = (bytes: Uint8Array): string => `${bytes.length} bytes, ${toHex(keccak256(bytes))}`;
export const success = (bytes: Uint8Array, logs: readonly string[] = []): Promised => ({
  status: 'success',
  output: digestOf(bytes),
  events: logs,
});
export const trap = (name: string): Promised => ({ status: 'trap', output: name, events: [] });

export function seen(outcome: Outcome): Promised {
  if (outcome.status === 'trap') return trap(trapName(outcome.code));
  const logs = outcome.status === 'success' ? outcome.events : [];
  return {
    status: outcome.status,
    output: digestOf(outcome.output),
    events: logs.map((log) => [toHex(log.address), ...log.topics.map(toHex), digestOf(log.data)].join(' ')),
  };
}

/** `size` bytes: the beginning of `input`, or all of it and zeros. */
export function padded(input: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(input.subarray(0, size));
  return bytes;
}

const isTooMuch = (mode: number, size: number): boolean =>
  size > (mode % nested === events ? eventsPerCall : payloadBytes);

/** What the courier does of itself with `input` of a mode that is not nested, if nothing stops it. */
function unbounded(row: Row, mode: number, size: number, input: Uint8Array): { bytes: Uint8Array; logs: string[] } {
  const log = (data: Uint8Array, ...topics: string[]) => [toHex(row.courier), ...topics, digestOf(data)].join(' ');
  if (mode === hash) return { bytes: keccak256(input), logs: [] };
  if (mode === event) return { bytes: EMPTY, logs: [log(padded(input, size), `0x${'00'.repeat(32)}`)] };
  if (mode === events) return { bytes: EMPTY, logs: Array(size).fill(log(EMPTY)) };
  return { bytes: padded(input, size), logs: [] };
}

/** What a call of the courier has to come to on a row. */
export function promised(row: Row, mode: number, size: number, input: Uint8Array): Promised {
  const isAffordable = size <= row.affordableBytes;
  const stop = trap(isAffordable ? 'HostArgumentInvalid' : 'OutOfGas');
  const stops = isTooMuch(mode, size);
  if (mode < nested) {
    if (stops && mode !== hash) return stop;
    const { bytes, logs } = unbounded(row, mode, size, input);
    return { ...success(bytes, logs), status: mode === revert ? 'revert' : 'success' };
  }
  const inner = mode - nested;
  const isInnerBounded = row.isInnerBounded || !isAffordable;
  // The caller's own argument is at fault, or what leaves the call.
  if (stops && (isInnerBounded ? inner === hash : inner === event || inner === events)) return stop;
  if (stops && isInnerBounded) return success(concatBytes([Uint8Array.of(0), keccak256(EMPTY)]));
  const start = input.slice();
  start[31] = inner;
  const innerInput = inner === hash ? padded(start, size) : start.subarray(0, 68);
  const { bytes, logs } = unbounded(row, inner, size, innerInput);
  return success(concatBytes([Uint8Array.of(inner === revert ? 0 : 1), keccak256(bytes)]), logs);
}
