import { accounts } from '../../contracts/accounts.ts';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { encodeCall, encodeConstructor } from '../../contracts/call-codec.ts';
import type { CallText, ContractCase } from '../../contracts/contract-case.ts';
import { readCase } from '../../contracts/read-case.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend, World } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { AMPLE_GAS } from './guest-world.ts';

/** A bundled contract, deployed by the account `deployer` with the arguments of its manifest. */
export interface BundledWorld {
  readonly subject: ContractCase;
  readonly world: World;
  readonly address: Uint8Array;
  readonly deployment: Outcome;
  call(text: CallText, gasLimit?: bigint): Promise<Outcome>;
}

export async function bundledWorld(backend: Backend, id: string): Promise<BundledWorld> {
  const subject = await readCase(bundledCaseDirectory(id));
  const program = await backend.prepare({
    name: id,
    wasm: { bytes: subject.wasm, abi: stylusAbi },
    evm: { initcode: subject.evmInitcode },
    native: { sourceFile: subject.nativeSource },
  });
  const world = await backend.createWorld();
  const { address, outcome } = await world.deploy(program, {
    deployer: fromHex(accounts['deployer'] as string),
    value: 0n,
    input: encodeConstructor(subject.abi, subject.constructorArgs),
    gasLimit: AMPLE_GAS,
  });
  return {
    subject,
    world,
    address,
    deployment: outcome,
    call: (text, gasLimit = AMPLE_GAS) =>
      world.call({
        caller: fromHex(resolveAddress(text.caller ?? 'alice')),
        to: address,
        value: BigInt(text.value ?? 0),
        input: encodeCall(subject.abi, text),
        gasLimit,
      }),
  };
}
