import type { FunctionType, ValueType } from '../../metering/format/module.ts';

/**
 * What `kernel.cpp` exports, in two halves. Guests reach the first half through thunks and may pass anything: every
 * argument is checked, and what is out of bounds or not allowed ends in the trap `unreachable` with nothing changed. The
 * second half is for the engine alone; it checks its arguments too, so that a mistake ends in a trap and not in memory.
 *
 * A word is 8 bytes in memory order, as i64.load reads them; four words are 32 bytes.
 */

/** Buffers by number, for `get4` and its like. All but the environment are those of the innermost open frame. */
export const kernelBuffer = {
  /** Call data. Read only. */
  input: 0,
  /** What the last child returned; when no frame is open, what the outermost one did. Read only. */
  returnData: 1,
  /** What the frame will return. */
  output: 2,
  /** Input of `keccak_scratch`, and topics and data of `event_emit`. */
  scratch: 3,
  /** Call data of the frame that is opened next. */
  childInput: 4,
  /** See `kernelMessage`. Read only. */
  message: 5,
  /** 512 bytes that the engine fills as it likes (block, transaction). Read only. */
  environment: 6,
} as const;

/** What the input, output and return data buffers hold, whatever a schedule allows: the kernel's `largest_payload`. */
export const LARGEST_PAYLOAD: number = 128 << 10;

/** Offsets in the message buffer. Addresses are 20 bytes, the value is 32 bytes big-endian as the guest sees it. */
export const kernelMessage = { self: 0, caller: 32, value: 64, sizeBytes: 96 } as const;

/** For thunks: types of parameters and results, to write imports from. W4 is four words, as i64. */
const guestSignatures = {
  /** Keccak-256 of exactly 64 bytes. */
  keccak64: ['W8', 'W4'],
  /** Keccak-256 of the first `lengthBytes` of the scratch buffer. */
  keccak_scratch: ['i32', 'W4'],
  /** (key) -> value: what the frame has cached, else the slot of its account. Traps for a barred account. */
  frame_load: ['W4', 'W4'],
  /** (key, value): caches a write. Traps in a static frame. */
  frame_cache: ['W8', ''],
  /** Writes the cache to the slots and empties it. Returns the number of words written. Traps for a barred account. */
  frame_flush: ['', 'i32'],
  /** (key) -> value in transient storage of the frame's account. */
  transient_load: ['W4', 'W4'],
  /** (key, value). Traps in a static frame. */
  transient_store: ['W8', ''],
  /** (buffer, offset) -> 32 bytes. Beyond the buffer's length, and within its capacity, the bytes are arbitrary. */
  get4: ['i32 i32', 'W4'],
  /** (buffer, offset) -> 64 bytes. */
  get8: ['i32 i32', 'W8'],
  /** (buffer, offset, words): traps for a buffer that is read only. The buffer's length stays as it is. */
  put4: ['i32 i32 W4', ''],
  put8: ['i32 i32 W8', ''],
  /** (buffer) -> length in bytes of input, return data or output. */
  length: ['i32', 'i32'],
  /** (lengthBytes): makes the first bytes of the output buffer the output. Traps beyond the payload limit. */
  output_end: ['i32', ''],
  /** (topic count, lengthBytes of topics and data): event of the frame's account from scratch. Traps where emit_log would. */
  event_emit: ['i32 i32', ''],
  /** Of big-endian words, with the EVM's results; the modulus comes last. */
  math_div: ['W8', 'W4'],
  math_mod: ['W8', 'W4'],
  math_pow: ['W8', 'W4'],
  math_add_mod: ['W12', 'W4'],
  math_mul_mod: ['W12', 'W4'],
  /** (index) -> input length: opens the frame of a message of the batch; -1 when refused. No transaction may be open. */
  batch_open: ['i32', 'i32'],
  /** (status, gas used): ends the call that `batch_open` began: frame, transaction, tally. Traps where a failed call has left notes. */
  batch_close: ['i32 i64', ''],
  /** (index) -> gas limit of a message of the batch. */
  batch_gas_limit: ['i32', 'i64'],
  /** (account, caller, bytes of childInput) -> 1, or 0 when refused: opens the frame of a call from outside. No transaction may be open. */
  call_open: ['i32 i32 i32', 'i32'],
  /** (status, gas left): ends the call that `call_open` began and fills `call_ended`. A success with output or events leaves the transaction open. */
  call_close: ['i32 i64', ''],
} as const;

export type KernelFunctionForGuests = keyof typeof guestSignatures;

const W4: readonly ValueType[] = ['i64', 'i64', 'i64', 'i64'];
const W8 = [...W4, ...W4];
const typesByName: Readonly<Record<string, readonly ValueType[]>> = {
  i32: ['i32'],
  i64: ['i64'],
  W4,
  W8,
  W12: [...W8, ...W4],
};

function typesOf(names: string): readonly ValueType[] {
  return names.split(' ').flatMap((name) => typesByName[name] ?? []);
}

export const kernelFunctionsForGuests = Object.fromEntries(
  Object.entries(guestSignatures).map(([name, [params, results]]) => {
    return [name, { params: typesOf(params), results: typesOf(results) }];
  }),
) as Readonly<Record<KernelFunctionForGuests, FunctionType>>;

/** For the engine. Integers are i32 and may arrive signed; addresses are places in `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;

  /** Limits of the schedule: largest payload in bytes (at most 128 KiB count here), most events of one call from outside. */
  configure(payloadBytes: number, events: number): void;
  /** 64 bytes through which `slot_*` and hashes pass key (0..31) and value (32..63). */
  exchange(): number;
  /** Gives scratch room for that many bytes and returns its address, which the next call may change. */
  scratch_reserve(sizeBytes: number): number;
  /** Keccak-256 of scratch into exchange 0..31. */
  keccak_bytes(sizeBytes: number): void;

  /** A new account, numbered from 0. Its 20-byte address is written by the caller at `account_address`. */
  account_add(): number;
  account_address(account: number): number;
  /** The account has entries outside the kernel: functions for guests refuse its storage from now on. */
  account_bar(account: number): void;
  /** Slots other than zero. */
  slot_count(account: number): number;
  /** Key in exchange 0..31 -> 1 and the value in 32..63, or 0 and zeros. */
  slot_read(account: number): number;
  /** Key and value in exchange; a zero value clears. Journaled. */
  slot_write(account: number): void;
  transient_read(account: number): number;
  transient_write(account: number): void;
  /** All slots other than zero into scratch, 64 bytes each (key, value), in no order. Returns their number; see `scratch_reserve`. */
  slots_list(account: number): number;

  /** A place in the journal to revert to. */
  checkpoint(): number;
  /** Changes in the journal: 0 between transactions. */
  change_count(): number;
  /** Takes back what came after, and returns how many notes were among it. */
  revert(checkpoint: number): number;
  /** Journals that something outside the kernel has changed, which `revert` then counts. */
  note(): void;
  /** Drops events, transient storage and journal. No frame may be open. */
  end_transaction(): void;
  /** A place in the history of slots to go back to. Only between transactions. */
  snapshot(): number;
  /** Takes back what came after. Only between transactions. */
  restore(snapshot: number): void;

  /** (account, caller, isStatic, bytes of childInput) -> 1, or 0 when too deep or too long. Value zero: write another at message. */
  frame_open(account: number, caller: number, isStatic: number, inputBytes: number): number;
  /** 0 success, 1 revert, 2 trap (no return data). Other than success takes back everything since; result as of `revert`. */
  frame_close(status: number): number;
  frame_depth(): number;
  /** Where a buffer begins, until the next frame opens or closes. */
  buffer_address(buffer: number): number;
  /** Sets the length of input, return data or output. */
  set_length(buffer: number, sizeBytes: number): void;
  length(buffer: number): number;

  event_count(): number;
  /** Room for an event of any size. Returns where its topics and data go. */
  event_add(account: number, topicCount: number, sizeBytes: number): number;
  /** Address of the youngest event, see `eventRecord`, or 0. */
  event_last(): number;

  /** Address of what the last call that was closed by `call_close` came to: see `endedCall`. */
  call_ended(): number;
  call_close(status: number, gasLeft: bigint): void;

  /** Room for that many messages and that many bytes of input in all. Returns its address: `batchRecord` each, then the inputs. */
  batch_reserve(count: number, inputBytes: number): number;
  batch_open(index: number): number;
  batch_close(status: number, gasUsed: bigint): void;
  /** Index of the message that was opened last. */
  batch_index(): number;
  /** Address of the tally: counts of success, revert, trap (u32 each), FNV checksum (u32), gas used (128 bits, low half first). The engine may write it. */
  batch_tally(): number;

  /** Empties the sum. */
  digest_reset(): void;
  /** Adds (1) or takes away (0) the element in scratch. */
  digest_element(sizeBytes: number, isAdded: number): void;
  /** Brings the sum up to date with all slots. */
  digest_slots(): void;
  /** Address of the sum's 2048 bytes. */
  digest_sum(): number;
}

/** Offsets of a batch's record, 64 bytes per message. */
export const batchRecord = {
  account: 0,
  caller: 4,
  /** From the first record on. */
  inputAt: 8,
  inputBytes: 12,
  gasLimit: 16,
  /** 32 bytes, big-endian. Shown to the guest; moving it is the engine's business. */
  value: 32,
  sizeBytes: 64,
} as const;

/** What a frame is closed with. */
export const frameStatus = { success: 0, revert: 1, trap: 2 } as const;

/** Offsets of what a call from outside came to: gas left is u64, the others u32. The output lies where it was until a frame opens. */
export const endedCall = { gasLeft: 0, outputAt: 8, outputBytes: 12, lastEvent: 16, notes: 20, isOpen: 24 } as const;

/** Offsets of an event, u32 each; topics and data follow at `sizeBytes`. `previous` is the address of the event before, or 0. */
export const eventRecord = { previous: 0, account: 8, topicCount: 12, dataBytes: 16, sizeBytes: 20 } as const;
