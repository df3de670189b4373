import type { Abi, AbiError, AbiEvent, AbiFunction } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import * as AbiParameters from 'ox/AbiParameters';
import * as Hex from 'ox/Hex';
import { type AddressBook, accounts } from './accounts.ts';
import { readArguments } from './call-argument.ts';
import type { ArgumentText, MethodCallText } from './contract-case.ts';
import { InputRejected } from './input-rejected.ts';

/** A decoded value, ready for JSON: integers are decimal strings, bytes and addresses 0x strings, tuples objects. */
export type PrintedValue = string | boolean | readonly PrintedValue[] | { readonly [name: string]: PrintedValue };

/** A decoded error or event. Where Solidity gives no name, `name` of an argument is its position. */
export interface PrintedItem {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly value: PrintedValue }[];
}

/** What solc itself reverts with. https://docs.soliditylang.org/en/latest/control-structures.html#revert */
const builtinErrors: readonly AbiError.AbiError[] = [
  { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] },
  { type: 'error', name: 'Panic', inputs: [{ name: 'code', type: 'uint256' }] },
];

/**
 * Calldata of one call: selector and arguments.
 *
 * @param addresses what arguments may name; default the accounts
 * @throws InputRejected for an unknown or ambiguous method, and for arguments that do not fit
 *
 * @example
 * const input = encodeCall(erc20.abi, { method: 'balanceOf', args: ['bob'] });
 * console.log(toHex(input).slice(0, 10), input.length); // 0x70a08231 36
 */
export function encodeCall(abi: Abi.Abi, call: MethodCallText, addresses: AddressBook = accounts): Uint8Array {
  const method = findMethod(abi, call.method);
  const selector = Hex.toBytes(AbiItem.getSelector(method));
  return concatenate(selector, encodeArguments(method.inputs, call.args, call.method, addresses));
}

/** Calldata that is written as bytes. */
export function rawData(data: string): Uint8Array {
  return Hex.toBytes(data as `0x${string}`);
}

/**
 * Encoded constructor arguments: what follows the creation code on the EVM, and the input of `user_constructor`.
 *
 * @throws InputRejected
 *
 * @example
 * const input = encodeConstructor(erc20.abi, ['Example', 'EXM', '1000']);
 * const { outcome } = await world.deploy(program, { deployer, input });
 * console.log(input.length, outcome.status); // 224 success
 */
export function encodeConstructor(
  abi: Abi.Abi,
  args: readonly ArgumentText[],
  addresses: AddressBook = accounts,
): Uint8Array {
  const found = abi.find((item) => item.type === 'constructor');
  return encodeArguments(found?.inputs ?? [], args, 'constructor', addresses);
}

/**
 * The return values of a successful call, or undefined when the bytes do not decode.
 *
 * @throws InputRejected for an unknown or ambiguous method
 *
 * @example
 * const output = new Uint8Array(32).fill(1, 31);
 * console.log(decodeOutput(erc20.abi, 'totalSupply', output)); // [ '1' ]
 */
export function decodeOutput(abi: Abi.Abi, method: string, output: Uint8Array): readonly PrintedValue[] | undefined {
  return decodeValues(findMethod(abi, method).outputs, output);
}

/**
 * The error of a reverted call: one of the ABI's, Error(string) or Panic(uint256). Undefined for other bytes.
 *
 * @example
 * const call = { method: 'transfer', args: ['bob', '5'] };
 * const outcome = await world.call({ caller: bob, to: token, input: encodeCall(erc20.abi, call) });
 * if (outcome.status !== 'revert') throw new Error('bob has nothing');
 * console.log(decodeRevert(erc20.abi, outcome.output)?.name); // ERC20InsufficientBalance
 */
export function decodeRevert(abi: Abi.Abi, output: Uint8Array): PrintedItem | undefined {
  if (output.length < 4) return undefined;
  const selector = Hex.fromBytes(output.subarray(0, 4));
  const errors = [...abi.filter((item) => item.type === 'error'), ...builtinErrors];
  const error = errors.find((item) => AbiItem.getSelector(item) === selector);
  if (error === undefined) return undefined;
  const values = decodeValues(error.inputs, output.subarray(4));
  return values && { name: error.name, args: nameValues(error.inputs, values) };
}

/**
 * An event of the ABI, its arguments in the order of their declaration. Of an indexed argument of dynamic type only the
 * hash is in the event, and shown. Undefined for an event that the ABI does not have.
 *
 * @example
 * const call = { method: 'mint', args: ['bob', '5'] };
 * const outcome = await world.call({ caller: bob, to: token, input: encodeCall(erc20.abi, call) });
 * if (outcome.status !== 'success') throw new Error('not minted');
 * const [transfer] = outcome.events.map(({ topics, data }) => decodeEvent(erc20.abi, topics, data));
 * console.log(transfer?.name, transfer?.args.at(-1)); // Transfer { name: 'value', value: '5' }
 */
export function decodeEvent(abi: Abi.Abi, topics: readonly Uint8Array[], data: Uint8Array): PrintedItem | undefined {
  const [signatureHash, ...indexed] = topics;
  if (signatureHash === undefined) return undefined;
  const id = Hex.fromBytes(signatureHash);
  const event = abi.find(
    (item): item is AbiEvent.AbiEvent => item.type === 'event' && AbiItem.getSignatureHash(item) === id,
  );
  if (event === undefined) return undefined;
  const inputs = event.inputs as readonly EventInput[];
  const topicInputs = inputs.filter((input) => input.indexed).map(asTopic);
  if (indexed.length !== topicInputs.length) return undefined;
  const fromTopics = decodeValues(topicInputs, concatenate(...indexed));
  const fromData = decodeValues(
    inputs.filter((input) => !input.indexed),
    data,
  );
  if (fromTopics === undefined || fromData === undefined) return undefined;
  const values = inputs.map((input) => (input.indexed ? fromTopics : fromData).shift() as PrintedValue);
  return { name: event.name, args: nameValues(inputs, values) };
}

type EventInput = AbiParameters.Parameter & { readonly indexed?: boolean };

/** A topic is one word: the value, or the hash of what does not fit. */
function asTopic(input: AbiParameters.Parameter): AbiParameters.Parameter {
  const isWord = /^(u?int\d+|address|bool|bytes\d+)$/.test(input.type);
  return isWord ? input : { type: 'bytes32', name: input.name ?? '' };
}

function findMethod(abi: Abi.Abi, method: string): AbiFunction.AbiFunction {
  const functions = abi.filter((item) => item.type === 'function');
  const [found, ...others] = method.includes('(')
    ? functions.filter((item) => AbiItem.getSignature(item) === method)
    : functions.filter((item) => item.name === method);
  if (found === undefined) throw new InputRejected(method, 'the contract has no such method');
  if (others.length > 0) throw new InputRejected(method, 'is overloaded: write the full signature');
  return found;
}

function encodeArguments(
  parameters: readonly AbiParameters.Parameter[],
  args: readonly ArgumentText[],
  where: string,
  addresses: AddressBook,
): Uint8Array {
  return Hex.toBytes(AbiParameters.encode(parameters, readArguments(parameters, args, where, addresses)));
}

function decodeValues(parameters: readonly AbiParameters.Parameter[], data: Uint8Array): PrintedValue[] | undefined {
  let values: readonly unknown[];
  try {
    values = AbiParameters.decode(parameters, data, { checksumAddress: false }) as readonly unknown[];
  } catch {
    return undefined;
  }
  return values.map(print);
}

function nameValues(
  parameters: readonly AbiParameters.Parameter[],
  values: readonly PrintedValue[],
): PrintedItem['args'] {
  return values.map((value, i) => ({ name: parameters[i]?.name || String(i), value }));
}

function print(value: unknown): PrintedValue {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(print);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, print(part)]));
  }
  return String(value);
}

function concatenate(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
