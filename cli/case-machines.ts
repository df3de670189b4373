import { isBundledDirectory } from '../contracts/bundled-cases.ts';
import type { ContractCase } from '../contracts/contract-case.ts';
import type { Backend } from '../engine/backend.ts';
import { comparedMachines, isUnconfined, type MissingMachine, machinesFor } from '../harness/machines/register.ts';
import { soliditySubject } from '../harness/subjects/solidity.ts';
import { partsOf } from '../harness/subjects/subject.ts';
import { printable } from '../harness/text/printable.ts';
import type { Terminal } from './terminal.ts';

/** A contract and the machines to run it on. */
export interface CaseMachines {
  readonly contract: ContractCase;
  readonly backends: readonly Backend[];
}

/** Names of the machines that have a form of the contract, and of its companions, to run. */
export function machinesOf(contract: ContractCase): readonly string[] {
  return machinesFor(partsOf(soliditySubject(contract)));
}

/** Names of the machines that can run one of the contracts at least. */
export function machinesOfSome(cases: readonly ContractCase[]): readonly string[] {
  return comparedMachines.filter((name) => cases.some((contract) => machinesOf(contract).includes(name)));
}

/** Names of the machines that can run all of the contracts. */
export function machinesOfAll(cases: readonly ContractCase[]): readonly string[] {
  return comparedMachines.filter((name) => cases.every((contract) => machinesOf(contract).includes(name)));
}

/** Why a machine does not run by default what did not come with this package; undefined if it may. */
export function untrusted(backendName: string, cases: readonly ContractCase[]): string | undefined {
  if (!isUnconfined(backendName)) return undefined;
  const foreign = cases.find(({ path, nativeSource }) => nativeSource !== undefined && !isBundledDirectory(path));
  return foreign && `it would run the C++ of ${foreign.path} unconfined, which is not bundled; name it with --on`;
}

/** The machines of a list that run without being named. The others are mentioned. */
export function trustedDefaults(
  terminal: Terminal,
  names: readonly string[],
  cases: readonly ContractCase[],
): { readonly defaults: readonly string[]; readonly leftOut: readonly MissingMachine[] } {
  const leftOut = names.flatMap((name) => {
    const reason = untrusted(name, cases);
    return reason === undefined ? [] : [{ name, reason }];
  });
  for (const { name, reason } of leftOut) terminal.error(`without ${name}: ${printable(reason)}\n`);
  return { defaults: names.filter((name) => untrusted(name, cases) === undefined), leftOut };
}

/**
 * Each contract with those of the machines that can run it. What a machine is left out of is mentioned; contracts that
 * fewer than so many machines can run have nothing to be compared with, and are left out themselves.
 */
export function assignMachines(
  terminal: Terminal,
  cases: readonly ContractCase[],
  backends: readonly Backend[],
  least: number,
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
    .filter((assigned) => assigned.backends.length >= least);
}
