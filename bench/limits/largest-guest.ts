import binaryen from 'binaryen';
import { decodeModule } from '../../metering/format/decode.ts';
import type { ModuleLimits } from '../../metering/format/limits.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { assemble } from '../assemble.ts';
import { type LimitShape, limitGuest } from './shapes.ts';

/** More than any limit lets a function have of anything. */
const MAX_SIZE = 1 << 16;

/** The guest of a shape with the greatest size that the limits accept, to a thirtieth. */
export async function largestGuest({ functions, isDeep }: LimitShape, limits: ModuleLimits): Promise<Uint8Array> {
  const guest = async (size: number): Promise<Uint8Array> => {
    const text = limitGuest(functions(size, limits));
    return isDeep ? assembleDeep(text) : assemble(text);
  };
  let largest = await guest(1);
  let [accepted, refused] = [1, MAX_SIZE];
  // Below thirty a thirtieth is less than one: there is nothing between two sizes next to each other.
  while (refused - accepted > Math.max(1, accepted / 30)) {
    const size = Math.min(accepted * 2, (accepted + refused) >> 1);
    const bytes = await guest(size);
    if (isWithin(bytes, limits)) [largest, accepted] = [bytes, size];
    else refused = size;
  }
  return largest;
}

/** wabt parses by recursion, and with some 150 blocks in each other its stack overflows and it never returns. */
function assembleDeep(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
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
