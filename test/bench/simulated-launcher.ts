import type { Launcher } from '../../bench/protocol/block.ts';

export interface SimulationOptions {
  /** By machine; 1 where none is given. */
  readonly speeds?: Readonly<Record<string, number>>;
  /** Standard deviation of a process's level, relative. */
  readonly processNoise?: number;
  /** Every so many processes, one did not have its processor to itself. */
  readonly disturbedEvery?: number;
  readonly isUnsettled?: boolean;
  readonly seed?: number;
}

/**
 * A computer that only exists in numbers: its pace drifts from process to process, every process has a level of its own,
 * and samples within it scatter. Its sequence is fixed, so that tests pass or fail once and for all.
 */
export function simulatedLauncher(options: SimulationOptions): Launcher {
  const { speeds = {}, processNoise = 0.01, disturbedEvery = Number.POSITIVE_INFINITY, isUnsettled = false } = options;
  let state = options.seed ?? 12345;
  const uniform = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  let drift = 0;
  let processes = 0;
  return {
    slot: async ({ machine, repeats, plan }) => {
      drift = 0.95 * drift + 0.01 * normal();
      const level = (1000 * repeats * Math.exp(drift + processNoise * normal())) / (speeds[machine] ?? 1);
      const samplesNs = Array.from({ length: plan.sampleCount }, () => level * Math.exp(0.02 * normal()));
      const isDisturbed = ++processes % disturbedEvery === 0;
      return {
        opening: { prepareNs: 1e6, deployNs: 2e6, setupNs: 0 },
        firstCallNs: 3e6,
        samplesNs,
        steadiness: isUnsettled ? 'not steady' : 'flat',
        wallNs: isDisturbed ? 2e6 : 1e6,
        mainThreadNs: 1e6,
      };
    },
    phases: async () => ({ instrumentNs: 1e6, compileNs: 2e6, instantiateNs: 3e6 }),
  };
}
