import { laterEvmVersions, newestEvmVersion } from './evm-version.ts';
import type { CompilerChoice } from './project-config.ts';

/** Of standard JSON, without what is selected of the output. */
export interface SolcSettings {
  readonly optimizer: { readonly enabled: boolean; readonly runs: number };
  readonly evmVersion?: string;
  readonly viaIR?: true;
  readonly libraries?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What is said of the compiler, and ours where nothing is: optimised with 200 runs, for the newest EVM. */
export function solcSettings(version: string, choice: CompilerChoice): SolcSettings {
  const isLater = laterEvmVersions.includes(choice.evmVersion ?? '');
  const evmVersion = isLater ? newestEvmVersion(version) : (choice.evmVersion ?? newestEvmVersion(version));
  return {
    optimizer: { enabled: choice.optimizer ?? true, runs: choice.optimizerRuns ?? 200 },
    ...(evmVersion !== undefined && { evmVersion }),
    ...(choice.viaIR === true && { viaIR: true }),
    ...(choice.libraries !== undefined && { libraries: choice.libraries }),
  };
}

/** For people. */
export function settingsText({ optimizer, evmVersion, viaIR }: SolcSettings): string {
  return [
    optimizer.enabled ? `optimizer with ${optimizer.runs} runs` : 'no optimizer',
    ...(viaIR === true ? ['via IR'] : []),
    ...(evmVersion === undefined ? [] : [`for ${evmVersion}`]),
  ].join(', ');
}
