import { fileURLToPath } from 'node:url';
import type { Backend } from '../../engine/backend.ts';
import { createNativeBackend } from '../../native-ref/native-backend.ts';
import { backendIfAny, backendOrSkip } from '../support/optional-backend.ts';

export const SCRIPT_SOURCE: string = fileURLToPath(new URL('fixtures/script.cpp', import.meta.url));

export function nativeBackendIfAny(): Promise<Backend | undefined> {
  return backendIfAny(createNativeBackend);
}

export function nativeBackendOrSkip(context: Mocha.Context): Promise<Backend> {
  return backendOrSkip(context, createNativeBackend);
}
