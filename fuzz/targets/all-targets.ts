import { fuzzSources } from '../modules/fuzz-sources.ts';
import type { FuzzTarget } from '../target.ts';
import { abiDecodersTarget } from './abi-decoders.ts';
import { decoderTarget } from './decoder.ts';
import { hostCallsTarget } from './host-calls.ts';
import { jsonReadersTarget } from './json-readers.ts';
import { modulesTarget } from './modules.ts';

/** Of the time that modules get, what each source does. */
const MODULE_SHARES: Readonly<Record<string, number>> = { small: 40, layers: 10, mutants: 8, binaryen: 7 };

export interface TargetOptions {
  /** Machines of the register beside those of this process, each of which gets the calls of `host-calls` too. */
  readonly variants?: readonly string[];
}

/** Every target that can be used here; without binaryen there is one less. */
export function allTargets({ variants = [] }: TargetOptions = {}): readonly FuzzTarget[] {
  return [
    ...fuzzSources().map((source) => modulesTarget(source, MODULE_SHARES[source.name] ?? 10)),
    hostCallsTarget({ variants }),
    decoderTarget(),
    abiDecodersTarget(),
    jsonReadersTarget(),
  ] as readonly FuzzTarget[];
}
