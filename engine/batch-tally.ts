import type { BatchSummary } from './backend.ts';
import type { Outcome } from './outcome.ts';

/** Of no calls at all. */
export const initialChecksum = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const statusByte = { success: 0, revert: 1, trap: 2 } as const;

/** The checksum with one more call in it; 32 bits, signed or not. */
export function foldOutcome(checksum: number, outcome: Outcome): number {
  let hash = Math.imul(checksum ^ statusByte[outcome.status], FNV_PRIME);
  if (outcome.status !== 'trap') for (const byte of outcome.output) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** Folds outcomes into a `BatchSummary`. FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
export class BatchTally {
  #counts = { success: 0, revert: 0, trap: 0 };
  #gasUsed = 0n;
  #checksum = initialChecksum;

  add(outcome: Outcome): void {
    this.#counts[outcome.status]++;
    this.#gasUsed += outcome.gasUsed;
    this.#checksum = foldOutcome(this.#checksum, outcome);
  }

  summary(): BatchSummary {
    return {
      successCount: this.#counts.success,
      revertCount: this.#counts.revert,
      trapCount: this.#counts.trap,
      gasUsed: this.#gasUsed,
      checksum: this.#checksum >>> 0,
    };
  }
}
