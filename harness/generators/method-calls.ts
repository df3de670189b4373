import * as fc from 'fast-check';
import type { AbiFunction, AbiParameters } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { accounts } from '../../contracts/accounts.ts';
import { addressBook } from '../../contracts/case-calls.ts';
import type { CallText, ContractCase, MethodCallText } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { exampleCall } from './example-calls.ts';
import { type FoundValues, nothingFound } from './found-values.ts';
import { randomValue } from './random-values.ts';

/** What random calls are made from. */
export type CalledContract = Pick<ContractCase, 'id' | 'abi' | 'companions' | 'workloads' | 'examples'>;

/** A call of a sequence that is not whole yet. */
export interface DraftCall {
  readonly call: CallText;
  /** For calls that nobody wrote: the types of their arguments. */
  readonly inputs?: readonly AbiParameters.Parameter[];
}

const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000';
/** Who acts most often, so that the same accounts meet again. The deployer is who contracts give rights and supply to. */
const FEW: readonly string[] = ['alice', 'deployer'];
const STRANGER = '0x5742a96e9b7e5742a96e9b7e5742a96e9b7e5742';

/** Accounts, contracts, nobody and somebody who is nowhere else. */
export function randomAddresses(contract: CalledContract): readonly string[] {
  return [...FEW, ...FEW, ...Object.keys(addressBook(contract)), ZERO_ADDRESS, STRANGER];
}

export function randomCaller(): fc.Arbitrary<string> {
  return fc.constantFrom(...FEW, ...Object.keys(accounts));
}

/**
 * Well-formed calls: any method from any account, with arguments at the edges of their types, mostly without value; and
 * between them those that set up the case's workloads, and its examples.
 *
 * @throws InputRejected for an ABI without functions.
 */
export function methodCall(contract: CalledContract, found: FoundValues = nothingFound): fc.Arbitrary<DraftCall> {
  const { id, abi, workloads, examples } = contract;
  const methods = callableMethods(contract);
  if (methods.length === 0) throw new InputRejected(id, 'there are no methods to call');
  // Of those too that are left out.
  const names = abi.filter((item) => item.type === 'function').map(({ name }) => name);
  const isOverloaded = (name: string) => names.indexOf(name) !== names.lastIndexOf(name);
  const nameOf = (method: AbiFunction.AbiFunction) =>
    isOverloaded(method.name) ? AbiItem.getSignature(method) : method.name;
  const addresses = randomAddresses(contract);
  const calls: { weight: number; arbitrary: fc.Arbitrary<DraftCall> }[] = methods.map((method) => ({
    weight: method.stateMutability === 'view' ? 1 : 3,
    arbitrary: randomCall(method, nameOf(method), addresses, found).map((call) => ({ call, inputs: method.inputs })),
  }));
  const setup = workloads.flatMap((workload) => workload.setup);
  if (setup.length > 0) calls.push({ weight: 3, arbitrary: fc.constantFrom(...setup).map(asDraft) });
  const nearExamples = examples.map((example): fc.Arbitrary<CallText> => {
    if (example.data !== undefined || example.to !== undefined) return fc.constant(example);
    const method = methods.find((candidate) => example.method === nameOf(candidate));
    return method === undefined ? fc.constant(example) : exampleCall(method, example, found);
  });
  // As often as all methods together: where there are examples, chance alone hardly gets past the first check.
  const weight = calls.reduce((sum, call) => sum + call.weight, 0);
  if (nearExamples.length > 0) calls.push({ weight, arbitrary: fc.oneof(...nearExamples).map(asDraft) });
  return fc.oneof(...calls);
}

/** One or more of them; half of the time after the set-up of a workload, which leads to states that chance would seldom reach. */
export function afterWorkloads(
  { workloads }: CalledContract,
  draft: fc.Arbitrary<DraftCall>,
  maxLength: number,
): fc.Arbitrary<readonly DraftCall[]> {
  const random = fc.array(draft, { minLength: 1, maxLength, size: 'max' });
  const setups = workloads.filter((workload) => workload.setup.length > 0 && workload.setup.length <= maxLength);
  if (setups.length === 0) return random;
  const prepared = fc.tuple(fc.oneof(...setups.map((workload) => wholeOrLess(workload.setup))), random);
  return fc.oneof(
    { withCrossShrink: true },
    random,
    prepared.map(([setup, calls]) => [...setup.map(asDraft), ...calls]),
  );
}

/** Sequences of well-formed calls, with nothing found anywhere: what receipts that are kept were made from. */
export function methodCalls(contract: CalledContract, maxLength = 12): fc.Arbitrary<readonly CallText[]> {
  return afterWorkloads(contract, methodCall(contract), maxLength).map((drafts) => drafts.map(({ call }) => call));
}

/** Without those whose arguments nobody can write: functions, fractions. */
export function callableMethods({ abi }: Pick<CalledContract, 'abi'>): readonly AbiFunction.AbiFunction[] {
  return abi.filter((item) => item.type === 'function').filter(({ inputs }) => inputs.every(isWritten));
}

function isWritten(parameter: AbiParameters.Parameter): boolean {
  if (/^(?:function|u?fixed)/.test(parameter.type)) return false;
  return !('components' in parameter) || parameter.components.every(isWritten);
}

function asDraft(call: CallText): DraftCall {
  return { call };
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
  found: FoundValues,
): fc.Arbitrary<MethodCallText> {
  const zeroWeight = stateMutability === 'payable' ? 1 : 15;
  return fc
    .record({
      args: fc.tuple(...inputs.map((input) => randomValue(input, addresses, found))),
      caller: randomCaller(),
      value: randomWei(zeroWeight),
    })
    .map(({ args, caller, value }) => ({ method, args, caller, ...(value !== '0' && { value }) }));
}

/** None, or a little. */
export function randomWei(zeroWeight: number): fc.Arbitrary<string> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: zeroWeight, arbitrary: fc.constant('0') },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 1000 }).map(String) },
  );
}
