import { referenceMachine } from '../../engine/reference/reference-machine.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { fuzzWorld } from './fuzz-world.ts';
import type { IntegerModule } from './integer-module.ts';

const STACK_EXHAUSTED = 'trap 8 ';

/**
 * The least stack budget on which a run does not end for want of it, by the reference interpreter: one word less has to
 * be too little for everyone. `undefined` if that depends on no budget up to the usual one.
 */
export async function leastStackWords(
  { bytes, imports }: IntegerModule,
  choice: number,
  gasLimit: bigint,
): Promise<number | undefined> {
  const isExhausted = async (stackWords: number): Promise<boolean> => {
    const run = await fuzzWorld(referenceMachine(), bytes, imports, { stackWords });
    return (await run([choice], gasLimit)).outcome.startsWith(STACK_EXHAUSTED);
  };
  let [tooFew, enough] = [1, defaultLimits.stackWords];
  if (!(await isExhausted(tooFew)) || (await isExhausted(enough))) return undefined;
  while (enough - tooFew > 1) {
    const middle = Math.round(Math.sqrt(tooFew * enough));
    const between = Math.min(Math.max(middle, tooFew + 1), enough - 1);
    if (await isExhausted(between)) tooFew = between;
    else enough = between;
  }
  return enough;
}
