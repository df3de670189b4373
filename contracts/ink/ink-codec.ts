import { Abi } from '@polkadot/api-contract/Abi';
import type { AbiConstructor, AbiEvent, AbiMessage, AbiParam } from '@polkadot/api-contract/types';
import type { Codec } from '@polkadot/types/types';
import { compactStripLength, u8aToHex } from '@polkadot/util';
import { InputRejected } from '../input-rejected.ts';
import { type InkArgument, saysWhatWasWritten } from './argument.ts';
import type { InkBundle } from './bundle.ts';
import { checkInkTypes } from './check-types.ts';
import { errorName, type Printable, toPrintable } from './printable.ts';

/** What a call returned. `error` names the innermost error where the output is one: `InsufficientBalance`. */
export interface InkOutput {
  readonly value: Printable;
  readonly error: string | undefined;
}

export interface InkEvent {
  readonly name: string;
  readonly args: Readonly<Record<string, Printable>>;
}

/** What can be called. */
export interface InkMessage {
  /** As in the metadata. */
  readonly name: string;
  /** 0x and 8 hex digits. */
  readonly selector: string;
  /** Of its arguments, as the metadata names them: `u128`, `Option<AccountId>`. */
  readonly types: readonly string[];
  readonly isMutating: boolean;
  readonly isPayable: boolean;
}

/**
 * Encodes calls to one contract and decodes what it answers. Messages and constructors go by the name in the metadata
 * (`PSP22::transfer`), or by what follows the last `::` where that is unambiguous (`transfer`).
 *
 * Bad names, arguments and bytes throw `InputRejected`; for names it lists what there is.
 */
export interface InkCodec {
  readonly messages: readonly InkMessage[];
  /** Name of the first constructor that takes so many arguments; of the first one where none does. */
  constructorFor(argumentCount: number): string;
  encodeConstructor(name: string, args: readonly InkArgument[]): Uint8Array;
  encodeMessage(name: string, args: readonly InkArgument[]): Uint8Array;
  decodeConstructorOutput(name: string, output: Uint8Array): InkOutput;
  decodeOutput(name: string, output: Uint8Array): InkOutput;
  /** Undefined for an event that the metadata does not describe, such as one of another contract. */
  decodeEvent(event: { readonly topics: readonly Uint8Array[]; readonly data: Uint8Array }): InkEvent | undefined;
}

/** @throws InputRejected if the metadata cannot be read. */
export function createInkCodec({ name: where, metadata }: InkBundle): InkCodec {
  const abi = readAbi(where, metadata);
  const constructorOf = (name: string) => find(where, 'constructor', abi.constructors, name);
  const messageOf = (name: string) => find(where, 'message', abi.messages, name);
  const [first] = abi.constructors;
  if (first === undefined) throw new InputRejected(where, 'metadata has no constructor');
  return {
    messages: abi.messages.map(({ identifier, selector, args, isMutating, isPayable }) => ({
      name: identifier,
      selector: selector.toHex(),
      types: args.map(({ type }) => type.type),
      isMutating: isMutating === true,
      isPayable: isPayable === true,
    })),
    constructorFor: (count) => (abi.constructors.find(({ args }) => args.length === count) ?? first).identifier,
    encodeConstructor: (name, args) => encode(abi, where, constructorOf(name), args),
    encodeMessage: (name, args) => encode(abi, where, messageOf(name), args),
    decodeConstructorOutput: (name, output) => decodeOutput(abi, where, constructorOf(name), output),
    decodeOutput: (name, output) => decodeOutput(abi, where, messageOf(name), output),
    decodeEvent: ({ topics, data }) => decodeEvent(abi, where, topics, data),
  };
}

function readAbi(where: string, metadata: InkBundle['metadata']): Abi {
  checkInkTypes(metadata['types'], where);
  try {
    return new Abi({ ...metadata });
  } catch (error) {
    throw new InputRejected(where, `metadata cannot be read: ${firstLine(error)}`);
  }
}

function find<T extends AbiMessage | AbiConstructor>(where: string, what: string, list: readonly T[], name: string): T {
  const exact = list.find(({ identifier }) => identifier === name);
  if (exact !== undefined) return exact;
  const [short, ...others] = list.filter(({ identifier }) => lastSegment(identifier) === name);
  if (short !== undefined && others.length === 0) return short;
  const why = short === undefined ? 'there is no such' : 'there is more than one such';
  const names = list.map(({ identifier }) => identifier).join(', ');
  throw new InputRejected(`${where}.${name}`, `${why} ${what}; there are ${names}`);
}

function encode(abi: Abi, where: string, target: AbiMessage, args: readonly InkArgument[]): Uint8Array {
  const place = `${where}.${target.identifier}`;
  if (args.length !== target.args.length) {
    const wanted = target.args.map(({ name, type }) => `${name}: ${type.type}`).join(', ');
    throw new InputRejected(place, `takes (${wanted}), got ${args.length} arguments`);
  }
  target.args.forEach((param, i) => {
    checkArgument(abi, place, param, args[i] as InkArgument);
  });
  const [, bytes] = compactStripLength(target.toU8a([...args]));
  return bytes.slice();
}

function checkArgument(abi: Abi, place: string, { name, type }: AbiParam, written: InkArgument): void {
  const rejected = new InputRejected(`${place}(${name})`, `expected ${type.type}, got ${JSON.stringify(written)}`);
  let value: Codec;
  try {
    value = abi.registry.createType(type.lookupName ?? type.type, written);
  } catch {
    throw rejected;
  }
  if (!saysWhatWasWritten(value, written)) throw rejected;
}

function decodeOutput(abi: Abi, where: string, target: AbiMessage, output: Uint8Array): InkOutput {
  const place = `${where}.${target.identifier}`;
  const { returnType } = target;
  if (!returnType) {
    if (output.length > 0) throw new InputRejected(place, `returns nothing, got ${u8aToHex(output, 512)}`);
    return { value: null, error: undefined };
  }
  const type = returnType.lookupName ?? returnType.type;
  const value = decode(place, output, () => abi.registry.createType(type, output));
  if (!isAllOf(value, output, target.isConstructor === true)) {
    throw new InputRejected(place, `output is not a ${returnType.type}: ${u8aToHex(output, 512)}`);
  }
  return { value: toPrintable(value), error: errorName(value) };
}

/**
 * Whether decoding has used every byte; missing ones are read as zero. ink! answers for a constructor that cannot fail
 * as for one that can, `Ok(Ok(()))`, while the metadata promises `Ok(())`: then one zero is left.
 */
function isAllOf(value: Codec, output: Uint8Array, isConstructor: boolean): boolean {
  const leftBytes = output.length - value.encodedLength;
  return leftBytes === 0 || (isConstructor && leftBytes === 1 && output.at(-1) === 0);
}

function decodeEvent(abi: Abi, where: string, topics: readonly Uint8Array[], data: Uint8Array): InkEvent | undefined {
  const found = findEvent(abi, topics, data);
  if (found === undefined) return undefined;
  const { event, fields } = found;
  const name = lastSegment(event.identifier);
  const { args } = decode(`${where}.${name}`, data, () => event.fromU8a(fields));
  const named = args.map((value, i) => [event.args[i]?.name ?? String(i), toPrintable(value)]);
  return { name, args: Object.fromEntries(named) };
}

/** Version 5 puts an event's signature in the first topic; in version 4 the data begins with the event's index. */
function findEvent(
  abi: Abi,
  topics: readonly Uint8Array[],
  data: Uint8Array,
): { readonly event: AbiEvent; readonly fields: Uint8Array } | undefined {
  if (abi.metadata.version.toString() === '4') {
    const event = data[0] === undefined ? undefined : abi.events[data[0]];
    return event && { event, fields: data.subarray(1) };
  }
  const signature = topics[0] && u8aToHex(topics[0]);
  const event = abi.events.find(({ signatureTopic }) => signatureTopic && signatureTopic === signature);
  return event && { event, fields: data };
}

function decode<T>(place: string, bytes: Uint8Array, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputRejected(place, `cannot decode ${u8aToHex(bytes, 512)}: ${firstLine(error)}`);
  }
}

function lastSegment(identifier: string): string {
  return identifier.split('::').at(-1) ?? identifier;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
