import { InputRejected } from '../../contracts/input-rejected.ts';
import { askOnce } from '../../processes/asked-child.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { findNodeLine } from '../../processes/node-lines.ts';

/**
 * The executable of a Node line, such as `24`: this process's own, or one of those in `tools/node-lines/`.
 *
 * @throws InputRejected
 */
export function nodeBinary(line: string): string {
  const path = findNodeLine(line);
  if (path !== undefined) return path;
  throw new InputRejected(`--nodes ${line}`, 'no such Node line here: npm ci in tools/node-lines brings some');
}

/** Runs one of our scripts on a Node binary, with one job. @throws what the script throws, or ChildLost. */
export function runScript(binary: string, script: URL, job: unknown): Promise<unknown> {
  return askOnce(nodeCommand(`the Node of ${binary}`, script, { binary: () => binary }), job);
}
