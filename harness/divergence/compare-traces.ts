import type { Commitment, RecordedEnd } from '../../engine/recording.ts';
import { firstDifferent } from './first-different.ts';
import { type TracedCall, type TraceFile, TraceRejected } from './trace-file.ts';

/** Where two traces part. */
export interface TraceDivergence {
  /** 0 is the deployment, 1 the first call. */
  readonly call: number;
  /** In words, as the files have it. */
  readonly what: string;
  /** Number of the last commitment that is equal, -1 for none: there the call begins. */
  readonly from: number;
  /** Number of the first that is not; undefined where one of the two has ended. */
  readonly to: number | undefined;
  readonly differences: readonly { readonly field: string; readonly left: string; readonly right: string }[];
}

export interface TraceComparison {
  readonly calls: number;
  /** Of all calls of the first file. */
  readonly commitments: number;
  /** How many hashes of each file were held against each other. */
  readonly hashes: number;
  readonly divergence: TraceDivergence | undefined;
}

/** What has to be equal for two traces to be of the same thing. */
const SETTINGS = ['case', 'schedule', 'every', 'detail', 'sequence'] as const;

/**
 * Finds the first interval in which two traces differ. A chain is over all that came before, so that equal ones mean that all
 * before them is equal, and halving finds the place: whoever has one file needs no more of the other than these few hashes.
 *
 * @throws TraceRejected for traces of different things.
 *
 * @example
 * const setting = { schedule: flatV2Schedule.id, trimeter: '0.1.0', engine: 'Node' };
 * const mint = { method: 'mint', args: ['bob', '5'] };
 * const [ours, theirs] = [
 *   await traceCalls(subject, [mint], createWasmBackend(), setting),
 *   await traceCalls(subject, [mint], createReferenceBackend(), setting),
 * ];
 * console.log(compareTraces(ours.file, theirs.file).divergence); // undefined
 */
export function compareTraces(left: TraceFile, right: TraceFile): TraceComparison {
  for (const setting of SETTINGS) {
    if (left[setting] !== right[setting]) {
      throw new TraceRejected(setting, `the two traces are not of the same: ${left[setting]} and ${right[setting]}`);
    }
  }
  const codeOf = ({ code }: TraceFile) => code.map(({ name, sha256 }) => `${name} ${sha256}`).join();
  if (codeOf(left) !== codeOf(right)) throw new TraceRejected('code', 'the two traces are not of the same modules');

  const about = {
    calls: left.calls.length,
    commitments: left.calls.reduce((sum, { commitments }) => sum + commitments.length, 0),
  };
  const ends = (calls: readonly TracedCall[]) => calls.map(({ end }) => end.chain);
  const found = firstDifferent(ends(left.calls), ends(right.calls));
  if (found.at === undefined) return { ...about, hashes: found.hashes, divergence: undefined };
  const [a, b] = [left.calls[found.at], right.calls[found.at]];
  if (a === undefined || b === undefined) {
    // One of them ended where the contract did not deploy, which shows in that step: it cannot be.
    throw new TraceRejected('calls', `one trace has ${left.calls.length} and the other ${right.calls.length}`);
  }
  const chains = ({ commitments }: TracedCall) => commitments.map(({ chain }) => chain);
  const inside = firstDifferent(chains(a), chains(b));
  const at = inside.at ?? a.commitments.length;
  const [one, other] = [a.commitments[at], b.commitments[at]];
  const isInside = one !== undefined && other !== undefined;
  return {
    ...about,
    hashes: found.hashes + inside.hashes,
    divergence: {
      call: found.at,
      what: a.call,
      from: at - 1,
      to: isInside ? at : undefined,
      differences: differencesOf(one ?? a.end, other ?? b.end),
    },
  };
}

const WORDS: Readonly<Record<string, string>> = {
  functionIndex: 'function',
  at: 'offset',
  gasLeft: 'gas left',
  gasUsed: 'gas used',
  trapCode: 'trap code',
};

function differencesOf(
  left: Commitment | RecordedEnd,
  right: Commitment | RecordedEnd,
): TraceDivergence['differences'] {
  const isOfEnd = (one: Commitment | RecordedEnd): one is RecordedEnd => 'status' in one;
  if (isOfEnd(left) !== isOfEnd(right)) {
    const words = (one: Commitment | RecordedEnd) => (isOfEnd(one) ? `ended (${one.status})` : `at offset ${one.at}`);
    return [{ field: 'place', left: words(left), right: words(right) }];
  }
  const [a, b] = [Object.entries(left), Object.entries(right)];
  return a.flatMap(([field, value], at) => {
    const other: unknown = b[at]?.[1];
    if (field === 'chain' || value === other) return [];
    return [{ field: WORDS[field] ?? field, left: String(value), right: String(other) }];
  });
}
