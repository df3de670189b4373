import { bigintToBytes } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { readBytes, writeBytes } from '../../guest-memory.ts';
import { keccak256 } from '../../kernel/keccak.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

/** Block, transaction, message, accounts and budgets. Words are 32 bytes big-endian, addresses 20 bytes. */
export const environmentFunctions: readonly HostFunction[] = [
  hostFunction(vmHook('block_basefee', ['i32'], undefined), (frame, dest) =>
    writeWord(frame, dest, frame.transaction.block.baseFee),
  ),
  hostFunction(vmHook('block_coinbase', ['i32'], undefined), (frame, dest) =>
    writeBytes(frame.memory, dest, frame.transaction.block.coinbase),
  ),
  hostFunction(vmHook('block_gas_limit', [], 'i64'), (frame) => frame.transaction.block.gasLimit),
  hostFunction(vmHook('block_number', [], 'i64'), (frame) => frame.transaction.block.number),
  hostFunction(vmHook('block_timestamp', [], 'i64'), (frame) => frame.transaction.block.timestamp),
  hostFunction(vmHook('chainid', [], 'i64'), (frame) => frame.transaction.block.chainId),
  hostFunction(vmHook('tx_gas_price', ['i32'], undefined), (frame, dest) =>
    writeWord(frame, dest, frame.transaction.gasPrice),
  ),
  // One unit of gas is one unit of ink here: the schedule already counts in small units.
  hostFunction(vmHook('tx_ink_price', [], 'i32'), () => 1),
  hostFunction(vmHook('tx_origin', ['i32'], undefined), (frame, dest) =>
    writeBytes(frame.memory, dest, frame.transaction.origin),
  ),
  hostFunction(vmHook('msg_sender', ['i32'], undefined), (frame, dest) =>
    writeBytes(frame.memory, dest, frame.message.caller),
  ),
  hostFunction(vmHook('msg_value', ['i32'], undefined), (frame, dest) => writeWord(frame, dest, frame.message.value)),
  hostFunction(vmHook('msg_reentrant', [], 'i32'), (frame) => (frame.calls.isReentrant(frame) ? 1 : 0)),
  hostFunction(vmHook('contract_address', ['i32'], undefined), (frame, dest) =>
    writeBytes(frame.memory, dest, frame.message.self),
  ),
  hostFunction(vmHook('account_balance', ['i32', 'i32'], undefined), (frame, address, dest) =>
    writeWord(frame, dest, frame.state.find(readAddress(frame, address))?.wei ?? 0n),
  ),
  hostFunction(vmHook('account_code_size', ['i32'], 'i32'), (frame, address) => codeAt(frame, address).length),
  hostFunction(
    {
      ...vmHook('account_code', ['i32', 'i32', 'i32', 'i32'], 'i32'),
      pricedBytes: (frame, args) => codePart(frame, Number(args[0]), Number(args[1]), Number(args[2])).length,
    },
    (frame, address, offset, size, dest) => {
      const part = codePart(frame, address, offset, size);
      writeBytes(frame.memory, dest, part);
      return part.length;
    },
  ),
  hostFunction(
    {
      ...vmHook('account_codehash', ['i32', 'i32'], undefined),
      pricedBytes: (frame, args) => codeAt(frame, Number(args[0])).length,
    },
    (frame, address, dest) => writeBytes(frame.memory, dest, codeHashAt(frame, address)),
  ),
  hostFunction(vmHook('evm_gas_left', [], 'i64'), (frame) => frame.gas.left()),
  hostFunction(vmHook('evm_ink_left', [], 'i64'), (frame) => frame.gas.left()),
  // The engine charges memory.grow itself; a guest that calls this pays for pages it does not get, as on Stylus.
  hostFunction(vmHook('pay_for_memory_grow', ['i32'], undefined), (frame, pages) =>
    frame.gas.charge((pages & 0xffff) * frame.schedule.costs.memoryGrowPerPage),
  ),
];

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

function codePart(frame: Frame, address: number, offset: number, size: number): Uint8Array {
  const code = codeAt(frame, address);
  const start = Math.min(offset >>> 0, code.length);
  return code.subarray(start, Math.min(start + (size >>> 0), code.length));
}
