import type { Backend } from '../../engine/backend.ts';
import type { EngineError } from '../../engine/errors.ts';

/** A backend that needs something which may be missing: a compiler, a package. */
async function backendOrReason(create: () => Promise<Backend>): Promise<Backend | string> {
  try {
    return await create();
  } catch (error) {
    // By its code: on Node 20 mocha loads a room anew that is imported on demand, with a class of its own.
    if (error instanceof Error && (error as EngineError).code === 'backend-unavailable') return error.message;
    throw error;
  }
}

export async function backendIfAny(create: () => Promise<Backend>): Promise<Backend | undefined> {
  const backend = await backendOrReason(create);
  return typeof backend === 'string' ? undefined : backend;
}

/** The backend, or a skipped suite that says why there is none. */
export async function backendOrSkip(context: Mocha.Context, create: () => Promise<Backend>): Promise<Backend> {
  const backend = await backendOrReason(create);
  if (typeof backend !== 'string') return backend;
  const suite = context.test?.parent;
  if (suite !== undefined) suite.title += ` (skipped: ${backend})`;
  return context.skip();
}
