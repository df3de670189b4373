import type { HostCodeIndices, HostImport } from '../../metering/host/host-code.ts';
import { type KernelFunctionForGuests, kernelFunctionsForGuests } from './kernel-exports.ts';
import { callPreparedImport } from './prepared-call.ts';
import { type Code, call } from './thunk-code.ts';

/** Import module of the kernel's functions. Guests cannot name it: their imports are on the allow-list of their ABI. */
export const KERNEL_MODULE = 'kernel';

const kernelNames = Object.keys(kernelFunctionsForGuests) as readonly KernelFunctionForGuests[];

/** All that thunks may call beside each other. */
export const thunkImports: readonly HostImport[] = [
  ...kernelNames.map((name) => ({ module: KERNEL_MODULE, name, type: kernelFunctionsForGuests[name] })),
  callPreparedImport,
];

export function callKernel(at: HostCodeIndices, name: KernelFunctionForGuests): Code {
  return call(at.imports[kernelNames.indexOf(name)] as number);
}

export function callPrepared(at: HostCodeIndices): Code {
  return call(at.imports[kernelNames.length] as number);
}
