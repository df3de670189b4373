import type { ModuleLimits } from './limits.ts';
import { ModuleRejected } from './module-rejected.ts';

/** @throws ModuleRejected `limit-exceeded` if `actual` is above the named limit. */
export function checkLimit(limits: ModuleLimits, name: keyof ModuleLimits, actual: number, offset: number): void {
  if (actual > limits[name]) throw new ModuleRejected('limit-exceeded', offset, `${name} <= ${limits[name]}`, actual);
}
