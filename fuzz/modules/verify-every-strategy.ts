import type { ValueType } from '../../metering/format/module.ts';
import { verifiableStrategies } from '../../metering/verify/verify-instrumented.ts';
import { type FuzzWorldOptions, fuzzSchedule } from './fuzz-world.ts';
import type { ImportedFunction } from './integer-module.ts';
import { verified } from './verified.ts';

/** Has the verifier look at what every strategy makes of a module for `fuzzWorld`. @throws VerificationFailed */
export function verifyEveryStrategy(
  bytes: Uint8Array,
  imports: readonly ImportedFunction[],
  options: FuzzWorldOptions,
): void {
  const { paramCount = 1, result } = options;
  const params = new Array<ValueType>(paramCount).fill('i32');
  const results = result === undefined ? [] : [result];
  const { costs, limits } = fuzzSchedule(imports, options);
  const moduleInterface = {
    memory: { kind: 'exported', name: 'memory' },
    entryPoints: [{ name: 'run', params, results, isRequired: true }],
    imports,
  } as const;
  for (const strategy of verifiableStrategies) verified(bytes, { costs, limits, interface: moduleInterface }, strategy);
}
