import * as fc from 'fast-check';
import type { AbiFunction } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { accounts } from '../../contracts/accounts.ts';
import { addressBook } from '../../contracts/case-calls.ts';
import type { CallText, ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { exampleCall } from './example-calls.ts';
import { randomValue } from './random-values.ts';

export interface RandomCallsOptions {
  /** Most random calls in a sequence, and most calls of a set-up before them; default 12. The fewest is one call. */
  readonly maxLength?: number;
}

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000';
/** Who acts most often, so that the same accounts meet again. The deployer is who contracts give rights and supply to. */
const FEW: readonly string[] = ['alice', 'deployer'];
const STRANGER = '0x5742a96e9b7e5742a96e9b7e5742a96e9b7e5742';

/**
 * Sequences of calls on a freshly deployed contract: any method of its Solidity ABI from any account, with arguments at
 * the edges of their types. Mostly without value, sometimes with some, because refusing it is part of what machines
 * must agree on. Addresses include zero, those of the case's contracts and one that nobody uses. Between them come the calls that
 * set up the case's workloads and its examples, and half of the sequences begin with the set-up of a workload: both lead
 * to states that chance alone would seldom reach.
 *
 * @throws InputRejected for an ABI without functions.
 *
 * @example
 * const calls = randomCalls(erc20, { maxLength: 3 });
 * const report = await check(soliditySubject(erc20), ['wasm', 'reference'], { calls, callBudget: 20 });
 * console.log(report.agreed); // true
 */
export function randomCalls(
  contract: Pick<ContractCase, 'id' | 'abi' | 'companions' | 'workloads' | 'examples'>,
  { maxLength = 12 }: RandomCallsOptions = {},
): fc.Arbitrary<readonly CallText[]> {
  const { id, abi, workloads, examples } = contract;
  const methods = abi.filter((item) => item.type === 'function');
  if (methods.length === 0) throw new InputRejected(id, 'there are no methods to call');
  const names = methods.map(({ name }) => name);
  const isOverloaded = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const nameOf = (method: AbiFunction.AbiFunction) =>
    isOverloaded(method.name) ? AbiItem.getSignature(method) : method.name;
  const addresses = [...FEW, ...FEW, ...Object.keys(addressBook(contract)), ZERO_ADDRESS, STRANGER];
  const calls = methods.map((method) => ({
    weight: method.stateMutability === 'view' ? 1 : 3,
    arbitrary: randomCall(method, nameOf(method), addresses),
  }));
  const setup = workloads.flatMap((workload) => workload.setup);
  if (setup.length > 0) calls.push({ weight: 3, arbitrary: fc.constantFrom(...setup) });
  const nearExamples = examples.map((example) => {
    const method = methods.find((candidate) => example.to === undefined && example.method === nameOf(candidate));
    return method === undefined ? fc.constant(example) : exampleCall(method, example);
  });
  // As often as all methods together: where there are examples, chance alone hardly gets past the first check.
  const weight = calls.reduce((sum, call) => sum + call.weight, 0);
  if (nearExamples.length > 0) calls.push({ weight, arbitrary: fc.oneof(...nearExamples) });
  const random = fc.array(fc.oneof(...calls), { minLength: 1, maxLength, size: 'max' });
  const setups = workloads.filter((workload) => workload.setup.length > 0 && workload.setup.length <= maxLength);
  if (setups.length === 0) return random;
  const prepared = fc.tuple(fc.oneof(...setups.map((workload) => wholeOrLess(workload.setup))), random);
  return fc.oneof(
    { withCrossShrink: true },
    random,
    prepared.map((parts) => parts.flat()),
  );
}

/** All of them, nearly always. Shrinking leaves out what is not needed. */
function wholeOrLess(calls: readonly CallText[]): fc.Arbitrary<readonly CallText[]> {
  const parts = calls.map((call) => fc.option(fc.constant(call), { freq: 100, nil: undefined }));
  return fc.tuple(...parts).map((some) => some.filter((call) => call !== undefined));
}

function randomCall(
  { inputs, stateMutability }: AbiFunction.AbiFunction,
  method: string,
  addresses: readonly string[],
): fc.Arbitrary<CallText> {
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
