import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { instrument } from '../../metering/instrument.ts';
import { timeNs } from '../sample.ts';
import type { PhaseJob, PhaseResult } from './slot-job.ts';

/** Instrument, compile and instantiate, each once and cold. Host functions are stubs: linking them is all that counts. */
export async function runPhases(schedule: Schedule, { wasm, isMetered }: PhaseJob): Promise<PhaseResult> {
  const { costs, limits } = schedule;
  const strategy = isMetered ? 'default' : 'none';
  const options = { costs, limits, interface: moduleInterfaceOf(stylusAbi), strategy } as const;
  const [instrumented, instrumentNs] = await timeNs(async () => instrument(wasm, options));
  const code = new Uint8Array(instrumented.bytes);
  const [module, compileNs] = await timeNs(async () => new WebAssembly.Module(code));
  const imports: Record<string, Record<string, () => void>> = {};
  for (const { module: from, name } of instrumented.imports.functions) {
    imports[from] = { ...imports[from], [name]: () => {} };
  }
  const [, instantiateNs] = await timeNs(async () => new WebAssembly.Instance(module, imports));
  return { instrumentNs, compileNs, instantiateNs };
}
