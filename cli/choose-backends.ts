import type { Backend } from '../engine/backend.ts';
import { EngineError } from '../engine/errors.ts';
import type { Schedule } from '../engine/schedule.ts';
import { parseNames } from './arguments.ts';
import { backendNames, openBackends } from './backends.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface BackendChoice {
  /** What `--on` says; undefined if it was not given. */
  readonly on: string | undefined;
  /** Taken without `--on`. */
  readonly defaults: readonly string[];
  /** Machines that can run what is to be run. */
  readonly possible: readonly string[];
  readonly schedule: Schedule;
}

/**
 * Opens the machines that `--on` names, or the default ones. A default machine that is missing here is mentioned and left
 * out; one that was asked for by name is an error.
 *
 * @throws UsageError, or EngineError `backend-unavailable`
 */
export async function chooseBackends(terminal: Terminal, choice: BackendChoice): Promise<readonly Backend[]> {
  const { on, defaults, possible, schedule } = choice;
  const names =
    on === undefined ? defaults.filter((name) => possible.includes(name)) : parseNames('--on', on, backendNames);
  const impossible = names.find((name) => !possible.includes(name));
  if (impossible !== undefined) {
    throw new UsageError(`--on ${impossible}: this runs on ${possible.join(', ')} only`);
  }
  const { available, unavailable } = await openBackends(names, schedule);
  for (const { name, reason } of unavailable) {
    if (on !== undefined) throw new EngineError('backend-unavailable', `--on ${name}: ${reason}`);
    terminal.error(`without ${name}: ${printable(reason)}\n`);
  }
  return available;
}
