import { contractCode } from '../../bench/session.ts';
import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from '../../contracts/case-calls.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { Backend } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import type { Contender, Step } from '../agreement/run-sequence.ts';
import type { ReplayCall, Subject } from '../agreement/subject.ts';
import { gasFamily } from '../machines/register.ts';

/** More gas than any call of a bundled contract uses, in any machine's unit, and still a bound. */
export const AMPLE_GAS = 1_000_000_000n;

/** What every named account starts with. */
export const FUNDS_WEI: bigint = 10n ** 24n;

/** A contract as the agreement checker wants it. Deployed by the account `deployer`; calls come from alice if not said. */
export function agreementSubject(contract: ContractCase): Subject {
  const { id, companions, constructorArgs } = contract;
  const toStep = (call: ReplayCall): Step => {
    const { caller = 'alice', value = '0', gasLimit } = call;
    const { to, input } = encodeCaseCall(contract, call);
    return {
      from: fromHex(resolveAddress(caller)),
      ...(call.to !== undefined && { to: fromHex(to) }),
      value: BigInt(value),
      input,
      ...(gasLimit !== undefined && { gasLimit: BigInt(gasLimit) }),
    };
  };
  const deployment = (input: Uint8Array): Step => ({ from: fromHex(resolveAddress('deployer')), value: 0n, input });
  return {
    id,
    code: contractCode(contract),
    companions: companions.map((companion) => contractCode(companion.contract)),
    constructorArgs,
    encode: (args, calls) => ({
      balances: Object.values(accounts).map((address) => ({ address: fromHex(address), wei: FUNDS_WEI })),
      companions: companionDeployments(contract).map(({ input }) => deployment(input)),
      deployment: deployment(encodeCaseConstructor(contract, args)),
      calls: calls.map((call, at) => inStep(at, () => toStep(call))),
    }),
  };
}

/** Names the call that cannot be encoded. */
function inStep<T>(at: number, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof InputRejected) throw new InputRejected(`steps[${at}]`, error.message);
    throw error;
  }
}

/** Machines in the order given; those that count gas alike are held to the same gas. */
export function contenders(backends: readonly Backend[]): readonly Contender[] {
  return backends.map((backend) => {
    const family = gasFamily(backend.name);
    return { backend, gasLimit: AMPLE_GAS, ...(family !== undefined && { gasFamily: family }) };
  });
}
