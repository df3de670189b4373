import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../engine/errors.ts';
import { gate } from '../harness/gate/gate.ts';
import { formatLock, type Lock, type LockedContract, parseLock } from '../harness/gate/lock-file.ts';
import { ownField } from '../harness/gate/own-field.ts';
import type { Receipt } from '../harness/gate/receipt.ts';
import { parseTolerance } from '../harness/gate/tolerance.ts';
import type { Tolerances } from '../harness/gate/tolerances.ts';
import { updatedLock } from '../harness/gate/updated-lock.ts';
import { gateText } from '../harness/results/gate-text.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { ExpectationFailed } from './expectation-failed.ts';
import { type ReceiptsOptions, sequenceOf } from './receipts.ts';
import type { TestCall } from './test-call.ts';

export interface ExpectReceiptOptions extends ReceiptsOptions {
  /** Path, from the working directory, or `new URL('token.receipts.json', import.meta.url)`: a lock, as `trimeter gate` has them. */
  readonly file: string | URL;
  /** What the calls are called there. */
  readonly name: string;
  /** How much gas may change, for all methods or by method, as in `trimeter.json`: `exact`, `+2%`. Default `exact`. */
  readonly tolerance?: string | Readonly<Record<string, string>>;
}

/** The environment variable that has receipts written and not held. */
const UPDATE = 'TRIMETER_UPDATE';

/**
 * Holds what calls come to, and what they cost, against a file that is committed. Receipts are written only where somebody asks
 * for it, by `TRIMETER_UPDATE=1` in the environment, and never in CI: what is not in the file fails.
 *
 * @returns The receipts, that of the deployment first.
 * @throws ExpectationFailed with what changed, by method and schedule, or with what was not compared; InputRejected for a file
 * that is no lock, a tolerance that is none and calls that do not fit; EngineError as `receiptsOf`.
 *
 * @example
 * import assert from 'node:assert/strict';
 * await assert.rejects(expectReceipt(subject, [{ method: 'totalSupply' }], { file: 'token.json', name: 'supply' }), {
 *   message: /^token\.json has no receipts of erc20 called supply: TRIMETER_UPDATE=1 writes them$/,
 * });
 */
export async function expectReceipt(
  subject: DescribedSubject,
  calls: readonly TestCall[],
  { file, name, tolerance, schedules, constructorArgs }: ExpectReceiptOptions,
): Promise<readonly Receipt[]> {
  if (calls.length === 0) throw new EngineError('bad-argument', 'the sequence holds no calls');
  const path = resolve(typeof file === 'string' ? file : fileURLToPath(file));
  const shown = relative(process.cwd(), path);
  const isUpdate = isSet(UPDATE);
  if (isUpdate && isSet('CI'))
    throw new ExpectationFailed(`${UPDATE} is set in CI, where receipts are held and not written`);
  const lock = readLock(path, shown);
  const was = lock && lockedPart(lock, subject.id, name);
  if (was === undefined && !isUpdate) {
    throw new ExpectationFailed(`${shown} has no receipts of ${subject.id} called ${name}: ${UPDATE}=1 writes them`);
  }
  const sequences = [sequenceOf(name, calls, constructorArgs)];
  const result = await gate([{ subject, sequences, schedules, tolerances: tolerancesOf(tolerance) }], was, {
    lockFile: shown,
  });
  const found = ownField(result.lock.contracts, subject.id) as LockedContract;
  if (isUpdate) {
    // Read again: in between another test of this process may have written there.
    const text = formatLock(withPart(readLock(path, shown), updatedLock(undefined, result, true), subject.id));
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  } else if (result.verdict !== 'green' && result.verdict !== 'amber') {
    throw new ExpectationFailed(
      `${gateText(result).trimEnd()}\n\nIf that is intended: ${UPDATE}=1 writes ${shown} anew. Commit it with the change.`,
    );
  }
  return found.sequences[name] as readonly Receipt[];
}

function isSet(variable: string): boolean {
  return !['', '0', 'false', undefined].includes(process.env[variable]);
}

function readLock(path: string, shown: string): Lock | undefined {
  return existsSync(path) ? parseLock(readFileSync(path, 'utf8'), shown) : undefined;
}

function tolerancesOf(tolerance: ExpectReceiptOptions['tolerance'] = 'exact'): Tolerances {
  const texts = typeof tolerance === 'string' ? { '*': tolerance } : tolerance;
  const gas = Object.entries(texts).map(([entry, text]) => [entry, parseTolerance(text, `tolerance: ${entry}`)]);
  return { gas: Object.fromEntries(gas), sizes: {} };
}

/** A lock of this sequence alone. */
function lockedPart(lock: Lock, id: string, name: string): Lock | undefined {
  const contract = ownField(lock.contracts, id);
  const receipts = contract && ownField(contract.sequences, name);
  if (receipts === undefined) return undefined;
  return { ...lock, contracts: { [id]: { code: contract?.code ?? {}, sequences: { [name]: receipts } } } };
}

/** Receipts that were made otherwise are let go: the tests that hold them write them anew, or fail. */
function withPart(lock: Lock | undefined, part: Lock, id: string): Lock {
  const isAlike =
    lock?.trimeter === part.trimeter &&
    Object.entries(part.schedules).every(
      ([schedule, words]) => (ownField(lock.schedules, schedule) ?? words) === words,
    );
  if (lock === undefined || !isAlike) return part;
  const { code, sequences } = ownField(part.contracts, id) as LockedContract;
  const others = ownField(lock.contracts, id)?.sequences ?? {};
  return {
    trimeter: part.trimeter,
    schedules: { ...lock.schedules, ...part.schedules },
    contracts: { ...lock.contracts, [id]: { code, sequences: { ...others, ...sequences } } },
  };
}
