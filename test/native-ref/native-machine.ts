import { fileURLToPath } from 'node:url';
import type { Backend } from '../../engine/backend.ts';
import { EngineError } from '../../engine/errors.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';

export const SCRIPT_SOURCE: string = fileURLToPath(new URL('fixtures/script.cpp', import.meta.url));

/** The native backend, or why there is none here. */
async function nativeBackend(): Promise<Backend | string> {
  try {
    return await createNativeBackend();
  } catch (error) {
    if (error instanceof EngineError && error.code === 'backend-unavailable') return error.message;
    throw error;
  }
}

export async function nativeBackendIfAny(): Promise<Backend | undefined> {
  const backend = await nativeBackend();
  return typeof backend === 'string' ? undefined : backend;
}

/** The native backend, or a skipped suite that says why there is none. */
export async function nativeBackendOrSkip(context: Mocha.Context): Promise<Backend> {
  const backend = await nativeBackend();
  if (typeof backend !== 'string') return backend;
  const suite = context.test?.parent;
  if (suite !== undefined) suite.title += ` (skipped: ${backend})`;
  return context.skip();
}
