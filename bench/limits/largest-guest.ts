import { decodeModule } from '../../metering/decode.ts';
import type { ModuleLimits } from '../../metering/limits.ts';
import { ModuleRejected } from '../../metering/module-rejected.ts';
import { validateModule } from '../../metering/validate.ts';
import { assemble } from '../assemble.ts';
import { type LimitShape, limitGuest } from './shapes.ts';

/** More than any limit lets a function have of anything. */
const MAX_SIZE = 1 << 16;

/** The guest of a shape with the greatest size that the limits accept, to a thirtieth. */
export async function largestGuest({ functions }: LimitShape, limits: ModuleLimits): Promise<Uint8Array> {
  let largest = await assemble(limitGuest(functions(1, limits)));
  let [accepted, refused] = [1, MAX_SIZE];
  for (let size = 2; refused - accepted > accepted / 30; size = Math.min(size * 2, (accepted + refused) >> 1)) {
    const bytes = await assemble(limitGuest(functions(size, limits)));
    if (isWithin(bytes, limits)) [largest, accepted] = [bytes, size];
    else refused = size;
  }
  return largest;
}

function isWithin(bytes: Uint8Array, limits: ModuleLimits): boolean {
  try {
    validateModule(decodeModule(bytes, limits), limits);
    return true;
  } catch (error) {
    if (error instanceof ModuleRejected && error.code === 'limit-exceeded') return false;
    throw error;
  }
}
