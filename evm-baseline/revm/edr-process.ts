import { mostDeadlineMs } from '../../processes/asked-child.ts';
import { nodeCommand } from '../../processes/node-command.ts';
import { WorldProcess } from '../../processes/world-process.ts';

/**
 * EDR's record of a call grows with its instructions and with the data of its inner calls, so a guest can ask for more memory
 * than there is. Beyond this, in KiB of writable memory, the process ends. Node and EDR begin with 65 MB.
 */
const MEMORY_KIB = 12 << 20;
/** No more memory than that, no core dumps, and first in line when the system runs out of memory. */
const LIMITED = `ulimit -c 0; ulimit -d ${MEMORY_KIB}; echo 1000 > /proc/self/oom_score_adj; exec "$@"`;

/** Processes whose worlds were closed, for the next ones: starting one takes longer than most of what worlds are made for. */
const idle: WorldProcess[] = [];
/** A check that repeats itself has two worlds at a time. */
const MAX_IDLE = 2;

/** A process with EDR that has no world. */
export function takeEdrProcess(): WorldProcess {
  for (let taken = idle.pop(); taken !== undefined; taken = idle.pop()) if (taken.isUsable) return taken;
  return startEdrProcess();
}

export function startEdrProcess(): WorldProcess {
  const { what, binary, args } = nodeCommand('the process of revm', new URL('./edr-program.ts', import.meta.url));
  const limited = { what, binary: '/bin/sh', args: ['-c', LIMITED, 'sh', binary, ...args] };
  return new WorldProcess({ command: limited, machine: undefined, deadlineMs: mostDeadlineMs });
}

/** Keeps a process without a world for the next one, or ends it. */
export async function releaseEdrProcess(process: WorldProcess): Promise<void> {
  if (!process.isUsable) return;
  if (idle.length < MAX_IDLE) idle.push(process);
  else await process.end();
}
