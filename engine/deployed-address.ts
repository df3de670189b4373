import type { DeployResult, Program } from './backend.ts';
import { toHex } from './bytes.ts';
import { EngineError } from './errors.ts';
import { trapName } from './outcome.ts';

/**
 * Where a contract lives that has to be there.
 *
 * @param program What was deployed, for the words of the error.
 * @throws EngineError `not-deployed`, with what its constructor came to, unless that was a success.
 *
 * @example
 * const to = deployedAddress(await world.deploy(program, { deployer, input }), program);
 * console.log(to.length); // 20
 */
export function deployedAddress({ address, outcome }: DeployResult, program?: Program): Uint8Array {
  if (address !== undefined) return address;
  const what =
    program === undefined ? 'the contract does not deploy' : `${program.name} does not deploy on ${program.backend}`;
  const why = outcome.status === 'trap' ? trapName(outcome.code) : toHex(outcome.output);
  throw new EngineError('not-deployed', `${what}: its constructor ended in ${outcome.status} ${why}`.trimEnd());
}
