import type { HostImport } from '../../metering/host/host-code.ts';

/**
 * How a thunk prepares a call to another contract: call data in the buffer `childInput`, and at these offsets in scratch
 * the value (32 bytes, unless it is zero) and, when the child has ended, what is left of the gas that it got (8 bytes).
 */
export const preparedCall = { gas: 0, value: 32 } as const;

/** Import module of what the engine does for thunks. */
export const ENGINE_MODULE = 'engine';

/**
 * Makes a prepared call. Parameters: kind (0 call, 1 static, 2 delegate), five words of the address, whether there is
 * a value, bytes of call data, gas (low, high), stack words. Result: as of `Thunks.callStatus`.
 */
export const callPreparedImport: HostImport = {
  module: ENGINE_MODULE,
  name: 'call_prepared',
  type: { params: Array.from({ length: 11 }, () => 'i32'), results: ['i32'] },
};
