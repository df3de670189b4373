import { wasmtimeDescription } from '../bench/engines/wasmtime.ts';
import type { BenchMachine } from '../bench/protocol/bench-machine.ts';
import { EngineError } from '../engine/errors.ts';
import type { Schedule } from '../engine/schedule.ts';
import { comparedMachines, openMachine, variantOf } from '../harness/machines/register.ts';
import { printable } from '../harness/text/printable.ts';
import { wizerBinary } from '../processes/engine-packages.ts';
import { parseNames } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** Has no JavaScript, so that it is no machine of the register: it measures what `wasm` has set up. */
export const WASMTIME = 'wasmtime';

/** What the full protocol can run beside its headline machines. */
export const anchorNames: readonly string[] = [...comparedMachines, WASMTIME];

/**
 * Opens the anchors that are named, or those of the default ones that are installed; one that is missing is mentioned and
 * left out, unless it was asked for by name.
 *
 * @param wanted What `--anchors` says: names, or `none`; undefined if it was not given.
 * @param headline Their backends are taken where an anchor is a form of one of them.
 * @throws UsageError, or EngineError `backend-unavailable`
 */
export async function openAnchors(
  terminal: Terminal,
  wanted: string | undefined,
  defaults: readonly string[],
  headline: readonly BenchMachine[],
  schedule: Schedule,
): Promise<readonly BenchMachine[]> {
  if (wanted === 'none') return [];
  const names = wanted === undefined ? defaults : parseNames('--anchors', wanted, anchorNames);
  const anchors: BenchMachine[] = [];
  for (const name of names) {
    if (headline.some((machine) => machine.name === name)) continue;
    try {
      anchors.push(await openAnchor(name, [...headline, ...anchors], schedule));
    } catch (error) {
      if (wanted !== undefined || !(error instanceof EngineError && error.code === 'backend-unavailable')) throw error;
      terminal.error(`without ${name}: ${printable(error.message)}\n`);
    }
  }
  return anchors;
}

async function openAnchor(name: string, opened: readonly BenchMachine[], schedule: Schedule): Promise<BenchMachine> {
  if (name === WASMTIME) {
    wizerBinary();
    const sibling = opened.find((machine) => machine.name === 'wasm');
    const backend = sibling?.backend ?? (await openMachine('wasm', schedule));
    return { name, description: wasmtimeDescription, backend, isAnchor: true };
  }
  const backend = await openMachine(name, schedule);
  return { name, description: backend.description, backend, isAnchor: true };
}

/**
 * The same machines, those in other processes with what runs their code in this one: for agreement, and for how long a batch
 * is. Asked over a pipe they would seem slower than they are, and their batches would be too short.
 */
export async function withOwnBackends(
  machines: readonly BenchMachine[],
  schedule: Schedule,
): Promise<readonly BenchMachine[]> {
  const own = new Map(machines.map(({ name, backend }) => [name, backend]));
  const found: BenchMachine[] = [];
  for (const machine of machines) {
    const variant = variantOf(machine.name);
    if (variant === undefined) {
      found.push(machine);
      continue;
    }
    const backend = own.get(variant.machine) ?? (await openMachine(variant.machine, schedule));
    own.set(variant.machine, backend);
    found.push({ ...machine, backend });
  }
  return found;
}
