import assert from 'node:assert/strict';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, Program, World } from '../../engine/backend.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { ALICE, BOB } from '../support/guest-world.ts';
import { stylusGuest } from '../support/stylus-guest.ts';
import { wat } from '../support/wat.ts';
import type { HostileRow } from './row.ts';

const GAS = 10_000_000n;
const nothing = new Uint8Array(0);

/** A contract of somebody else's, which goes on as if nothing had happened: it counts its calls, and emits an event of each. */
const BYSTANDER = stylusGuest(`
  (call $storage_load_bytes32 (i32.const 0) (i32.const 32))
  (i32.store8 (i32.const 63) (i32.add (i32.load8_u (i32.const 63)) (i32.const 1)))
  (call $storage_cache_bytes32 (i32.const 0) (i32.const 32))
  (call $storage_flush_cache (i32.const 0))
  (call $emit_log (i32.const 32) (i32.const 32) (i32.const 1))
  (call $write_result (i32.const 32) (i32.const 32))
  (i32.const 0)`);

/** A machine with a world in which a bystander is deployed, for any number of rows. */
export interface HostileWorld {
  readonly backend: Backend;
  readonly world: World;
  readonly bystander: Uint8Array;
  calls: number;
}

export async function hostileWorld(backend: Backend): Promise<HostileWorld> {
  const world = await backend.createWorld();
  await world.setBalance(ALICE, 1_000_000n);
  const program = await backend.prepare({ name: 'bystander', wasm: { bytes: await wat(BYSTANDER), abi: stylusAbi } });
  const message = { deployer: BOB, value: 0n, input: nothing, gasLimit: GAS };
  return { backend, world, bystander: deployedAddress(await world.deploy(program, message)), calls: 0 };
}

/**
 * Runs a row and says how it ended, in the words of its `ends`. AssertionError if anything but a success changed the state, or
 * if the bystander's next call is not what it should be.
 */
export async function endOfRow(hostile: HostileWorld, row: HostileRow): Promise<string> {
  const { backend, world } = hostile;
  const before = await world.stateDigest();
  let program: Program | undefined;
  let end: string;
  try {
    program = await backend.prepare({ name: row.id, wasm: { bytes: await row.make(), abi: stylusAbi } });
    end = '';
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    assert.ok(error.offset >= 0 && Number.isInteger(error.offset), `${row.id} has an offset`);
    end = `${error.code} ${error.limit}`;
  }
  assert.equal(await world.stateDigest(), before, `${row.id}: preparing changes nothing`);
  if (program !== undefined) end = await endOfCall(hostile, program, row);
  await checkBystander(hostile, row);
  return end;
}

async function endOfCall({ world }: HostileWorld, program: Program, row: HostileRow): Promise<string> {
  const { input = nothing, gasLimit = GAS, value = 0n } = row;
  const snapshot = await world.snapshot();
  const deployed = await world.deploy(program, { deployer: ALICE, value: 0n, input: nothing, gasLimit: GAS });
  if (deployed.outcome.status !== 'success') {
    await world.restore(snapshot);
    return `deployment ${outcomeText(deployed.outcome)}`;
  }
  const before = await world.stateDigest();
  const outcome = await world.call({ caller: ALICE, to: deployedAddress(deployed), value, input, gasLimit });
  if (outcome.status !== 'success') {
    assert.equal(await world.stateDigest(), before, `${row.id}: ${outcome.status} leaves the state as it was`);
  }
  // So that rows do not see each other.
  await world.restore(snapshot);
  return outcomeText(outcome);
}

function outcomeText(outcome: Outcome): string {
  const { status, gasUsed } = outcome;
  return outcome.status === 'trap' ? `trap ${trapName(outcome.code)} ${gasUsed}` : `${status} ${gasUsed}`;
}

async function checkBystander(hostile: HostileWorld, { id }: HostileRow): Promise<void> {
  const { world, bystander } = hostile;
  hostile.calls += 1;
  const outcome = await world.call({ caller: BOB, to: bystander, value: 0n, input: nothing, gasLimit: GAS });
  assert.equal(outcome.status, 'success', `after ${id}: the bystander runs`);
  assert.equal(
    outcome.status === 'success' && outcome.output.at(-1),
    hostile.calls & 0xff,
    `after ${id}: it has counted`,
  );
  assert.equal(outcome.status === 'success' && outcome.events.length, 1, `after ${id}: one event, of its own`);
}

/** Whether a row ended as it says. */
export function endsAsSaid(row: HostileRow, end: string): boolean {
  return /^[a-z]+(?:-[a-z]+)*(?: [a-zA-Z]+)?$/.test(row.ends) ? end.startsWith(row.ends) : end === row.ends;
}
