import { bigintToBytes } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { keccak256 } from '../../kernel/keccak.ts';
import { overlap } from '../frame-checks.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

/** Block, transaction, message, accounts and budgets. Words are 32 bytes big-endian, addresses 20 bytes. */
export const environmentFunctions: readonly HostFunction[] = [
  word('block_basefee', ({ transaction }) => transaction.block.baseFee),
  address('block_coinbase', ({ transaction }) => transaction.block.coinbase),
  integer('block_gas_limit', ({ transaction }) => transaction.block.gasLimit),
  integer('block_number', ({ transaction }) => transaction.block.number),
  integer('block_timestamp', ({ transaction }) => transaction.block.timestamp),
  integer('chainid', ({ transaction }) => transaction.block.chainId),
  word('tx_gas_price', ({ transaction }) => transaction.gasPrice),
  // One unit of gas is one unit of ink here: the schedule already counts in small units.
  hostFunction(vmHook('tx_ink_price', [], 'i32'), () => 1),
  address('tx_origin', ({ transaction }) => transaction.origin),
  address('msg_sender', ({ message }) => message.caller),
  word('msg_value', ({ message }) => message.value),
  hostFunction(vmHook('msg_reentrant', [], 'i32'), (frame) => (frame.calls.isReentrant(frame) ? 1 : 0)),
  address('contract_address', ({ message }) => message.self),
  hostFunction(vmHook('account_balance', ['i32', 'i32'], undefined), (frame, address, dest) =>
    writeWord(frame, dest, frame.state.find(readAddress(frame, address))?.wei ?? 0n),
  ),
  hostFunction(vmHook('account_code_size', ['i32'], 'i32'), (frame, address) => codeAt(frame, address).length),
  hostFunction(
    vmHook('account_code', ['i32', 'i32', 'i32', 'i32'], 'i32', (frame, [address, offset, size]) => {
      return overlap(codeAt(frame, Number(address)), Number(offset), Number(size)).length;
    }),
    (frame, address, offset, size, dest) => {
      const part = overlap(codeAt(frame, address), offset, size);
      writeBytes(frame.memory, dest, part);
      return part.length;
    },
  ),
  hostFunction(
    vmHook('account_codehash', ['i32', 'i32'], undefined, (frame, [address]) => codeAt(frame, Number(address)).length),
    (frame, address, dest) => writeBytes(frame.memory, dest, codeHashAt(frame, address)),
  ),
  integer('evm_gas_left', ({ gas }) => gas.left()),
  integer('evm_ink_left', ({ gas }) => gas.left()),
  // The engine charges memory.grow itself; a guest that calls this pays for pages it does not get, as on Stylus.
  hostFunction(vmHook('pay_for_memory_grow', ['i32'], undefined), (frame, pages) =>
    frame.gas.charge((pages & 0xffff) * frame.schedule.costs.memoryGrowPerPage),
  ),
];

function integer(name: string, read: (frame: Frame) => bigint): HostFunction {
  return hostFunction(vmHook(name, [], 'i64'), read);
}

function word(name: string, read: (frame: Frame) => bigint): HostFunction {
  return hostFunction(vmHook(name, ['i32'], undefined), (frame, dest) => writeWord(frame, dest, read(frame)));
}

function address(name: string, read: (frame: Frame) => Uint8Array): HostFunction {
  return hostFunction(vmHook(name, ['i32'], undefined), (frame, dest) => writeBytes(frame.memory, dest, read(frame)));
}

function writeWord(frame: Frame, pointer: number, value: bigint): void {
  writeBytes(frame.memory, pointer, bigintToBytes(value, 32));
}

function readAddress(frame: Frame, pointer: number): Uint8Array {
  return readBytes(frame.memory, pointer, 20);
}

function codeAt(frame: Frame, address: number): Uint8Array {
  return frame.calls.codeAt(readAddress(frame, address));
}

/** Zero for an account that is empty by EIP-161; of no code for others without code (EIP-1052). */
function codeHashAt(frame: Frame, address: number): Uint8Array {
  const { wei, nonce, codeHash } = frame.state.account(readAddress(frame, address));
  const isEmpty = wei === 0n && nonce === 0n && codeHash === undefined;
  return isEmpty ? new Uint8Array(32) : keccak256(codeAt(frame, address));
}
