import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Backend } from '../../engine/backend.ts';
import { openProgram } from '../host-functions/time-rows.ts';
import { leastOf } from '../sample.ts';

const SAMPLES = 60;
/** Makes a call long beside entering it, and short beside the pauses of a busy machine. */
const TURNS = 4000;
/** Below the limit on events of one call. */
const FEW_TURNS = 200;

/** Sixteen keys take turns at address 32 of the memory that `host-program.ts` lays out. */
const NEXT_KEY = '(i32.store (i32.const 36) (i32.and (local.get $k) (i32.const 15)))';

/** What a turn does. Keys and addresses are at 32, the number 1 is at 192, and results go to 512. */
const hostCalls: readonly (readonly [name: string, turn: string, turns?: number])[] = [
  ['block_number', '(drop (call $block_number))'],
  ['msg_sender', '(call $msg_sender (i32.const 512))'],
  ['msg_value', '(call $msg_value (i32.const 512))'],
  ['storage_load_bytes32', '(call $storage_load_bytes32 (i32.const 32) (i32.const 512))'],
  ['storage_cache_bytes32', '(call $storage_cache_bytes32 (i32.const 32) (i32.const 32))'],
  ['transient_load_bytes32', '(call $transient_load_bytes32 (i32.const 32) (i32.const 512))'],
  ['transient_store_bytes32', '(call $transient_store_bytes32 (i32.const 32) (i32.const 32))'],
  ['account_balance', '(call $account_balance (i32.const 32) (i32.const 512))'],
  ['math_mul_mod', '(call $math_mul_mod (i32.const 512) (i32.const 192) (i32.const 192))'],
  ['emit_log', '(call $emit_log (i32.const 32) (i32.const 64) (i32.const 1))', FEW_TURNS],
  ['native_keccak256', '(call $native_keccak256 (i32.const 32) (i32.const 64) (i32.const 512))'],
  [
    'native_keccak256 +2048 bytes',
    '(call $native_keccak256 (i32.const 32) (i32.const 2112) (i32.const 4096))',
    FEW_TURNS,
  ],
  [
    'storage_flush_cache, 1 word',
    '(i64.store (i32.const 512) (i64.extend_i32_u (i32.add (local.get $k) (i32.const 1)))) (call $storage_cache_bytes32 (i32.const 32) (i32.const 512)) (call $storage_flush_cache (i32.const 1))',
  ],
];

/** Nanoseconds per call of each measured host function, with its crossing and without the loop around it. */
export async function timeHostFunctions(backend: Backend): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>();
  for (const [name, turn, turns = TURNS] of hostCalls) {
    const loopNs = await fastestCall(backend, 'nothing', '', turns);
    times.set(name, Math.max(0, ((await fastestCall(backend, name, turn, turns)) - loopNs) / turns));
  }
  return times;
}

async function fastestCall(backend: Backend, name: string, turn: string, turns: number): Promise<number> {
  const row = { what: 'calibration', turn: `${NEXT_KEY} ${turn}`, isText: true, turns } as const;
  const program = await openProgram(backend, { abi: stylusAbi, name, row });
  return leastOf(SAMPLES, async () => (await program.sample()).ns);
}
