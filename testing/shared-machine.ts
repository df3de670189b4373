import type { Backend } from '../engine/backend.ts';
import type { Schedule } from '../engine/schedule.ts';
import { openMachine } from '../harness/machines/register.ts';

const opened = new Map<string, Promise<Backend>>();

/**
 * A machine that all tests of a process share: it holds compiled code and no state, and a property opens one for every run.
 *
 * @throws EngineError as `openMachine`
 */
export async function sharedMachine(name: string, schedule: Schedule): Promise<Backend> {
  const key = `${name} ${schedule.id}`;
  const machine = opened.get(key) ?? openMachine(name, schedule);
  opened.set(key, machine);
  try {
    return await machine;
  } catch (error) {
    opened.delete(key);
    throw error;
  }
}
