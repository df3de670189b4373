import type { Backend } from '../../engine/backend.ts';
import type { HostileRow } from './row.ts';
import { endOfRow, endsAsSaid, hostileWorld } from './run-row.ts';

export interface CatalogueRun {
  readonly ran: number;
  /** A line for each row that ended otherwise than it says, or left the world otherwise than it should. */
  readonly wrong: readonly string[];
}

/** All rows in one world of a machine; after one that left it wrong in a new one. */
export async function runCatalogue(backend: Backend, rows: readonly HostileRow[]): Promise<CatalogueRun> {
  const wrong: string[] = [];
  let hostile = await hostileWorld(backend);
  for (const row of rows) {
    try {
      const end = await endOfRow(hostile, row);
      if (!endsAsSaid(row, end)) wrong.push(`${row.id}: ${end}, expected ${row.ends}`);
    } catch (error) {
      wrong.push(`${row.id}: ${error instanceof Error ? error.message.split('\n', 1)[0] : error}`);
      await hostile.world.close().catch(() => undefined);
      hostile = await hostileWorld(backend);
    }
  }
  await hostile.world.close();
  return { ran: rows.length, wrong };
}
