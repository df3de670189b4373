import type { Schedule } from '../engine/schedule.ts';
import { schedules } from '../engine/schedules.ts';
import { UsageError } from './usage-error.ts';

export const defaultScheduleId: string = schedules[0].id;

/** `--schedule`, on every command that counts gas. */
export const scheduleOption: { readonly schedule: { readonly type: 'string'; readonly default: string } } = {
  schedule: { type: 'string', default: defaultScheduleId },
};

/** Its line in a command's usage, after as many spaces as bring it in line with the others. */
export function scheduleUsage(width: number): string {
  return `${'  --schedule <id>'.padEnd(width)}gas schedule; default ${defaultScheduleId} (docs/schedules.md)`;
}

/** @throws UsageError with the ids there are. */
export function parseSchedule(id: string): Schedule {
  const found = schedules.find((schedule) => schedule.id === id);
  if (found !== undefined) return found;
  const ids = schedules.map((schedule) => schedule.id).join(', ');
  throw new UsageError(`--schedule takes ${ids}; got ${JSON.stringify(id)}`);
}
