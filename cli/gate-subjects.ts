import { basename, dirname, join, normalize } from 'node:path';
import { bundledCases } from '../contracts/bundled-cases.ts';
import { InputRejected } from '../contracts/input-rejected.ts';
import { readInputText } from '../contracts/read-input.ts';
import { type ContractConfig, type GateConfig, parseGateConfig } from '../harness/gate/config.ts';
import type { GateSubject } from '../harness/gate/gate.ts';
import type { GateSequence } from '../harness/gate/measure.ts';
import { exampleSequences, scriptSequence, workloadSequence, workloadSequences } from '../harness/gate/sequences.ts';
import { loadSubject } from '../harness/subjects/load.ts';
import type { DescribedSubject } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import { readScript } from './read-script.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const MAX_CONFIG_BYTES = 1 << 20;

/** @throws InputRejected */
export function readGateConfig(path: string): GateConfig {
  return parseGateConfig(readInputText(path, MAX_CONFIG_BYTES), path);
}

/**
 * The contracts of a configuration, or those of them that are named: as there, or by their ids.
 *
 * @throws InputRejected, UsageError
 */
export async function configuredSubjects(
  terminal: Terminal,
  path: string,
  { contracts }: GateConfig,
  names: readonly string[],
): Promise<readonly GateSubject[]> {
  const loaded: GateSubject[] = [];
  const used = new Set<string>();
  const folder = dirname(path);
  for (const config of contracts) {
    const source = placeIn(folder, config.contract);
    const subject = await loadConfigured(terminal, folder, source, config);
    const name = names.find(
      (word) => [config.contract, subject.id].includes(word) || normalize(word) === normalize(source),
    );
    if (names.length > 0 && name === undefined) continue;
    if (name !== undefined) used.add(name);
    const { schedules, tolerances, calls } = config;
    const sequences = calls?.flatMap((word) => sequencesOf(subject, word, folder, path));
    loaded.push({ subject, source, schedules, tolerances, sequences });
  }
  const unknown = names.find((name) => !used.has(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `${path} has no contract ${unknown}; there are ${contracts.map((item) => item.contract).join(', ')}`,
    );
  }
  return loaded;
}

/** A bundled one by its id, anything else from the folder of the configuration. */
function placeIn(folder: string, name: string): string {
  return bundledCases().includes(name) ? name : join(folder, name);
}

function loadConfigured(
  terminal: Terminal,
  folder: string,
  source: string,
  { abi, evm, wasm, name, libraries, constructorArgs }: ContractConfig,
): Promise<DescribedSubject> {
  const at = (file: string | undefined) => (file === undefined ? undefined : join(folder, file));
  const places = Object.entries(libraries ?? {}).map(([library, file]) => [library, join(folder, file)]);
  return loadSubject(source, {
    abi: at(abi),
    evm: at(evm),
    wasm: at(wasm),
    contract: name,
    libraries: Object.fromEntries(places),
    constructorArgs,
    onProgress: (message) => terminal.error(`${printable(message)}\n`),
  });
}

function sequencesOf(subject: DescribedSubject, word: string, folder: string, where: string): readonly GateSequence[] {
  const { contract, id } = subject;
  if (contract !== undefined && word === 'examples') return exampleSequences(contract);
  if (contract !== undefined && word === 'workloads') return workloadSequences(contract);
  const workload = /^workload:(.+)$/.exec(word)?.[1];
  if (workload !== undefined) {
    const found = contract && workloadSequence(contract, workload);
    if (found !== undefined) return [found];
    const names = contract?.workloads.map((other) => other.id).join(', ') || 'none';
    throw new InputRejected(where, `${id} has no workload ${workload}; there are ${names}`);
  }
  if (word.endsWith('.json')) return [scriptOf(subject, join(folder, word))];
  throw new InputRejected(where, `calls are examples, workloads, workload:<id> or a script .json; got ${word}`);
}

/** A script, or a replay file, by the name of its file. @throws InputRejected */
export function scriptOf({ id }: DescribedSubject, path: string): GateSequence {
  const script = readScript(path);
  if (script.case !== undefined && script.case !== id)
    throw new InputRejected(path, `is about ${script.case}, not ${id}`);
  return scriptSequence(basename(path, '.json'), script);
}
