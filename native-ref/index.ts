/** `trimeter/native`: the contracts' C++ at the speed of the processor, as a backend. */
export { createNativeBackend, type NativeBackendOptions } from './native-backend.ts';
export type { NativeLimits } from './native-world.ts';
