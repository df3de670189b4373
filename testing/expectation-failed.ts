import { AssertionError } from 'node:assert';
import type { ReplayFile } from '../harness/agreement/replay-file.ts';

/**
 * What a test was to hold does not. An AssertionError of Node, which every test runner takes for a failed test.
 *
 * @example
 * const failed = new ExpectationFailed('costs too much');
 * console.log(failed.code, failed.message); // ERR_ASSERTION costs too much
 */
export class ExpectationFailed extends AssertionError {
  /** Of machines that disagree: what `trimeter replay` takes. */
  readonly replay: ReplayFile | undefined;

  constructor(message: string, replay?: ReplayFile) {
    super({ message });
    this.replay = replay;
  }
}
