import { fromHex } from '../../engine/bytes.ts';
import type { CallFrame } from './trace.ts';

const PUSH1 = 0x60;
const PUSH32 = 0x7f;

/** Instructions whose result EDR's chain decides and not the block context: its blocks have hashes of their own. */
export const BLOCKHASH = 0x40;
/** Only in block 0, whose value EDR makes up. */
export const PREVRANDAO = 0x44;

/** Whether code has the instruction where one can start. What follows the last instruction of a program counts too. */
export function hasOpcode(code: Uint8Array, opcode: number): boolean {
  for (let at = 0; at < code.length; at++) {
    const here = code[at] as number;
    if (here === opcode) return true;
    if (here >= PUSH1 && here <= PUSH32) at += here - PUSH1 + 1;
  }
  return false;
}

/** Whether a call may have run the instruction: in code of one of these addresses (hex), or in code that it brought itself. */
export function mayHaveRun(opcode: number, frame: CallFrame, addresses: ReadonlySet<string>): boolean {
  const { type, to = '', input = '0x', output = '0x', calls = [] } = frame;
  const brought = type.startsWith('CREATE') ? [input, output] : [];
  return (
    addresses.has(to) ||
    brought.some((code) => hasOpcode(fromHex(code), opcode)) ||
    calls.some((call) => mayHaveRun(opcode, call, addresses))
  );
}

/** What `erc7562Tracer` answers, as far as it is used. */
export interface OpcodeFrame {
  /** Counts by opcode in hex. */
  readonly usedOpcodes: Readonly<Record<string, number>>;
  readonly calls?: readonly OpcodeFrame[];
}

export function hasRun(opcode: number, { usedOpcodes, calls = [] }: OpcodeFrame): boolean {
  return `0x${opcode.toString(16)}` in usedOpcodes || calls.some((call) => hasRun(opcode, call));
}

/** What the struct logger answers, as far as it is used. */
export interface StepLog {
  /** `stack` in hex, its top last. */
  readonly structLogs: readonly { readonly op: string; readonly stack?: readonly string[] }[];
}

/** Whether the hash of one of the 256 blocks before `blockNumber` was asked for. Of all others it is 0. */
export function hasAskedForHash({ structLogs }: StepLog, blockNumber: bigint): boolean {
  return structLogs.some(({ op, stack = [] }) => {
    const asked = stack.at(-1);
    if (op !== 'BLOCKHASH' || asked === undefined) return false;
    const blocksAgo = blockNumber - BigInt(asked);
    return blocksAgo > 0n && blocksAgo <= 256n;
  });
}
