import { fromHex } from '../../bytes.ts';
import type { Frame } from '../../frame.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { accountIdOf } from './account-id.ts';
import { BALANCE_BYTES, readAccount, writeInteger, writeOutput } from './guest-values.ts';
import { sealImport } from './seal-import.ts';

/** Message, block and accounts. Integers are little-endian, as SCALE has them. */
export const environmentFunctions: readonly HostFunction[] = [
  bytes('caller', ({ message }) => accountIdOf(message.caller)),
  bytes('address', ({ message }) => accountIdOf(message.self)),
  integer('value_transferred', BALANCE_BYTES, ({ message }) => message.value),
  integer('balance', BALANCE_BYTES, ({ account }) => account.wei),
  // There is no existential deposit here: an account may hold any amount.
  integer('minimum_balance', BALANCE_BYTES, () => 0n),
  integer('gas_left', 8, ({ gas }) => gas.left()),
  hostFunction(sealImport(0, 'weight_to_fee', ['i64', 'i32', 'i32'], undefined), (frame, gas, output, outputLength) => {
    const fee = BigInt.asUintN(64, gas) * frame.transaction.gasPrice;
    writeInteger(frame, output, outputLength, fee, BALANCE_BYTES);
  }),
  integer('now', 8, ({ transaction }) => transaction.block.timestamp * 1000n),
  integer('block_number', 4, ({ transaction }) => transaction.block.number),
  hostFunction(sealImport(0, 'is_contract', ['i32'], 'i32'), (frame, account) =>
    frame.calls.codeHashAt(readAccount(frame, account)) === undefined ? 0 : 1,
  ),
  bytes('own_code_hash', ({ moduleHash }) => fromHex(`0x${moduleHash}`)),
];

function bytes(name: string, read: (frame: Frame) => Uint8Array): HostFunction {
  return hostFunction(sealImport(0, name, ['i32', 'i32'], undefined), (frame, output, outputLength) =>
    writeOutput(frame, output, outputLength, read(frame)),
  );
}

function integer(name: string, lengthBytes: number, read: (frame: Frame) => bigint): HostFunction {
  return hostFunction(sealImport(0, name, ['i32', 'i32'], undefined), (frame, output, outputLength) =>
    writeInteger(frame, output, outputLength, read(frame), lengthBytes),
  );
}
