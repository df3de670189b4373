import type { BatchSummary } from './backend.ts';
import type { Outcome } from './outcome.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const statusByte = { success: 0, revert: 1, trap: 2 } as const;

/** Folds outcomes into a `BatchSummary`. FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
export class BatchTally {
  #counts = { success: 0, revert: 0, trap: 0 };
  #gasUsed = 0n;
  #checksum = FNV_OFFSET;

  add(outcome: Outcome): void {
    this.#counts[outcome.status]++;
    this.#gasUsed += outcome.gasUsed;
    let hash = Math.imul(this.#checksum ^ statusByte[outcome.status], FNV_PRIME);
    if (outcome.status !== 'trap') for (const byte of outcome.output) hash = Math.imul(hash ^ byte, FNV_PRIME);
    this.#checksum = hash;
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
