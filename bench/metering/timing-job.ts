/** What goes to a timing process and what comes back, as JSON. Lists are in the order of the variants. */
export interface TimingJob {
  readonly size: number;
  readonly smallSize: number;
  readonly variants: readonly VariantJob[];
  readonly warmUpNs: number;
  readonly sampleNs: number;
  readonly rounds: number;
  readonly seed: number;
}

export interface VariantJob {
  readonly bytesBase64: string;
  readonly runExport: string;
  readonly gasExport?: string | undefined;
  readonly chargeImport?: { readonly module: string; readonly name: string } | undefined;
}

/** Decimal, because JSON has no 64-bit integers. */
export interface RunRecord {
  readonly checksum: string;
  readonly gasUsed: string;
}

export interface TimingResult {
  readonly node: string;
  readonly v8: string;
  readonly smallRuns: readonly RunRecord[];
  readonly runs: readonly RunRecord[];
  /** Nanoseconds of a call, by round; entries of the same round pair up across variants. */
  readonly samplesNs: readonly (readonly number[])[];
}
