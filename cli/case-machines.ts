import type { ContractCase } from '../contracts/contract-case.ts';
import type { Backend } from '../engine/backend.ts';
import { comparedBackends, portLanguageOf } from './backends.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** A contract and the machines to run it on. */
export interface CaseMachines {
  readonly contract: ContractCase;
  readonly backends: readonly Backend[];
}

/** Names of the machines that have a form of the contract, and of its companions, to run. */
export function machinesOf({ wasmPorts, companions }: ContractCase): readonly string[] {
  const parts = [wasmPorts, ...companions.map(({ contract }) => contract.wasmPorts)];
  return comparedBackends.filter((name) => {
    const language = portLanguageOf(name);
    return language === undefined || parts.every((ports) => ports[language] !== undefined);
  });
}

/** Names of the machines that can run one of the contracts at least. */
export function machinesOfSome(cases: readonly ContractCase[]): readonly string[] {
  return comparedBackends.filter((name) => cases.some((contract) => machinesOf(contract).includes(name)));
}

/** Names of the machines that can run all of the contracts. */
export function machinesOfAll(cases: readonly ContractCase[]): readonly string[] {
  return comparedBackends.filter((name) => cases.every((contract) => machinesOf(contract).includes(name)));
}

/**
 * Each contract with those of the machines that can run it. What a machine is left out of is mentioned; contracts of which
 * one machine is left out of several have nothing to be compared with, and are left out themselves.
 */
export function assignMachines(
  terminal: Terminal,
  cases: readonly ContractCase[],
  backends: readonly Backend[],
): readonly CaseMachines[] {
  for (const { name } of backends) {
    const without = cases.filter((contract) => !machinesOf(contract).includes(name)).map(({ id }) => id);
    if (without.length > 0) terminal.error(`${name} has no port of ${printable(without.join(', '))}\n`);
  }
  return cases
    .map((contract) => ({
      contract,
      backends: backends.filter(({ name }) => machinesOf(contract).includes(name)),
    }))
    .filter((assigned) => assigned.backends.length >= Math.min(2, backends.length));
}
