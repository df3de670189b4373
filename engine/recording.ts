export type RecordDetail = 'calls' | 'blocks' | 'values';

/** How a call or deployment is to be recorded (docs/traces.md). */
export interface RecordOptions {
  /** A commitment at the first block behind which so much gas was charged since the last one, 1 to 2^53 - 1. Default 10,000. */
  readonly every?: number;
  /**
   * `values`: what instructions leave goes into the commitments too, which takes some ten times as long. `calls`: nothing but frames
   * and calls of the host, so that modules run in the form in which they usually do; there are no commitments but at the end.
   * Default `blocks`.
   */
  readonly detail?: RecordDetail;
  /** Chain that this recording goes on from, 64 hex digits. Default zeros. */
  readonly after?: string;
  /** Where to keep every step. Default nowhere. */
  readonly window?: RecordedWindow | undefined;
}

/** Between two commitments, by their numbers. */
export interface RecordedWindow {
  /** Steps after this one; -1 is where the call begins. */
  readonly from: number;
  /** Up to this one. */
  readonly to: number;
  /** Number of a step, from 0, at which memory, globals and storage are kept as well. */
  readonly lookAt?: number;
}

/** A block that is paid for and about to run, or the last that was. */
export interface RecordedPlace {
  /** Of the frame; 0 is the outermost. */
  readonly depth: number;
  /** SHA-256 (hex) of the module. */
  readonly module: string;
  /** Of the block's function, and the offset of its first instruction in the module; -1 where no block has begun. */
  readonly functionIndex: number;
  readonly at: number;
  /** Of that frame. */
  readonly gasLeft: bigint;
}

/** All that a call has come to where a block begins, as hashes. SHA-256, hex; docs/traces.md says of what. */
export interface Commitment extends RecordedPlace {
  readonly memory: string;
  readonly globals: string;
  /** Of all accounts: the state digest. */
  readonly storage: string;
  /** Of frames, host calls, and values if these are recorded, since the call began. */
  readonly events: string;
  /** Over this commitment and all before it. */
  readonly chain: string;
}

/** How a recorded call ended. */
export interface RecordedEnd {
  readonly status: 'success' | 'revert' | 'trap';
  /** 0 unless it is a trap. */
  readonly trapCode: number;
  readonly gasUsed: bigint;
  /** SHA-256 (hex) of the output. */
  readonly output: string;
  readonly storage: string;
  readonly events: string;
  readonly chain: string;
}

/** One thing that happened, and the block in which it did. Bytes as hex. */
export type RecordedStep =
  | (RecordedPlace & {
      readonly kind: 'begin';
      readonly entry: 'call' | 'deploy';
      readonly caller: string;
      readonly self: string;
      readonly value: bigint;
      readonly isStatic: boolean;
      /** SHA-256 of the input. */
      readonly input: string;
    })
  | (RecordedPlace & { readonly kind: 'block'; readonly memory: string; readonly globals: string })
  | (RecordedPlace & {
      readonly kind: 'value';
      /** Offset of the instruction that left it. */
      readonly from: number;
      readonly value: number | bigint;
    })
  | (RecordedPlace & {
      readonly kind: 'host';
      readonly name: string;
      readonly args: readonly (number | bigint)[];
      /** Before it does anything. */
      readonly memory: string;
    })
  | (RecordedPlace & {
      readonly kind: 'result';
      readonly name: string;
      /** Null for none. */
      readonly result: number | bigint | null;
      readonly memory: string;
      readonly storage: string;
    })
  | (RecordedPlace & {
      readonly kind: 'end';
      readonly status: 'success' | 'revert' | 'trap';
      /** 0 unless it is a trap. */
      readonly trapCode: number;
      /** SHA-256 of the output. */
      readonly output: string;
    });

/** What there was at one step. */
export interface RecordedLook {
  readonly memory: Uint8Array;
  readonly globals: readonly (number | bigint)[];
  /** Of the accounts that frames have worked on, in the order in which they did. */
  readonly storage: readonly {
    readonly address: Uint8Array;
    readonly entries: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
  }[];
}

export interface Recording {
  readonly commitments: readonly Commitment[];
  readonly end: RecordedEnd;
  /** Of the window, if there is one. */
  readonly steps: readonly RecordedStep[];
  /** Steps of the window beyond those that are kept. */
  readonly lostSteps: number;
  /** Absent if it was not asked for, or the window has no such step. */
  readonly look?: RecordedLook;
}

/** Most commitments of one call: more are `bad-argument`, and want a larger `every`. */
export const mostCommitments: number = 1 << 15;
/** Most steps of a window. */
export const mostRecordedSteps: number = 1 << 15;
/** Of a look: accounts, and bytes of keys and values of their storage. */
export const mostLookedAccounts = 16;
export const mostLookedBytes: number = 4 << 20;

export const defaultRecordEvery = 10_000;
export const noChain: string = '0'.repeat(64);
