/** The program of a process with a machine of the register in it. */
import type { Schedule } from '../../engine/schedule.ts';
import { serveWorlds } from '../../processes/serve-worlds.ts';
import { openMachine } from './register.ts';

await serveWorlds(({ name, schedule }: { readonly name: string; readonly schedule: Schedule }) =>
  openMachine(name, schedule),
);
