import type { World } from './backend.ts';

const ordered = new WeakSet<World>();

/** Says of a world that all takes effect in the order in which it was asked for. */
export function markOrdered(world: World): void {
  ordered.add(world);
}

/** Whether a world may be asked for the next thing before it has answered. Of one that somebody has put together nobody knows. */
export function keepsOrder(world: World): boolean {
  return ordered.has(world);
}
