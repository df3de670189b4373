import * as fc from 'fast-check';
import type { AbiFunction } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import * as ContractAddress from 'ox/ContractAddress';
import { accounts } from './accounts.ts';
import type { CallText, ContractCase } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';
import { randomValue } from './random-values.ts';

export interface RandomCallsOptions {
  /** Longest sequence; default 12. The shortest is one call. */
  readonly maxLength?: number;
}

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000';
/** Who acts most often, so that the same accounts meet again. The deployer is who contracts give rights and supply to. */
const FEW: readonly string[] = ['alice', 'deployer'];
const STRANGER = '0x5742a96e9b7e5742a96e9b7e5742a96e9b7e5742';

/**
 * Sequences of calls on a freshly deployed contract: any method of its Solidity ABI from any account, with arguments at
 * the edges of their types. Mostly without value, sometimes with some, because refusing it is part of what machines
 * must agree on. Addresses include zero, the contract's own and one that nobody uses. Between them come the calls that
 * set up the case's workloads, which lead to states that chance alone would seldom reach.
 *
 * @throws InputRejected for an ABI without functions.
 */
export function randomCalls(
  { id, abi, workloads }: Pick<ContractCase, 'id' | 'abi' | 'workloads'>,
  { maxLength = 12 }: RandomCallsOptions = {},
): fc.Arbitrary<readonly CallText[]> {
  const methods = abi.filter((item) => item.type === 'function');
  if (methods.length === 0) throw new InputRejected(id, 'there are no methods to call');
  const names = methods.map(({ name }) => name);
  const isOverloaded = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const calls = methods.map((method) => ({
    weight: method.stateMutability === 'view' ? 1 : 3,
    arbitrary: randomCall(method, isOverloaded(method.name) ? AbiItem.getSignature(method) : method.name),
  }));
  const setup = workloads.flatMap((workload) => workload.setup);
  if (setup.length > 0) calls.push({ weight: 3, arbitrary: fc.constantFrom(...setup) });
  return fc.array(fc.oneof(...calls), { minLength: 1, maxLength, size: 'max' });
}

function randomCall({ inputs, stateMutability }: AbiFunction.AbiFunction, method: string): fc.Arbitrary<CallText> {
  const ownAddress = ContractAddress.fromCreate({ from: accounts['deployer'] as `0x${string}`, nonce: 0n });
  const addresses = [...FEW, ...FEW, ...Object.keys(accounts), ZERO_ADDRESS, ownAddress, STRANGER];
  const zeroWeight = stateMutability === 'payable' ? 1 : 15;
  return fc
    .record({
      args: fc.tuple(...inputs.map((input) => randomValue(input, addresses))),
      caller: fc.constantFrom(...FEW, ...Object.keys(accounts)),
      value: fc.oneof(
        { withCrossShrink: true },
        { weight: zeroWeight, arbitrary: fc.constant('0') },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 1000 }).map(String) },
      ),
    })
    .map(({ args, caller, value }) => ({ method, args, caller, ...(value !== '0' && { value }) }));
}
