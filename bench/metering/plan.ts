/** How long and how often the metering benchmark measures. */
export interface MeteringPlan {
  /** Fresh processes per kernel and Node line; code lies elsewhere in each. */
  readonly processes: number;
  /** Rounds per process: each times every variant once, in shuffled order. At least 6 in all. */
  readonly rounds: number;
  readonly sampleNs: number;
  /** At least, per variant and process. */
  readonly warmUpNs: number;
}

export const fullPlan: MeteringPlan = {
  processes: 3,
  rounds: 12,
  sampleNs: 4e6,
  warmUpNs: 300e6,
};

/** A minute or two per Node line: enough to see a few percent. */
export const quickPlan: MeteringPlan = {
  ...fullPlan,
  processes: 1,
  rounds: 10,
  sampleNs: 2e6,
  warmUpNs: 150e6,
};
