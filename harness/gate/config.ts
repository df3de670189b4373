import type { ArgumentText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readList, readObject, readText, show } from '../../contracts/json-fields.ts';
import { parseStrictJson } from '../../contracts/strict-json.ts';
import { type SizeName, sizeNames } from './lock-file.ts';
import { meterIds } from './meters.ts';
import { parseTolerance, type Tolerance } from './tolerance.ts';
import type { Tolerances } from './tolerances.ts';

/** `trimeter.json`: which contracts a repository holds, what of them, and how exactly. */
export interface GateConfig {
  /** Where the lock is, from the folder of the file. Default `trimeter.lock.json`. */
  readonly lock: string | undefined;
  readonly contracts: readonly ContractConfig[];
}

/** Paths are from the folder of the file. */
export interface ContractConfig {
  /** As on the command line: a contract folder, a file in any of the forms, or the id of a bundled contract. */
  readonly contract: string;
  readonly abi: string | undefined;
  readonly evm: string | undefined;
  readonly wasm: string | undefined;
  /** Name of the Solidity contract, where a file has several. */
  readonly name: string | undefined;
  readonly libraries: Readonly<Record<string, string>> | undefined;
  readonly constructorArgs: readonly ArgumentText[] | undefined;
  /** `examples`, `workloads`, `workload:<id>`, and paths of scripts. */
  readonly calls: readonly string[] | undefined;
  readonly schedules: readonly string[] | undefined;
  readonly tolerances: Tolerances;
}

const MAX_CONTRACTS = 1000;
const MAX_NAMES = 1000;
const MAX_DEPTH = 16;

const contractFields = [
  'abi',
  'evm',
  'wasm',
  'name',
  'libraries',
  'constructorArgs',
  'calls',
  'schedules',
  'tolerance',
  'sizes',
];

/**
 * Reads `trimeter.json`. Fields that there are not are refused: they are most likely misspelt.
 *
 * @throws InputRejected
 *
 * @example
 * const { contracts } = parseGateConfig('{ "contracts": [{ "contract": "erc20", "tolerance": "+2%" }] }');
 * console.log(contracts[0]?.tolerances.gas['*']?.text); // +2%
 */
export function parseGateConfig(text: string, where: string = 'trimeter.json'): GateConfig {
  const fields = readObject(parseStrictJson(text, where), where, {
    required: ['contracts'],
    optional: ['$schema', 'lock', 'schedules', 'tolerance', 'sizes'],
  });
  const { lock } = fields;
  const contracts = readList(fields['contracts'], `${where}: contracts`, (item, at) =>
    readContract(item, at, fields, where),
  );
  if (contracts.length === 0)
    throw new InputRejected(`${where}: contracts`, 'names no contract, so that nothing would be held');
  if (contracts.length > MAX_CONTRACTS)
    throw new InputRejected(`${where}: contracts`, `expected at most ${MAX_CONTRACTS}`);
  return { lock: lock === undefined ? undefined : readText(lock, `${where}: lock`), contracts };
}

/** @param shared The fields of the whole file, which are for contracts that do not say. */
function readContract(
  value: unknown,
  where: string,
  shared: Readonly<Record<string, unknown>>,
  file: string,
): ContractConfig {
  const fields = readObject(value, where, { required: ['contract'], optional: contractFields });
  const optional = <T>(name: string, read: (item: unknown, at: string) => T): T | undefined => {
    return fields[name] === undefined ? undefined : read(fields[name], `${where}.${name}`);
  };
  const either = <T>(name: string, read: (item: unknown, at: string) => T): T | undefined => {
    if (fields[name] !== undefined) return read(fields[name], `${where}.${name}`);
    return shared[name] === undefined ? undefined : read(shared[name], `${file}: ${name}`);
  };
  // What is said of one contract adds to what is said of all.
  const gas = {
    ...readGas(shared['tolerance'], `${file}: tolerance`),
    ...readGas(fields['tolerance'], `${where}.tolerance`),
  };
  const sizes = { ...readSizes(shared['sizes'], `${file}: sizes`), ...readSizes(fields['sizes'], `${where}.sizes`) };
  return {
    contract: readText(fields['contract'], `${where}.contract`),
    abi: optional('abi', readText),
    evm: optional('evm', readText),
    wasm: optional('wasm', readText),
    name: optional('name', readText),
    libraries: optional('libraries', (item, at) => readRecord(item, at, readText)),
    constructorArgs: optional('constructorArgs', (item, at) => readArguments(item, at)),
    calls: optional('calls', (item, at) => readList(item, at, readText)),
    schedules: either('schedules', readSchedules),
    tolerances: { gas, sizes },
  };
}

function readSchedules(value: unknown, where: string): readonly string[] {
  const ids = readList(value, where, (item, at) => {
    if (typeof item === 'string' && meterIds.includes(item)) return item;
    throw new InputRejected(at, `expected one of ${meterIds.join(', ')}, got ${show(item)}`);
  });
  if (ids.length === 0) throw new InputRejected(where, 'names no schedule, so that no gas would be held');
  if (new Set(ids).size < ids.length) throw new InputRejected(where, 'names a schedule twice');
  return ids;
}

function readTolerance(value: unknown, where: string): Tolerance {
  return parseTolerance(readText(value, where), where);
}

function readGas(value: unknown, where: string): Readonly<Record<string, Tolerance>> {
  if (value === undefined) return {};
  return typeof value === 'string' ? { '*': readTolerance(value, where) } : readRecord(value, where, readTolerance);
}

function readSizes(value: unknown, where: string): Readonly<Partial<Record<SizeName, Tolerance>>> {
  if (value === undefined) return {};
  const fields = readObject(value, where, { required: [], optional: sizeNames });
  return Object.fromEntries(
    sizeNames.flatMap((name) =>
      fields[name] === undefined ? [] : [[name, readTolerance(fields[name], `${where}.${name}`)]],
    ),
  );
}

function readRecord<T>(
  value: unknown,
  where: string,
  readItem: (item: unknown, where: string) => T,
): Readonly<Record<string, T>> {
  const entries = Object.entries(readObject(value, where, { required: [], hasOthers: true }));
  if (entries.length > MAX_NAMES) throw new InputRejected(where, `expected at most ${MAX_NAMES} names`);
  return Object.fromEntries(entries.map(([name, item]) => [name, readItem(item, `${where}.${name}`)]));
}

function readArguments(value: unknown, where: string, depth: number = 0): readonly ArgumentText[] {
  if (depth > MAX_DEPTH) throw new InputRejected(where, 'nested too deep');
  return readList(value, where, (item, at) => {
    if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') return item;
    return readArguments(item, at, depth + 1);
  });
}
