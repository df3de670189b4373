import { readInputText } from '../contracts/read-input.ts';
import { parseScript, type Script } from '../harness/agreement/replay-file.ts';
import { judgeFile } from './judge-file.ts';

const MAX_FILE_BYTES = 16 << 20;

/** What `--script` names. @throws InputRejected */
export function readScript(path: string): Script {
  return judgeFile(path, () => parseScript(readInputText(path, MAX_FILE_BYTES)));
}
