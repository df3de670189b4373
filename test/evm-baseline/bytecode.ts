import { fromHex } from '../../engine/bytes.ts';

/**
 * Creation code that deploys `runtime` (hex without prefix) as it is. It runs for 22 gas plus 6 for every further word,
 * and 200 for every byte deployed.
 *
 *   PUSH2 length  DUP1  PUSH1 0x0a  PUSH0  CODECOPY  PUSH0  RETURN
 */
export function deploying(runtime: string): Uint8Array {
  const length = (runtime.length / 2).toString(16).padStart(4, '0');
  return fromHex(`0x61${length}80600a5f395ff3${runtime}`);
}

/** Small programs, assembled by hand. */
export const programs = {
  /** PUSH0 CALLDATALOAD PUSH0 SSTORE STOP */
  storeInput: '5f355f5500',
  /** PUSH1 0x2a PUSH0 MSTORE PUSH1 0x20 PUSH0 REVERT */
  revert42: '602a5f5260205ffd',
  /** PUSH1 1 PUSH0 SSTORE, then as above */
  storeThenRevert42: '60015f55602a5f5260205ffd',
  /** PUSH1 1 PUSH0 SSTORE INVALID */
  storeThenInvalid: '60015f55fe',
  /** PUSH0 CALLDATALOAD PUSH0 MSTORE PUSH1 0x0b PUSH1 0x0a PUSH1 0x04 PUSH1 0x1c LOG2, then PUSH0 PUSH0 LOG0 STOP */
  emit: '5f355f52600b600a6004601ca25f5fa000',
  /** PUSH0 TLOAD PUSH0 MSTORE PUSH1 1 PUSH0 TSTORE PUSH1 0x20 PUSH0 RETURN */
  transient: '5f5c5f5260015f5d60205ff3',
  /** PUSH0 PUSH0 PUSH0 PUSH0 PUSH0 CALLDATALOAD GAS STATICCALL PUSH0 MSTORE PUSH1 0x20 PUSH0 RETURN */
  staticCallInput: '5f5f5f5f5f355afa5f5260205ff3',
  /** CALLER BALANCE STOP */
  callerBalance: '333100',
  /** PUSH0 CALLDATALOAD BALANCE STOP */
  inputBalance: '5f353100',
  /** JUMPDEST PUSH0 JUMP */
  endless: '5b5f56',
  /** PUSH0 JUMP */
  badJump: '5f56',
  /** POP */
  underflow: '50',
  /** PUSH0 PUSH6 2^40 MSTORE STOP */
  hugeMemory: '5f650100000000005200',
  /** CALLER SELFDESTRUCT */
  selfDestruct: '33ff',
  /**
   * PUSH15 creation code that deploys storeInput, PUSH0 MSTORE PUSH1 15 PUSH1 17 PUSH0 CREATE PUSH0 MSTORE PUSH1 0x20 PUSH0
   * RETURN
   */
  create: '6e61000580600a5f395ff35f355f55005f52600f60115ff05f5260205ff3',
  /** NUMBER TIMESTAMP CHAINID BASEFEE GASLIMIT COINBASE GASPRICE, each stored after the last, 7 words returned */
  blockWords: '435f52426020524660405248606052456080524160a0523a60c05260e05ff3',
} as const;
