import { moduleRows } from './module-rows.ts';
import type { HostileRow } from './row.ts';
import { runningRows } from './running-rows.ts';

export const catalogue: readonly HostileRow[] = [...moduleRows, ...runningRows];
