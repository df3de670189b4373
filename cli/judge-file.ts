import { InputRejected } from '../contracts/input-rejected.ts';
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
