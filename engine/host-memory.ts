import { EngineError } from './errors.ts';
import { isStackOverflow } from './native-stack.ts';

/** For work that can fail only for want of memory. @throws EngineError `host-memory` */
export function withHostMemory<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (isStackOverflow(cause)) throw cause;
    throw new EngineError('host-memory', `no memory for ${what}`, { cause });
  }
}
