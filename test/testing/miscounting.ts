import type { Backend, World } from '../../engine/backend.ts';

/** A machine that counts one gas more for every call that emits an event. */
export function miscounting(backend: Backend): Backend {
  return {
    ...own(backend),
    // By that name its gas is compared.
    name: 'wasm-plain',
    createWorld: async (block) => {
      const world = await backend.createWorld(block);
      const call: World['call'] = async (message) => {
        const outcome = await world.call(message);
        const isLoud = outcome.status === 'success' && outcome.events.length > 0;
        return isLoud ? { ...outcome, gasUsed: outcome.gasUsed + 1n } : outcome;
      };
      return new Proxy(world, {
        get: (target, name) => {
          if (name === 'call') return call;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
}

function own({ name, description, isMetered, prepare, createWorld }: Backend): Backend {
  return { name, description, isMetered, prepare, createWorld };
}
