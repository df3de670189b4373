import type { Backend } from '../engine/backend.ts';
import type { Schedule } from '../engine/schedule.ts';
import { type MissingMachine, machineNames, openMachines } from '../harness/machines/register.ts';
import { printable } from '../harness/text/printable.ts';
import { parseNames } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** `--allow-missing` and `--require`, on every command that compares machines. */
export const missingOptions = { 'allow-missing': { type: 'string' }, require: { type: 'string' } } as const;

export interface BackendChoice {
  /** What `--on` says; undefined if it was not given. */
  readonly on: string | undefined;
  /** What to call the place that the names in `on` come from. Default `--on`. */
  readonly onSource?: string;
  /** Taken without `--on`. */
  readonly defaults: readonly string[];
  /** Machines that can run what is to be run. */
  readonly possible: readonly string[];
  readonly schedule: Schedule;
  /** As typed. */
  readonly allowMissing?: string | undefined;
  readonly require?: string | undefined;
  /** Of the defaults, those that may be missing without being named. Default none. */
  readonly optional?: readonly string[];
  /** Whether any of the defaults may. Default false. */
  readonly isLenient?: boolean;
  /** Whether it is left to somebody else to mention those that are missing. Default false. */
  readonly isSilent?: boolean;
  /** Fewer are refused. Default 1. */
  readonly least?: number;
}

export interface ChosenBackends {
  readonly backends: readonly Backend[];
  /** Wanted, and allowed to be missing. */
  readonly missing: readonly MissingMachine[];
}

/**
 * Opens the machines that `--on` names, or the default ones. One that is missing here is an error unless it was allowed
 * to be, and so are too few that are left: nothing may look compared that was not.
 *
 * @throws UsageError
 */
export async function chooseBackends(terminal: Terminal, choice: BackendChoice): Promise<ChosenBackends> {
  const {
    on,
    onSource = '--on',
    defaults,
    optional = [],
    possible,
    schedule,
    isLenient = false,
    isSilent = false,
    least = 1,
  } = choice;
  const names =
    on === undefined ? defaults.filter((name) => possible.includes(name)) : parseNames(onSource, on, machineNames);
  const impossible = names.find((name) => !possible.includes(name));
  if (impossible !== undefined) {
    throw new UsageError(`${onSource} ${impossible}: this runs on ${possible.join(', ')} only`);
  }
  const allowed = namesOf('--allow-missing', choice.allowMissing);
  const required = namesOf('--require', choice.require);
  const unasked = required?.find((name) => !names.includes(name));
  if (unasked !== undefined) throw new UsageError(`--require ${unasked}: the machines are ${names.join(', ')}`);

  const { available, unavailable: missing } = await openMachines(names, schedule);
  const isOptional = (name: string) => on === undefined && (isLenient || optional.includes(name));
  const mayMiss = (name: string) =>
    !required?.includes(name) && (required !== undefined || allowed?.includes(name) || isOptional(name));
  const refused = missing.filter(({ name }) => !mayMiss(name));
  if (refused.length > 0) {
    const reasons = refused.map(({ name, reason }) => `${name} is missing: ${reason}`).join('; ');
    throw new UsageError(`${reasons}; or do without: --allow-missing ${refused.map(({ name }) => name).join(',')}`);
  }
  if (!isSilent) for (const { name, reason } of missing) terminal.error(`without ${name}: ${printable(reason)}\n`);
  if (available.length < least) {
    const left = available.length === 0 ? 'no machine is' : `only ${available.map(({ name }) => name).join(', ')} is`;
    throw new UsageError(`${left} there, so that nothing would be compared; name two machines with --on`);
  }
  return { backends: available, missing };
}

function namesOf(option: string, text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : parseNames(option, text, machineNames);
}
