import { fromHex } from '../../engine/bytes.ts';
import { EngineError } from '../../engine/errors.ts';
import { type Event, type Outcome, TrapCode } from '../../engine/outcome.ts';
import { trapCodeOf } from './halts.ts';

/** An account as far as a transaction has changed it; hex throughout, slots with keys and values of 32 bytes. */
interface AccountDiff {
  readonly balance?: string;
  readonly nonce?: number;
  readonly code?: string;
  readonly storage?: Readonly<Record<string, string>>;
}

interface Log {
  readonly address: string;
  readonly topics?: readonly string[];
  readonly data?: string;
  /** Place among all events of the transaction. */
  readonly index: string;
}

export interface CallFrame {
  readonly type: string;
  readonly to?: string;
  readonly input?: string;
  readonly error?: string;
  readonly output?: string;
  readonly logs?: readonly Log[];
  readonly calls?: readonly CallFrame[];
}

/** What EDR tells of a transaction: the answer to `Transaction.run`. */
export interface Trace {
  readonly callTracer: CallFrame;
  /** The outermost frame comes first. Its gas is that of execution alone, without refunds. */
  readonly flatCallTracer: readonly { readonly result: { readonly gasUsed: string } | null }[];
  /** Accounts that differ. A slot in `pre` that is not in `post` is zero now, such an account is gone. */
  readonly prestateTracer: {
    readonly pre: Readonly<Record<string, AccountDiff>>;
    readonly post: Readonly<Record<string, AccountDiff>>;
  };
}

/** What a transaction has made of an account. */
export interface AccountChange {
  /** 20 bytes. */
  readonly address: Uint8Array;
  readonly wei?: bigint;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  /** Values in 32 bytes, or none for zero. */
  readonly slots: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
}

const MODEXP = '0x0000000000000000000000000000000000000005';

/** @throws EngineError `unknown-trap` for an error that the table does not know. */
export function outcomeOf({ callTracer, flatCallTracer }: Trace, gasLimit: bigint): Outcome {
  const { error, output = '0x' } = callTracer;
  const used = flatCallTracer[0]?.result?.gasUsed;
  const gasUsed = used === undefined ? gasLimit : BigInt(used);
  // Given the least that a transaction may have, it had more than asked.
  if (gasUsed > gasLimit) return { status: 'trap', code: TrapCode.OutOfGas, gasUsed: gasLimit };
  if (error === undefined) return { status: 'success', output: fromHex(output), events: eventsOf(callTracer), gasUsed };
  if (error === 'execution reverted') return { status: 'revert', output: fromHex(output), gasUsed };
  // There is nothing that 0x05 refuses but lengths whose price is beyond all gas (EIP-2565).
  const code = callTracer.to === MODEXP && error === 'precompiled failed' ? TrapCode.OutOfGas : trapCodeOf(error);
  if (code === undefined) throw new EngineError('unknown-trap', `revm reported ${error}`);
  return { status: 'trap', code, gasUsed: gasLimit };
}

/** All that differs after the transaction, its sender's nonce included. */
export function changesOf({ prestateTracer: { pre, post } }: Trace): readonly AccountChange[] {
  return [...new Set([...Object.keys(pre), ...Object.keys(post)])].map((address) => {
    const {
      balance = post[address] === undefined ? '0x0' : undefined,
      nonce,
      code,
      storage = {},
    } = post[address] ?? {};
    const cleared = Object.keys(pre[address]?.storage ?? {}).filter((key) => !(key in storage));
    return {
      address: fromHex(address),
      ...(balance !== undefined && { wei: BigInt(balance) }),
      ...(nonce !== undefined && { nonce: BigInt(nonce) }),
      ...(code !== undefined && { code: fromHex(code) }),
      slots: [
        ...Object.entries(storage).map(([key, value]) => ({ key: fromHex(key), value: fromHex(value) })),
        ...cleared.map((key) => ({ key: fromHex(key), value: new Uint8Array(0) })),
      ],
    };
  });
}

function eventsOf(outermost: CallFrame): readonly Event[] {
  const logs: Log[] = [];
  const collect = ({ logs: own = [], calls = [] }: CallFrame): void => {
    logs.push(...own);
    for (const call of calls) collect(call);
  };
  collect(outermost);
  return logs
    .sort((a, b) => Number(BigInt(a.index) - BigInt(b.index)))
    .map(({ address, topics = [], data = '0x' }) => ({
      address: fromHex(address),
      topics: topics.map(fromHex),
      data: fromHex(data),
    }));
}
