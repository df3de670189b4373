/** Public entry of `trimeter/native`. */
export { createNativeBackend, type NativeBackendOptions } from './native-backend.ts';
export type { NativeLimits } from './native-world.ts';
