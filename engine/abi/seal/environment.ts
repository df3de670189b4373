import { fromHex } from '../../bytes.ts';
import { type HostFunction, hostFunction } from '../host-function.ts';
import { readAccount, writeAccount, writeBalance, writeInteger, writeOutput } from './guest-values.ts';
import { sealImport } from './seal-import.ts';

const OUTPUT = ['i32', 'i32'] as const;

/** Message, block and accounts. Integers are little-endian, as SCALE has them. */
export const environmentFunctions: readonly HostFunction[] = [
  hostFunction(sealImport(0, 'caller', OUTPUT, undefined), (frame, output, outputLength) =>
    writeAccount(frame, output, outputLength, frame.message.caller),
  ),
  hostFunction(sealImport(0, 'address', OUTPUT, undefined), (frame, output, outputLength) =>
    writeAccount(frame, output, outputLength, frame.message.self),
  ),
  hostFunction(sealImport(0, 'value_transferred', OUTPUT, undefined), (frame, output, outputLength) =>
    writeBalance(frame, output, outputLength, frame.message.value),
  ),
  hostFunction(sealImport(0, 'balance', OUTPUT, undefined), (frame, output, outputLength) =>
    writeBalance(frame, output, outputLength, frame.account.wei),
  ),
  // There is no existential deposit here: an account may hold any amount.
  hostFunction(sealImport(0, 'minimum_balance', OUTPUT, undefined), (frame, output, outputLength) =>
    writeBalance(frame, output, outputLength, 0n),
  ),
  hostFunction(sealImport(0, 'gas_left', OUTPUT, undefined), (frame, output, outputLength) =>
    writeInteger(frame, output, outputLength, frame.gas.left(), 8),
  ),
  hostFunction(sealImport(0, 'weight_to_fee', ['i64', 'i32', 'i32'], undefined), (frame, gas, output, outputLength) =>
    writeBalance(frame, output, outputLength, BigInt.asUintN(64, gas) * frame.transaction.gasPrice),
  ),
  hostFunction(sealImport(0, 'now', OUTPUT, undefined), (frame, output, outputLength) =>
    writeInteger(frame, output, outputLength, frame.transaction.block.timestamp * 1000n, 8),
  ),
  hostFunction(sealImport(0, 'block_number', OUTPUT, undefined), (frame, output, outputLength) =>
    writeInteger(frame, output, outputLength, frame.transaction.block.number, 4),
  ),
  hostFunction(sealImport(0, 'is_contract', ['i32'], 'i32'), (frame, account) =>
    frame.calls.codeHashAt(readAccount(frame, account)) === undefined ? 0 : 1,
  ),
  hostFunction(sealImport(0, 'own_code_hash', OUTPUT, undefined), (frame, output, outputLength) =>
    writeOutput(frame, output, outputLength, fromHex(`0x${frame.moduleHash}`)),
  ),
];
