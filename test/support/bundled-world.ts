import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import { companionDeployments, encodeCaseCall, encodeCaseConstructor } from '../../contracts/case-calls.ts';
import type { CallText, ContractCase } from '../../contracts/contract-case.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import type { Backend, ContractCode, DeployResult, World } from '../../engine/backend.ts';
import { fromHex } from '../../engine/bytes.ts';
import { deployedAddress } from '../../engine/deployed-address.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { contractCode } from '../../harness/subjects/contract-code.ts';
import { AMPLE_GAS } from './guest-world.ts';

/** A bundled contract and its companions, deployed by the account `deployer` with the arguments of its manifest. */
export interface BundledWorld {
  readonly subject: ContractCase;
  readonly world: World;
  readonly address: Uint8Array;
  readonly deployment: Outcome;
  call(text: CallText, gasLimit?: bigint): Promise<Outcome>;
}

/** @param changed What to deploy in place of the contract's code, and of its companions'. */
export async function bundledWorld(
  backend: Backend,
  id: string,
  changed: (code: ContractCode) => ContractCode = (code) => code,
): Promise<BundledWorld> {
  const subject = await readBundledCase(id);
  const world = await backend.createWorld();
  const deploy = async (contract: ContractCase, input: Uint8Array): Promise<DeployResult> =>
    world.deploy(await backend.prepare(changed(contractCode(contract))), {
      deployer: fromHex(accounts['deployer'] as string),
      value: 0n,
      input,
      gasLimit: AMPLE_GAS,
    });
  for (const { contract, input } of companionDeployments(subject)) await deploy(contract, input);
  const deployment = await deploy(subject, encodeCaseConstructor(subject, subject.constructorArgs));
  const address = deployedAddress(deployment);
  return {
    subject,
    world,
    address,
    deployment: deployment.outcome,
    call: (text, gasLimit = AMPLE_GAS) => {
      const { to, input } = encodeCaseCall(subject, text);
      return world.call({
        caller: fromHex(resolveAddress(text.caller ?? 'alice')),
        to: fromHex(to),
        value: BigInt(text.value ?? 0),
        input,
        gasLimit,
      });
    },
  };
}
