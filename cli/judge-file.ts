import { InputRejected } from '../contracts/input-rejected.ts';
import { EngineError } from '../engine/errors.ts';
import { ReplayRejected } from '../harness/agreement/replay-file.ts';
import { TraceRejected } from '../harness/divergence/trace-file.ts';
import { ModuleRejected } from '../metering/format/module-rejected.ts';

/** Does what may find fault with a file. @throws InputRejected with the file's name, for what is a module's or a replay file's fault. */
export function judgeFile<T>(path: string, judge: () => T): T {
  try {
    return judge();
  } catch (error) {
    const isFault =
      error instanceof ModuleRejected || error instanceof ReplayRejected || error instanceof TraceRejected;
    throw isFault ? new InputRejected(path, error.message) : error;
  }
}

/** As `judgeFile`, of what a file means: what cannot be encoded, or is too much for the machines, is its fault. */
export async function rejecting<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const isInput = error instanceof InputRejected || (error instanceof EngineError && error.code === 'bad-argument');
    if (isInput) throw new InputRejected(path, error.message);
    throw error;
  }
}
