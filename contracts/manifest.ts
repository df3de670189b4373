import { accounts } from './accounts.ts';
import { resolveAddress } from './call-argument.ts';
import { readBlockText, readCallFields, readData } from './call-fields.ts';
import { ownName } from './case-calls.ts';
import { type ArgumentText, type CallText, type Workload, workloadSizes } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';
import { readCount, readList, readMatching, readObject, readOneOf, readText, show } from './json-fields.ts';
import { type PortLanguage, portLanguages } from './port-language.ts';
import { parseStrictJson } from './strict-json.ts';

/** A contract of another case that has to be there first. */
export interface CompanionText {
  readonly name: string;
  /** Id of the other case: its folder lies beside this one, or it is a bundled one. */
  readonly case: string;
  readonly constructorArgs: readonly ArgumentText[];
}

/** What a case's manifest.json says (format: docs/contracts.md). */
export interface Manifest {
  readonly summary: string;
  /** Name of the Solidity contract and of its file, without `.sol`, if there is one. */
  readonly contract?: string;
  readonly constructorArgs: readonly ArgumentText[];
  readonly companions: readonly CompanionText[];
  readonly ports: readonly PortLanguage[];
  readonly workloads: readonly Workload[];
  /** Calls that every random sequence begins with. */
  readonly setup: readonly CallText[];
  readonly examples: readonly CallText[];
}

const wordsPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Reads a manifest. Fields that the format does not know are refused: they are most likely misspelt.
 *
 * @param where the file, named in errors
 * @throws InputRejected
 */
export function parseManifest(text: string, where: string): Manifest {
  const fields = readObject(parseStrictJson(text, where), where, {
    required: ['summary', 'constructorArgs', 'workloads'],
    optional: ['contract', 'companions', 'ports', 'setup', 'examples'],
  });
  const { contract } = fields;
  return {
    summary: readText(fields['summary'], `${where}: summary`),
    ...(contract !== undefined && {
      contract: readMatching(contract, `${where}: contract`, /^[A-Za-z_]\w*$/, 'a Solidity contract name'),
    }),
    constructorArgs: readList(fields['constructorArgs'], `${where}: constructorArgs`, readArgument),
    companions: readCompanions(fields['companions'] ?? [], `${where}: companions`),
    ports: readPorts(fields['ports'] ?? [], `${where}: ports`),
    workloads: readWorkloads(fields['workloads'], `${where}: workloads`),
    setup: readList(fields['setup'] ?? [], `${where}: setup`, readCall),
    examples: readList(fields['examples'] ?? [], `${where}: examples`, readCall),
  };
}

function readCompanions(value: unknown, where: string): readonly CompanionText[] {
  const companions = readList(value, where, readCompanion);
  const names = companions.map(({ name }) => name);
  refuseTwice([...Object.keys(accounts), ownName, ...names], where, 'name');
  return companions;
}

function readCompanion(value: unknown, where: string): CompanionText {
  const fields = readObject(value, where, { required: ['name', 'case', 'constructorArgs'] });
  return {
    name: readMatching(fields['name'], `${where}.name`, /^[a-z][a-z0-9]*$/, 'one lower-case word'),
    case: readMatching(fields['case'], `${where}.case`, wordsPattern, 'lower-case words joined by dashes'),
    constructorArgs: readList(fields['constructorArgs'], `${where}.constructorArgs`, readArgument),
  };
}

function readPorts(value: unknown, where: string): readonly PortLanguage[] {
  const ports = readList(value, where, (item, at) => readOneOf(item, at, portLanguages));
  refuseTwice(ports, where, 'port');
  return ports;
}

function readWorkloads(value: unknown, where: string): readonly Workload[] {
  const workloads = readList(value, where, readWorkload);
  const ids = workloads.map(({ id }) => id);
  refuseTwice(ids, where, 'id');
  return workloads;
}

function refuseTwice(names: readonly string[], where: string, what: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new InputRejected(where, `the ${what} ${JSON.stringify(twice)} is given twice`);
}

function readWorkload(value: unknown, where: string): Workload {
  const fields = readObject(value, where, {
    required: ['id', 'operation', 'operationsPerCall', 'setup', 'calls'],
    optional: ['size', 'mayFail'],
  });
  const calls = readList(fields['calls'], `${where}.calls`, readTimedCall);
  if (calls.length === 0) throw new InputRejected(`${where}.calls`, 'expected at least one call');
  return {
    id: readMatching(fields['id'], `${where}.id`, wordsPattern, 'lower-case words joined by dashes'),
    size: readOneOf(fields['size'] ?? 'typical', `${where}.size`, workloadSizes),
    operation: readText(fields['operation'], `${where}.operation`),
    operationsPerCall: readCount(fields['operationsPerCall'], `${where}.operationsPerCall`),
    setup: readList(fields['setup'], `${where}.setup`, readTimedCall),
    calls,
    ...(fields['mayFail'] !== undefined && { mayFail: readFlag(fields['mayFail'], `${where}.mayFail`) }),
  };
}

/** Of a workload, which may be repeated in any order, a million times. */
function readTimedCall(value: unknown, where: string): CallText {
  const call = readCall(value, where);
  if (call.block === undefined) return call;
  throw new InputRejected(`${where}.block`, 'the block stands still for a workload');
}

function readCall(value: unknown, where: string): CallText {
  const fields = readCallFields(value, where, ['to', 'caller', 'value']);
  const { to, data, caller, value: wei, block } = fields;
  return {
    ...(to !== undefined && { to: readText(to, `${where}.to`) }),
    ...(data !== undefined
      ? { data: readData(data, `${where}.data`) }
      : {
          method: readText(fields['method'], `${where}.method`),
          args: readList(fields['args'], `${where}.args`, readArgument),
        }),
    ...(caller !== undefined && { caller: readCaller(caller, `${where}.caller`) }),
    ...(wei !== undefined && { value: readWei(wei, `${where}.value`) }),
    ...(block !== undefined && { block: readBlockText(block, `${where}.block`) }),
  };
}

/** As it is written, a name or an address. */
function readCaller(value: unknown, where: string): string {
  const caller = readText(value, where);
  resolveAddress(caller, where);
  return caller;
}

function readWei(value: unknown, where: string): string {
  const wei = readMatching(value, where, /^\d{1,78}$/, 'a decimal string');
  if (BigInt(wei) >> 256n !== 0n) throw new InputRejected(where, `expected less than 2^256 wei, got ${show(wei)}`);
  return wei;
}

function readArgument(value: unknown, where: string): ArgumentText {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Number.isSafeInteger(value)) return value as number;
  if (Array.isArray(value)) return readList(value, where, readArgument);
  throw new InputRejected(where, `expected a string, a safe integer, a boolean or a list, got ${show(value)}`);
}

function readFlag(value: unknown, where: string): boolean {
  if (typeof value !== 'boolean') throw new InputRejected(where, `expected true or false, got ${show(value)}`);
  return value;
}
