/**
 * The Stylus host functions that need no JavaScript: WebAssembly that is linked into the guest, takes words out of its
 * memory and hands them to the kernel in registers. The definition of each is its row in `abi/stylus/`; whatever that row
 * would refuse makes the thunk trap, and the frame runs again with the row itself (docs/adr/0004).
 */

import type { ValueType } from '../../metering/format/module.ts';
import { Op } from '../../metering/format/opcodes.ts';
import type { HostCode, HostCodeFunction, HostCodeIndices } from '../../metering/host/host-code.ts';
import { own } from '../../metering/own.ts';
import type { Schedule } from '../schedule.ts';
import { environmentLayout } from './environment.ts';
import { kernelBuffer, kernelFunctionsForGuests, kernelMessage } from './kernel-exports.ts';
import {
  body,
  branchIf,
  type Code,
  call,
  get,
  getGlobal,
  i32,
  i64,
  ifTrue,
  load32OfI32,
  loadByte,
  loadWords,
  loop,
  mark,
  nothing,
  plain,
  sequence,
  set,
  setGlobal,
  setWords,
  store8,
  store16,
  store32,
  store32OfI32,
  storeWords,
  tee,
  withIndex,
} from './thunk-code.ts';

type KernelFunctionName = keyof typeof kernelFunctionsForGuests;

/** Import module of the kernel's functions. Guests cannot name it: their imports are on the allow-list of their ABI. */
export const KERNEL_MODULE = 'kernel';

const kernelNames = Object.keys(kernelFunctionsForGuests) as readonly KernelFunctionName[];

/** Import module and name of the engine's part of a call from one contract to another: see `preparedCall`. */
export const ENGINE_MODULE = 'engine';
export const CALL_PREPARED = 'call_prepared';

/**
 * How a thunk lays a call ready: call data in `childInput`, and at these offsets in scratch the value (32 bytes, unless it is
 * zero) and, when the child has ended, what is left of the gas that it got (8 bytes). The rest is passed: kind (0 call,
 * 1 static, 2 delegate), five words of the address, whether there is a value, bytes of call data, gas (low, high), stack words.
 */
export const preparedCall = { gas: 0, value: 32 } as const;
const callPreparedType = { params: Array.from({ length: 11 }, () => 'i32' as const), results: ['i32'] as const };

/** Export names, behind the prefix of all injected names. */
export const enterExport = 'enter';
export const enterPreparedExport = 'enter_prepared';
export const runBatchExport = 'run_batch';

/** What the pieces of one module's thunks need to know. */
interface Linking {
  readonly at: HostCodeIndices;
  readonly kernel: (name: KernelFunctionName) => Code;
  readonly callPrepared: Code;
  readonly payloadBytes: number;
  readonly callStipend: number;
  readonly copyOut: Code;
  readonly copyIn: Code;
  /** Takes base and, for as many bytes as a local says, perByte; traps below zero. */
  readonly charge: (lengthLocal?: number) => Code;
  /** All of a range of memory counts as written: address and length are on the stack. It goes before the copy, which may trap half way. */
  readonly markRange: Code;
}

interface Thunk {
  readonly name: string;
  readonly params: readonly ValueType[];
  readonly result?: ValueType;
  readonly write: (linking: Linking) => Code;
}

const W4: readonly ValueType[] = ['i64', 'i64', 'i64', 'i64'];

/** Writes 32 bytes of a kernel buffer to the address in local 0. */
function wordTo(name: string, buffer: number, offset: number): Thunk {
  return {
    name,
    params: ['i32'],
    write: ({ at, kernel, charge }) =>
      body(
        W4,
        charge(),
        i32(buffer),
        i32(offset),
        kernel('get4'),
        setWords(1, 4),
        mark(at.tracking, 0, 32),
        storeWords(0, 1, 4),
      ),
  };
}

/** Writes an address of 20 bytes. */
function addressTo(name: string, buffer: number, offset: number): Thunk {
  return {
    name,
    params: ['i32'],
    write: ({ at, kernel, charge }) =>
      body(
        W4,
        charge(),
        i32(buffer),
        i32(offset),
        kernel('get4'),
        setWords(1, 4),
        mark(at.tracking, 0, 20),
        storeWords(0, 1, 2),
        sequence(get(0), get(3), store32(16)),
      ),
  };
}

/** Returns an integer of the environment. */
function integer(name: string, offset: number): Thunk {
  return {
    name,
    params: [],
    result: 'i64',
    write: ({ kernel, charge }) =>
      body(W4, charge(), i32(kernelBuffer.environment), i32(offset), kernel('get4'), setWords(0, 4), get(0)),
  };
}

function load(name: string, kernelName: KernelFunctionName): Thunk {
  return {
    name,
    params: ['i32', 'i32'],
    write: ({ at, kernel, charge }) =>
      body(
        W4,
        charge(),
        loadWords(0, 4),
        kernel(kernelName),
        setWords(2, 4),
        mark(at.tracking, 1, 32),
        storeWords(1, 2, 4),
      ),
  };
}

function store(name: string, kernelName: KernelFunctionName): Thunk {
  return {
    name,
    params: ['i32', 'i32'],
    write: ({ kernel, charge }) => body([], charge(), loadWords(0, 4), loadWords(1, 4), kernel(kernelName)),
  };
}

/** Replaces the first of its operands, words of 32 bytes, by what the kernel's function of the same name makes of them. */
function arithmetic(name: KernelFunctionName, operands: 2 | 3): Thunk {
  const first = operands;
  return {
    name,
    params: Array.from({ length: operands }, () => 'i32'),
    write: ({ at, kernel, charge }) =>
      body(
        W4,
        charge(),
        ...Array.from({ length: operands }, (_, operand) => loadWords(operand, 4)),
        kernel(name),
        setWords(first, 4),
        mark(at.tracking, 0, 32),
        storeWords(0, first, 4),
      ),
  };
}

/** What `Executor.call` does with the gas (EIP-150) is done here; the rest it does itself. */
function contractCall(name: string, kind: number): Thunk {
  const hasValue = kind === 0;
  const [to, data, length, value] = [0, 1, 2, 3];
  const gas = hasValue ? 4 : 3;
  const returnLength = gas + 1;
  const [most, status, isPaid, v0] = [gas + 2, gas + 3, gas + 4, gas + 5];
  const params: readonly ValueType[] = ['i32', 'i32', 'i32', ...(hasValue ? (['i32'] as const) : []), 'i64', 'i32'];
  const low = (index: number): Code => sequence(get(index), plain(Op.i32WrapI64));
  return {
    name,
    params,
    result: 'i32',
    write: ({ at, kernel, callPrepared, payloadBytes, callStipend, copyIn, charge }) =>
      body(
        ['i64', 'i32', 'i32', ...W4],
        charge(2),
        sequence(get(length), i32(payloadBytes), plain(I32_GT_U), ifTrue(plain(Op.unreachable))),
        sequence(i32(kernelBuffer.childInput), get(data), get(length), copyIn),
        hasValue
          ? sequence(
              sequence(loadWords(value, 4), setWords(v0, 4)),
              sequence(get(v0), get(v0 + 1), get(v0 + 2), get(v0 + 3), plain(Op.i64Or, Op.i64Or, Op.i64Or)),
              sequence(plain(Op.i64Eqz, Op.i32Eqz), tee(isPaid)),
              ifTrue(
                sequence(i32(kernelBuffer.scratch), i32(preparedCall.value)),
                sequence(get(v0), get(v0 + 1), get(v0 + 2), get(v0 + 3), kernel('put4')),
              ),
            )
          : nothing,
        // The lesser of what is wanted and 63/64 of what is left.
        sequence(getGlobal(at.gas), getGlobal(at.gas), i64(6n), plain(Op.i64ShrU), plain(Op.i64Sub), set(most)),
        sequence(get(gas), get(most), get(gas), get(most), plain(I64_LT_U, Op.select), set(gas)),
        hasValue
          ? sequence(get(gas), i64(BigInt(callStipend)), i64(0n), get(isPaid), plain(Op.select, Op.i64Add), set(gas))
          : nothing,
        sequence(i32(kind), ...[0, 4, 8, 12, 16].map((offset) => sequence(get(to), load32OfI32(offset)))),
        sequence(get(isPaid), get(length), low(gas), get(gas), i64(32n), plain(Op.i64ShrU), plain(Op.i32WrapI64)),
        sequence(getGlobal(at.stack), callPrepared, set(status)),
        sequence(i32(kernelBuffer.scratch), i32(preparedCall.gas), kernel('get4'), setWords(v0, 4)),
        sequence(getGlobal(at.gas), get(gas), get(v0), plain(Op.i64Sub), plain(Op.i64Sub), setGlobal(at.gas)),
        hasValue ? trapBelowZero(at.gas) : nothing,
        mark(at.tracking, returnLength, 4),
        sequence(get(returnLength), i32(kernelBuffer.returnData), kernel('length'), store32OfI32()),
        get(status),
      ),
  };
}

const gasLeft = (name: string): Thunk => ({
  name,
  params: [],
  result: 'i64',
  write: ({ at, charge }) => body([], charge(), getGlobal(at.gas)),
});

const thunks: readonly Thunk[] = [
  {
    name: 'read_args',
    params: ['i32'],
    write: ({ kernel, copyOut, charge, markRange }) =>
      body(
        ['i32'],
        i32(kernelBuffer.input),
        kernel('length'),
        set(1),
        charge(1),
        sequence(get(0), get(1), markRange),
        sequence(i32(kernelBuffer.input), i32(0), get(0), get(1), copyOut),
      ),
  },
  {
    name: 'write_result',
    params: ['i32', 'i32'],
    write: ({ kernel, copyIn, charge }) =>
      body(
        [],
        charge(1),
        sequence(get(1), kernel('output_end')),
        sequence(i32(kernelBuffer.output), get(0), get(1), copyIn),
      ),
  },
  {
    name: 'return_data_size',
    params: [],
    result: 'i32',
    write: ({ kernel, charge }) => body([], charge(), i32(kernelBuffer.returnData), kernel('length')),
  },
  {
    name: 'read_return_data',
    params: ['i32', 'i32', 'i32'],
    result: 'i32',
    write: ({ kernel, copyOut, charge, markRange }) =>
      body(
        ['i32', 'i32'],
        // left = length - min(offset, length); bytes = min(size, left)
        sequence(i32(kernelBuffer.returnData), kernel('length'), set(3)),
        sequence(get(1), get(3), get(1), get(3), plain(Op.i32LtU, Op.select), set(1)),
        sequence(get(3), get(1), plain(Op.i32Sub), set(3)),
        sequence(get(2), get(3), get(2), get(3), plain(Op.i32LtU, Op.select), set(4)),
        charge(4),
        get(4),
        ifTrue(
          sequence(get(0), get(4), markRange),
          sequence(i32(kernelBuffer.returnData), get(1), get(0), get(4), copyOut),
        ),
        get(4),
      ),
  },
  {
    name: 'emit_log',
    params: ['i32', 'i32', 'i32'],
    write: ({ kernel, copyIn, charge }) =>
      body(
        [],
        charge(1),
        sequence(i32(kernelBuffer.scratch), get(0), get(1), copyIn),
        sequence(get(2), get(1), kernel('event_emit')),
      ),
  },
  {
    name: 'native_keccak256',
    params: ['i32', 'i32', 'i32'],
    write: ({ at, kernel, copyIn, charge }) =>
      body(
        W4,
        charge(1),
        sequence(get(1), i32(64), plain(Op.i32Eq)),
        ifTrue(
          loadWords(0, 8),
          kernel('keccak64'),
          setWords(3, 4),
          mark(at.tracking, 2, 32),
          storeWords(2, 3, 4),
          plain(Op.return),
        ),
        sequence(i32(kernelBuffer.scratch), get(0), get(1), copyIn),
        sequence(get(1), kernel('keccak_scratch')),
        setWords(3, 4),
        mark(at.tracking, 2, 32),
        storeWords(2, 3, 4),
      ),
  },
  load('storage_load_bytes32', 'frame_load'),
  store('storage_cache_bytes32', 'frame_cache'),
  {
    name: 'storage_flush_cache',
    params: ['i32'],
    // Its price is that of the words written, known afterwards; whether it traps before or after is the same.
    write: ({ kernel, charge }) => body(['i32'], kernel('frame_flush'), set(1), charge(1)),
  },
  load('transient_load_bytes32', 'transient_load'),
  store('transient_store_bytes32', 'transient_store'),
  addressTo('contract_address', kernelBuffer.message, kernelMessage.self),
  addressTo('msg_sender', kernelBuffer.message, kernelMessage.caller),
  wordTo('msg_value', kernelBuffer.message, kernelMessage.value),
  integer('block_number', environmentLayout.blockNumber),
  integer('block_timestamp', environmentLayout.blockTimestamp),
  integer('chainid', environmentLayout.chainId),
  integer('block_gas_limit', environmentLayout.blockGasLimit),
  wordTo('block_basefee', kernelBuffer.environment, environmentLayout.blockBaseFee),
  addressTo('block_coinbase', kernelBuffer.environment, environmentLayout.coinbase),
  { name: 'tx_ink_price', params: [], result: 'i32', write: ({ charge }) => body([], charge(), i32(1)) },
  gasLeft('evm_gas_left'),
  gasLeft('evm_ink_left'),
  arithmetic('math_div', 2),
  arithmetic('math_mod', 2),
  arithmetic('math_pow', 2),
  arithmetic('math_add_mod', 3),
  arithmetic('math_mul_mod', 3),
  contractCall('call_contract', 0),
  contractCall('static_call_contract', 1),
  contractCall('delegate_call_contract', 2),
];

/** Returns if there are no bytes to move (any more). Even then the pointer may not lie beyond memory. */
function ifNothingLeft(pointer: number, bytes: number): Code {
  return sequence(
    sequence(get(bytes), plain(Op.i32Eqz)),
    ifTrue(
      sequence(get(pointer), plain(Op.i64ExtendI32U), memoryBytes, plain(I64_GT_U)),
      ifTrue(plain(Op.unreachable)),
      plain(Op.return),
    ),
  );
}

/** (buffer, from, pointer, bytes) -> (): from a kernel buffer to memory. */
function copyOutBody(kernel: (name: KernelFunctionName) => Code): Code {
  const [buffer, from, pointer, bytes, w0, w1, w2, w3] = [0, 1, 2, 3, 4, 5, 6, 7];
  const advance = (by: number): Code => sequence(get(pointer), i32(by), plain(Op.i32Add), set(pointer));
  const has = (bit: number): Code => sequence(get(bytes), i32(bit), plain(I32_AND));
  const next = sequence(get(buffer), get(from), kernel('get4'), setWords(w0, 4));
  return body(
    W4,
    sequence(get(bytes), i32(32), plain(I32_GE_U)),
    ifTrue(
      loop(
        next,
        storeWords(pointer, w0, 4),
        advance(32),
        sequence(get(from), i32(32), plain(Op.i32Add), set(from)),
        sequence(get(bytes), i32(32), plain(Op.i32Sub), tee(bytes)),
        sequence(i32(32), plain(I32_GE_U), branchIf(0)),
      ),
    ),
    ifNothingLeft(pointer, bytes),
    next,
    has(16),
    ifTrue(storeWords(pointer, w0, 2), advance(16), sequence(get(w2), set(w0), get(w3), set(w1))),
    has(8),
    ifTrue(storeWords(pointer, w0, 1), advance(8), sequence(get(w1), set(w0))),
    ...(
      [
        [4, store32, 32n],
        [2, store16, 16n],
      ] as const
    ).flatMap(([bit, storePart, shift]) => [
      has(bit),
      ifTrue(
        sequence(get(pointer), get(w0), storePart()),
        advance(bit),
        sequence(get(w0), i64(shift), plain(Op.i64ShrU), set(w0)),
      ),
    ]),
    has(1),
    ifTrue(get(pointer), get(w0), store8()),
  );
}

/** (buffer, pointer, bytes) -> (): from memory to the beginning of a kernel buffer. */
function copyInBody(kernel: (name: KernelFunctionName) => Code): Code {
  const [buffer, pointer, bytes, at, w0, w1, w2, w3] = [0, 1, 2, 3, 4, 5, 6, 7];
  return body(
    ['i32', ...W4],
    sequence(get(bytes), i32(32), plain(I32_GE_U)),
    ifTrue(
      loop(
        sequence(get(buffer), get(at), loadWords(pointer, 4), kernel('put4')),
        sequence(get(pointer), i32(32), plain(Op.i32Add), set(pointer)),
        sequence(get(at), i32(32), plain(Op.i32Add), set(at)),
        sequence(get(bytes), i32(32), plain(Op.i32Sub), tee(bytes)),
        sequence(i32(32), plain(I32_GE_U), branchIf(0)),
      ),
    ),
    ifNothingLeft(pointer, bytes),
    // Bytes beyond the end do no harm in the buffer, but may lie outside memory.
    sequence(get(pointer), plain(Op.i64ExtendI32U), i64(32n), plain(Op.i64Add)),
    sequence(memoryBytes, plain(I64_LE_U)),
    ifTrue(get(buffer), get(at), loadWords(pointer, 4), kernel('put4'), plain(Op.return)),
    loop(
      // The last byte first, so that every further one moves those up.
      sequence(get(bytes), i32(1), plain(Op.i32Sub), set(bytes)),
      ...[w3, w2, w1].map((word) =>
        sequence(get(word), i64(8n), plain(Op.i64Shl), get(word - 1), i64(56n), plain(Op.i64ShrU, Op.i64Or), set(word)),
      ),
      sequence(get(w0), i64(8n), plain(Op.i64Shl)),
      sequence(get(pointer), get(bytes), plain(Op.i32Add), loadByte(), plain(Op.i64Or), set(w0)),
      sequence(get(bytes), branchIf(0)),
    ),
    sequence(get(buffer), get(at), get(w0), get(w1), get(w2), get(w3), kernel('put4')),
  );
}

const I32_AND = 0x71;
const I32_GT_U = 0x4b;
const I32_GE_U = 0x4f;
const I64_LT_U = 0x54;
const I64_LE_U = 0x58;
const I64_GT_U = 0x56;

/** The size of memory in pages. */
const memoryPages: Code = withIndex(Op.memorySize)(0);

/** The size of memory, which may be 2^32. */
const memoryBytes: Code = sequence(memoryPages, plain(Op.i64ExtendI32U), i64(16n), plain(Op.i64Shl));

/** gas -= base + perByte * bytes; trap below zero. */
function chargeCode(gas: number, base: number, perByte: number, lengthLocal: number | undefined): Code {
  const amount =
    lengthLocal === undefined
      ? i64(BigInt(base))
      : sequence(
          get(lengthLocal),
          plain(Op.i64ExtendI32U),
          i64(BigInt(perByte)),
          plain(Op.i64Mul),
          i64(BigInt(base)),
          plain(Op.i64Add),
        );
  return sequence(getGlobal(gas), amount, plain(Op.i64Sub), setGlobal(gas), trapBelowZero(gas));
}

function trapBelowZero(global: number): Code {
  return sequence(getGlobal(global), i64(0n), plain(Op.i64LtS), ifTrue(plain(Op.unreachable)));
}

/**
 * The thunks for one schedule, and three entries that leave memory and globals as they are in a fresh instance:
 *
 * - `enter: (input length: i32, gas: i64, stack words: i32) -> status: i32`. The gas left stays in its global.
 * - `enter_prepared: (input length: i32, gas low: i32, gas high: i32, stack words: i32) -> status: i32`, 0 or 1, for a call
 *   that a thunk of the caller has laid ready: see `preparedCall`.
 * - `run_batch: (index: i32, end: i32) -> index: i32`: messages of the kernel's batch, from one on up to another, which is
 *   returned, or an earlier one: that the kernel refuses to open, or before which memory has grown.
 *
 * @param entryName The ABI's entry point for calls, `(input length: i32) -> status: i32`.
 */
export function stylusHostCode(schedule: Schedule, entryName: string, isMetered: boolean): HostCode {
  const imports = [
    ...kernelNames.map((name) => ({ module: KERNEL_MODULE, name, type: kernelFunctionsForGuests[name] })),
    { module: ENGINE_MODULE, name: CALL_PREPARED, type: callPreparedType },
  ];
  const kernelAt =
    (at: HostCodeIndices) =>
    (name: KernelFunctionName): Code =>
      call(at.imports[kernelNames.indexOf(name)] as number);
  const COPY_OUT = 0;
  const COPY_IN = 1;
  const helpers: readonly HostCodeFunction[] = [
    {
      type: { params: ['i32', 'i32', 'i32', 'i32'], results: [] },
      replaces: undefined,
      exportName: undefined,
      writeBody: (writer, at) => copyOutBody(kernelAt(at))(writer),
    },
    {
      type: { params: ['i32', 'i32', 'i32'], results: [] },
      replaces: undefined,
      exportName: undefined,
      writeBody: (writer, at) => copyInBody(kernelAt(at))(writer),
    },
  ];
  const rows = thunks.map((thunk): HostCodeFunction => {
    const { name, params, write } = thunk;
    const result = own(thunk, 'result');
    const price = schedule.hostCosts[`vm_hooks.${name}`];
    return {
      type: { params, results: result === undefined ? [] : [result] },
      replaces: { module: 'vm_hooks', name },
      exportName: undefined,
      writeBody: (writer, at) => {
        const { base, perByte } = price ?? { base: 0, perByte: 0 };
        write({
          at,
          kernel: kernelAt(at),
          callPrepared: call(at.imports[kernelNames.length] as number),
          payloadBytes: schedule.payloadBytes,
          callStipend: schedule.callStipend,
          copyOut: call(at.functions[COPY_OUT] as number),
          copyIn: call(at.functions[COPY_IN] as number),
          charge: (lengthLocal) => (isMetered ? chargeCode(at.gas, base, perByte, lengthLocal) : nothing),
          markRange: at.mark === undefined ? plain(Op.drop, Op.drop) : call(at.mark),
        })(writer);
      },
    };
  });
  const enterCode = (at: HostCodeIndices, inputLength: Code): Code =>
    sequence(inputLength, call(at.entryPoint(entryName) as number));
  const restoreCode = (at: HostCodeIndices): Code =>
    sequence(at.restore === undefined ? nothing : call(at.restore), call(at.reset));
  const entries: readonly HostCodeFunction[] = [
    {
      type: { params: ['i32', 'i64', 'i32'], results: ['i32'] },
      replaces: undefined,
      exportName: enterExport,
      writeBody: (writer, at) =>
        body(
          ['i32'],
          sequence(get(1), setGlobal(at.gas), get(2), setGlobal(at.stack)),
          sequence(enterCode(at, get(0)), set(3)),
          restoreCode(at),
          get(3),
        )(writer),
    },
    {
      type: { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] },
      replaces: undefined,
      exportName: enterPreparedExport,
      writeBody: (writer, at) => {
        const [inputBytes, gasLow, gasHigh, stackWords, status] = [0, 1, 2, 3, 4];
        body(
          ['i32'],
          sequence(get(gasHigh), plain(Op.i64ExtendI32U), i64(32n), plain(Op.i64Shl)),
          sequence(get(gasLow), plain(Op.i64ExtendI32U, Op.i64Or), setGlobal(at.gas)),
          sequence(get(stackWords), setGlobal(at.stack)),
          sequence(enterCode(at, get(inputBytes)), i32(0), plain(I32_NE), set(status)),
          sequence(i32(kernelBuffer.scratch), i32(preparedCall.gas), getGlobal(at.gas)),
          sequence(i64(0n), i64(0n), i64(0n), kernelAt(at)('put4')),
          restoreCode(at),
          get(status),
        )(writer);
      },
    },
    {
      type: { params: ['i32', 'i32'], results: ['i32'] },
      replaces: undefined,
      exportName: runBatchExport,
      writeBody: (writer, at) => {
        const kernel = kernelAt(at);
        const [index, end, inputBytes, gasLimit, pages] = [0, 1, 2, 3, 4];
        const memorySize = at.restore === undefined ? i32(0) : memoryPages;
        body(
          ['i32', 'i64', 'i32'],
          sequence(memorySize, set(pages)),
          loop(
            sequence(get(index), kernel('batch_open'), tee(inputBytes), i32(0), plain(I32_GE_S)),
            ifTrue(
              sequence(get(index), kernel('batch_gas_limit'), tee(gasLimit), setGlobal(at.gas)),
              sequence(i32(schedule.limits.stackWords), setGlobal(at.stack)),
              sequence(enterCode(at, get(inputBytes)), i32(0), plain(I32_NE)),
              sequence(get(gasLimit), getGlobal(at.gas), plain(Op.i64Sub), kernel('batch_close')),
              restoreCode(at),
              sequence(get(index), i32(1), plain(Op.i32Add), tee(index)),
              // Memory that has grown stays so: the next message needs another instance.
              sequence(get(end), plain(Op.i32LtU), memorySize, get(pages), plain(Op.i32Eq, I32_AND), branchIf(1)),
            ),
          ),
          get(index),
        )(writer);
      },
    },
  ];
  return { imports, functions: [...helpers, ...rows, ...entries] };
}

const I32_NE = 0x47;
const I32_GE_S = 0x4e;
