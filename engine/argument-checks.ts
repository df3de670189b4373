import { EMPTY, toHex } from './bytes.ts';
import {
  type BlockContext,
  type CallMessage,
  type DeployMessage,
  defaultGasLimit,
  type FullCallMessage,
  type FullDeployMessage,
} from './context.ts';
import { EngineError } from './errors.ts';
import { MAX_GAS } from './gas.ts';
import { isStackOverflow } from './native-stack.ts';
import { batchBytes, messageBytes, payloadBytes } from './payload-limits.ts';

const MAX_WORD = (1n << 256n) - 1n;
const MAX_U64 = (1n << 64n) - 1n;
const ADDRESS_BYTES = 20;
const FIRST_INPUT_BYTES = 1024;
/**
 * What every machine checks before anything runs, and copies so that nobody can change it afterwards. All of it throws
 * EngineError `bad-argument` with the argument's name, what was expected and the value seen.
 */
export function badArgument(what: string, expected: string, value: unknown): EngineError {
  return new EngineError('bad-argument', `${what} must be ${expected}, got ${shown(value)}`);
}

export function checkObject(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw badArgument(what, 'an object', value);
}

/**
 * An object with these options at most, as its own: one that is not known would be taken for one that was not given.
 */
export function checkOptions(options: object, names: readonly string[]): void {
  checkObject('options', options);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw badArgument('options', `an object with nothing but ${names.join(', ')}`, unknown);
}

/** @param min,max Inclusive, safe integers. */
export function checkCount(what: string, value: unknown, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw badArgument(what, `an integer from ${min} to ${max}`, value);
  }
}

/** Wei are 256-bit. */
export function checkWei(what: string, wei: unknown): void {
  checkRange(what, wei, MAX_WORD);
}

function checkRange(what: string, value: unknown, max: bigint): void {
  if (typeof value !== 'bigint' || value < 0n || value > max) {
    throw badArgument(what, `a bigint from 0 to ${max}`, value);
  }
}

// Bytes: only what the engine's own slots say of an array counts, whatever its class or its properties claim.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tagOf = getter(Symbol.toStringTag);
const slotLength = getter('length');

function getter(name: PropertyKey): (bytes: unknown) => unknown {
  const { get } = Object.getOwnPropertyDescriptor(typedArray, name) as { get: () => unknown };
  return Function.prototype.call.bind(get) as (bytes: unknown) => unknown;
}

/** The length of what really is a Uint8Array, of whatever realm or subclass. */
function lengthOf(what: string, bytes: unknown): number {
  if (tagOf(bytes) !== 'Uint8Array') throw badArgument(what, 'a Uint8Array', bytes);
  return slotLength(bytes) as number;
}

/** Fills `copy`. An array that was detached, or that another thread is resizing, cannot be read. */
function copyInto(what: string, bytes: unknown, copy: Uint8Array): Uint8Array {
  try {
    copy.set(bytes as Uint8Array);
  } catch (cause) {
    if (isStackOverflow(cause)) throw cause;
    throw new EngineError('bad-argument', `${what} must be bytes that can be read, got a detached array`, { cause });
  }
  return copy;
}

/** A copy of bytes of any length. */
export function copyBytes(what: string, bytes: unknown): Uint8Array {
  return copyInto(what, bytes, new Uint8Array(lengthOf(what, bytes)));
}

export function copyAddress(what: string, address: unknown): Uint8Array {
  return copyInto(what, checkedAddress(what, address), new Uint8Array(ADDRESS_BYTES));
}

function checkedAddress(what: string, address: unknown): unknown {
  if (lengthOf(what, address) !== ADDRESS_BYTES) throw badArgument(what, `${ADDRESS_BYTES} bytes`, address);
  return address;
}

/** Length of call data, or of a constructor's input. */
function checkedInputLength(what: string, input: unknown): number {
  const length = lengthOf(what, input);
  if (length > payloadBytes) {
    throw new EngineError('bad-argument', `${what} must be at most ${payloadBytes} bytes, got ${length}`);
  }
  return length;
}

function copyInput(input: unknown): Uint8Array {
  return copyInto('input', input, new Uint8Array(checkedInputLength('input', input)));
}

// Messages

/** A message object of our own, whose bytes are not ours at first. */
type CheckedMessage = { -readonly [Field in keyof FullCallMessage]: FullCallMessage[Field] };

/** Checks all of a message but does not copy its bytes. */
function checkedMessage(message: CallMessage, index?: number): CheckedMessage {
  // Text for each that is right would cost more than all else here.
  if (typeof message !== 'object' || message === null) {
    throw badArgument(index === undefined ? 'message' : `messages[${index}]`, 'an object', message);
  }
  const { caller, to, value = 0n, input = EMPTY, gasLimit = defaultGasLimit } = message;
  checkedAddress('caller', caller);
  checkedAddress('to', to);
  checkWei('value', value);
  checkedInputLength('input', input);
  checkRange('gasLimit', gasLimit, MAX_GAS);
  return { caller, to, value, input, gasLimit };
}

/**
 * Copies one message after another into the same memory: for a machine that is done with a message when its `call` returns,
 * which spares it three arrays for each.
 */
export class MessageCopier {
  readonly #caller = new Uint8Array(ADDRESS_BYTES);
  readonly #to = new Uint8Array(ADDRESS_BYTES);
  /** Grows with the inputs that come: most worlds see none that is long. */
  #input = new Uint8Array(FIRST_INPUT_BYTES);
  /** Of the length that the last message had. */
  #view = this.#input.subarray(0, 0);

  copy(message: CallMessage): FullCallMessage {
    const { caller, to, value, input, gasLimit } = checkedMessage(message);
    const length = slotLength(input) as number;
    if (this.#view.length !== length) {
      if (length > this.#input.length) this.#input = new Uint8Array(Math.min(payloadBytes, 2 * length));
      this.#view = this.#input.subarray(0, length);
    }
    return {
      caller: copyInto('caller', caller, this.#caller),
      to: copyInto('to', to, this.#to),
      value,
      input: copyInto('input', input, this.#view),
      gasLimit,
    };
  }
}

export function copyCallMessage(message: CallMessage): FullCallMessage {
  const { caller, to, value, input, gasLimit } = checkedMessage(message);
  return { caller: copyAddress('caller', caller), to: copyAddress('to', to), value, input: copyInput(input), gasLimit };
}

/** Memory for the copies of one list: a large array costs an allocation of its own, and a view of this much less (measured). */
class ListMemory {
  #chunk = new ArrayBuffer(0);
  #used = 0;
  #leftBytes: number;

  /** @param sizeBytes What will be taken, at most. */
  constructor(sizeBytes: number) {
    this.#leftBytes = sizeBytes;
  }

  copy(what: string, bytes: unknown, length: number): Uint8Array {
    if (length > CHUNK_BYTES) return copyInto(what, bytes, new Uint8Array(length));
    if (this.#used + length > this.#chunk.byteLength) {
      this.#chunk = new ArrayBuffer(Math.max(length, Math.min(CHUNK_BYTES, this.#leftBytes)));
      this.#used = 0;
    }
    const copy = copyInto(what, bytes, new Uint8Array(this.#chunk, this.#used, length));
    this.#used += length;
    this.#leftBytes -= length;
    return copy;
  }
}

const CHUNK_BYTES = 16 << 10;

/** What a message shares with the one before it is copied once: even a view costs more than the look (measured). */
function sharing(copy: (bytes: unknown) => Uint8Array): (bytes: unknown) => Uint8Array {
  let last: unknown;
  let lastCopy = EMPTY;
  return (bytes) => {
    if (bytes !== last) lastCopy = copy(bytes);
    last = bytes;
    return lastCopy;
  };
}

function copyAllChecked(messages: readonly CheckedMessage[], inputBytes: number): void {
  const memory = new ListMemory(inputBytes + 2 * ADDRESS_BYTES * messages.length);
  const copyCaller = sharing((caller) => memory.copy('caller', checkedAddress('caller', caller), ADDRESS_BYTES));
  const copyTo = sharing((to) => memory.copy('to', checkedAddress('to', to), ADDRESS_BYTES));
  const copyInputOnce = sharing((input) => memory.copy('input', input, checkedInputLength('input', input)));
  for (const message of messages) {
    message.caller = copyCaller(message.caller);
    message.to = copyTo(message.to);
    message.input = copyInputOnce(message.input);
  }
}

/** All are checked, and their size, before the first is copied. */
export function copyCallMessages(messages: readonly CallMessage[]): readonly FullCallMessage[] {
  if (!Array.isArray(messages)) throw badArgument('messages', 'an array', messages);
  const count: number = messages.length;
  checkCount('messages.length', count, 0, batchBytes / messageBytes);
  let sizeBytes = 0;
  const checked: CheckedMessage[] = [];
  for (let i = 0; i < count; i++) {
    const message = checkedMessage(messages[i] as CallMessage, i);
    sizeBytes += messageBytes + (slotLength(message.input) as number);
    if (sizeBytes > batchBytes) {
      const limit = `at most ${batchBytes} bytes (call data and ${messageBytes} for each)`;
      throw new EngineError('bad-argument', `messages must be ${limit}, got more with messages[${i}]`);
    }
    checked.push(message);
  }
  copyAllChecked(checked, sizeBytes - count * messageBytes);
  return checked;
}

export function copyDeployMessage(message: DeployMessage): FullDeployMessage {
  checkObject('message', message);
  const { deployer, value = 0n, input = EMPTY, gasLimit = defaultGasLimit } = message;
  checkWei('value', value);
  checkRange('gasLimit', gasLimit, MAX_GAS);
  return { deployer: copyAddress('deployer', deployer), value, input: copyInput(input), gasLimit };
}

export function copyBlock(block: BlockContext): BlockContext {
  checkObject('block', block);
  const { chainId, number, timestamp, gasLimit, baseFee, coinbase } = block;
  checkRange('chainId', chainId, MAX_U64);
  checkRange('block number', number, MAX_U64);
  checkRange('timestamp', timestamp, MAX_U64);
  checkRange('block gasLimit', gasLimit, MAX_U64);
  checkWei('baseFee', baseFee);
  return { chainId, number, timestamp, gasLimit, baseFee, coinbase: copyAddress('coinbase', coinbase) };
}

const MOST_SHOWN = 64;

/** A value as text that is short and that no class of the caller's can decide. */
function shown(value: unknown): string {
  if (typeof value === 'string') return `the string ${clipped(JSON.stringify(value))}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'symbol')
    return clipped(String(value));
  if (value === undefined || value === null) return String(value);
  if (tagOf(value) !== 'Uint8Array')
    return Array.isArray(value) ? 'an array' : `an object${tagOf(value) === undefined ? '' : ` (${tagOf(value)})`}`;
  const length = slotLength(value) as number;
  return length > 0 && length <= MOST_SHOWN / 2
    ? toHex(new Uint8Array(value as Uint8Array))
    : `a Uint8Array of ${length} bytes`;
}

function clipped(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}...`;
}
