import { Op } from '../../../metering/format/opcodes.ts';
import { environmentLayout } from '../../kernel/environment.ts';
import { type KernelFunctionForGuests, kernelBuffer, kernelMessage } from '../../kernel/kernel-exports.ts';
import { preparedCall } from '../../kernel/prepared-call.ts';
import type { Thunk, ThunkLink, Thunks } from '../../kernel/thunk.ts';
import {
  body,
  type Code,
  get,
  getGlobal,
  i32,
  i64,
  ifTrue,
  load32OfI32,
  loadWords,
  mark,
  nothing,
  plain,
  sequence,
  set,
  setGlobal,
  setWords,
  store32,
  store32OfI32,
  storeWords,
  tee,
  trapBelowZero,
  W4,
} from '../../kernel/thunk-code.ts';
import { callStatus } from './calls.ts';
import { VM_HOOKS } from './vm-hook.ts';

type Write = Thunk['write'];

/** Writes the word in four locals to the address in another. */
function resultTo({ tracking }: ThunkLink['at'], pointer: number, first: number): Code {
  return sequence(mark(tracking, pointer, 32), storeWords(pointer, first, 4));
}

/** Writes a word or an address in a kernel buffer to the address in local 0. */
function bytesTo(lengthBytes: 20 | 32, buffer: number, offset: number): Write {
  const stores = lengthBytes === 32 ? storeWords(0, 1, 4) : sequence(storeWords(0, 1, 2), get(0), get(3), store32(16));
  return ({ at, kernel, charge }) =>
    body(
      W4,
      charge(),
      sequence(i32(buffer), i32(offset), kernel('get4'), setWords(1, 4)),
      mark(at.tracking, 0, lengthBytes),
      stores,
    );
}

/** Returns an integer of the environment. */
function integer(offset: number): Write {
  return ({ kernel, charge }) =>
    body(W4, charge(), i32(kernelBuffer.environment), i32(offset), kernel('get4'), setWords(0, 4), get(0));
}

function load(kernelName: KernelFunctionForGuests): Write {
  return ({ at, kernel, charge }) =>
    body(W4, charge(), sequence(loadWords(0, 4), kernel(kernelName), setWords(2, 4)), resultTo(at, 1, 2));
}

function store(kernelName: KernelFunctionForGuests): Write {
  return ({ kernel, charge }) => body([], charge(), loadWords(0, 4), loadWords(1, 4), kernel(kernelName));
}

/** Replaces the first of its operands, words of 32 bytes, by what the kernel's function of the same name makes of them. */
function arithmetic(name: KernelFunctionForGuests, operands: 2 | 3): Write {
  return ({ at, kernel, charge }) =>
    body(
      W4,
      charge(),
      ...Array.from({ length: operands }, (_, operand) => loadWords(operand, 4)),
      sequence(kernel(name), setWords(operands, 4)),
      resultTo(at, 0, operands),
    );
}

/** Gives the child its gas as `Executor.call` does (EIP-150), and takes what it has used; the rest is `Executor.callPrepared`. */
function contractCall(kind: number): Write {
  const hasValue = kind === 0;
  const [to, data, length, value] = [0, 1, 2, 3];
  const gas = hasValue ? 4 : 3;
  const returnLength = gas + 1;
  const [most, status, isPaid, v0] = [gas + 2, gas + 3, gas + 4, gas + 5];
  const low = (index: number): Code => sequence(get(index), plain(Op.i32WrapI64));
  return ({ at, schedule, kernel, callPrepared, copyIn, charge }) =>
    body(
      ['i64', 'i32', 'i32', ...W4],
      charge(2),
      sequence(get(length), i32(schedule.payloadBytes), plain(Op.i32GtU), ifTrue(plain(Op.unreachable))),
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
      sequence(get(gas), get(most), get(gas), get(most), plain(Op.i64LtU, Op.select), set(gas)),
      hasValue
        ? sequence(
            sequence(get(gas), i64(BigInt(schedule.callStipend)), i64(0n)),
            sequence(get(isPaid), plain(Op.select, Op.i64Add), set(gas)),
          )
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
    );
}

const gasLeft: Write = ({ at, charge }) => body([], charge(), getGlobal(at.gas));

const writers: Readonly<Record<string, Write>> = {
  read_args: ({ kernel, copyOut, charge, markRange }) =>
    body(
      ['i32'],
      sequence(i32(kernelBuffer.input), kernel('length'), set(1)),
      charge(1),
      sequence(get(0), get(1), markRange),
      sequence(i32(kernelBuffer.input), i32(0), get(0), get(1), copyOut),
    ),
  write_result: ({ kernel, copyIn, charge }) =>
    body(
      [],
      charge(1),
      sequence(get(1), kernel('output_end')),
      sequence(i32(kernelBuffer.output), get(0), get(1), copyIn),
    ),
  return_data_size: ({ kernel, charge }) => body([], charge(), i32(kernelBuffer.returnData), kernel('length')),
  read_return_data: ({ kernel, copyOut, charge, markRange }) =>
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
  emit_log: ({ kernel, copyIn, charge }) =>
    body(
      [],
      charge(1),
      sequence(i32(kernelBuffer.scratch), get(0), get(1), copyIn),
      sequence(get(2), get(1), kernel('event_emit')),
    ),
  native_keccak256: ({ at, kernel, copyIn, charge }) =>
    body(
      W4,
      charge(1),
      sequence(get(1), i32(64), plain(Op.i32Eq)),
      ifTrue(loadWords(0, 8), kernel('keccak64'), setWords(3, 4), resultTo(at, 2, 3), plain(Op.return)),
      sequence(i32(kernelBuffer.scratch), get(0), get(1), copyIn),
      sequence(get(1), kernel('keccak_scratch'), setWords(3, 4)),
      resultTo(at, 2, 3),
    ),
  storage_load_bytes32: load('frame_load'),
  storage_cache_bytes32: store('frame_cache'),
  // Its price is that of the words written, known afterwards; whether it traps before or after is the same.
  storage_flush_cache: ({ kernel, charge }) => body(['i32'], kernel('frame_flush'), set(1), charge(1)),
  transient_load_bytes32: load('transient_load'),
  transient_store_bytes32: store('transient_store'),
  contract_address: bytesTo(20, kernelBuffer.message, kernelMessage.self),
  msg_sender: bytesTo(20, kernelBuffer.message, kernelMessage.caller),
  msg_value: bytesTo(32, kernelBuffer.message, kernelMessage.value),
  block_number: integer(environmentLayout.blockNumber),
  block_timestamp: integer(environmentLayout.blockTimestamp),
  chainid: integer(environmentLayout.chainId),
  block_gas_limit: integer(environmentLayout.blockGasLimit),
  block_basefee: bytesTo(32, kernelBuffer.environment, environmentLayout.blockBaseFee),
  block_coinbase: bytesTo(20, kernelBuffer.environment, environmentLayout.coinbase),
  tx_ink_price: ({ charge }) => body([], charge(), i32(1)),
  evm_gas_left: gasLeft,
  evm_ink_left: gasLeft,
  math_div: arithmetic('math_div', 2),
  math_mod: arithmetic('math_mod', 2),
  math_pow: arithmetic('math_pow', 2),
  math_add_mod: arithmetic('math_add_mod', 3),
  math_mul_mod: arithmetic('math_mul_mod', 3),
  call_contract: contractCall(0),
  static_call_contract: contractCall(1),
  delegate_call_contract: contractCall(2),
};

/** The Stylus host functions that need no JavaScript. */
export const stylusThunks: Thunks = {
  functions: Object.entries(writers).map(([name, write]) => ({ module: VM_HOOKS, name, write })),
  callStatus,
};
