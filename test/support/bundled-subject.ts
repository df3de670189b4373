import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { encodeCall, encodeConstructor } from '../../contracts/call-codec.ts';
import type { ContractCase } from '../../contracts/contract-case.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Subject } from '../../engine/agreement/index.ts';
import { fromHex } from '../../engine/bytes.ts';

/** Enough for every call that `randomCalls` makes. */
const WEI = 10n ** 18n;

/** A contract case for the determinism checker: deployed by `deployer`, with every named account in funds. */
export function subjectOf({ id, abi, constructorArgs, wasm, evmInitcode, nativeSource }: ContractCase): Subject {
  return {
    id,
    code: {
      name: id,
      wasm: { bytes: wasm, abi: stylusAbi },
      evm: { initcode: evmInitcode },
      native: { sourceFile: nativeSource },
    },
    constructorArgs,
    encode: (args, calls) => ({
      balances: Object.values(accounts).map((address) => ({ address: fromHex(address), wei: WEI })),
      deployment: { from: fromHex(resolveAddress('deployer')), value: 0n, input: encodeConstructor(abi, args) },
      calls: calls.map((call) => ({
        from: fromHex(resolveAddress(call.caller ?? 'alice')),
        value: BigInt(call.value ?? 0),
        input: encodeCall(abi, call),
        ...(call.gasLimit !== undefined && { gasLimit: BigInt(call.gasLimit) }),
      })),
    }),
  };
}
