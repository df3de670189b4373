import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import type { Random } from '../random.ts';
import { ADDRESSES_AT, addresses, SCRIPT_AT, STEP_BYTES, steps, WORDS_AT } from './scripted-guest.ts';

const PAGE_BYTES = 65_536;
const MOST_STEPS = 10;

/** Host functions that lead somewhere are called more often than the thirty that read a word of the context. */
const weights: readonly (readonly [weight: number, step: number])[] = steps.map((name, at) => {
  if (/call_contract$|^storage_|^transient_/.test(name)) return [12, at];
  if (/^create|emit_log|read_return_data|write_result/.test(name)) return [6, at];
  if (/^(?:unreachable|forever|return|exit_early)$/.test(name)) return [1, at];
  if (name === 'dive') return [2, at];
  return [3, at];
});

/** Call data for a scripted guest. @param header First of it; of a creation in it the hash of the module. */
export function randomScript(random: Random, header: Uint8Array): Uint8Array {
  const count = random.below(MOST_STEPS) + (random.chance(5) ? 40 : 0);
  const script = new Uint8Array(STEP_BYTES * (count + 1) + (random.chance(10) ? random.below(STEP_BYTES) : 0));
  script.set(random.chance(90) ? header : Uint8Array.from({ length: 32 }, () => random.below(256)));
  for (let at = 1; at <= count; at += 1) {
    script.set(randomStep(random, script.length), at * STEP_BYTES);
  }
  return script;
}

function randomStep(random: Random, scriptBytes: number): Uint8Array {
  const number = random.pickWeighted(weights);
  const name = steps[number] as string;
  const step = new Uint8Array(STEP_BYTES);
  const view = new DataView(step.buffer);
  view.setUint8(0, random.chance(1) ? random.below(256) : number);
  const args = argumentsOf(name, random, scriptBytes);
  args.forEach((value, at) => {
    view.setInt32(4 + at * 4, value | 0, true);
  });
  if (stylusAbi.hostFunctions[number]?.params.includes('i64') === true || name === 'store') {
    view.setBigUint64(24, gas(random), true);
  }
  return step;
}

/** Plausible ones for what takes several of a kind, and any for the rest. */
function argumentsOf(name: string, random: Random, scriptBytes: number): readonly number[] {
  const any = (count: number): readonly number[] => Array.from({ length: count }, () => pointer(random));
  if (random.chance(8)) return any(6);
  const address = ADDRESSES_AT + 32 * random.below(addresses.length);
  const word = (): number => WORDS_AT + 32 * random.below(24);
  // Part of the own script: its first step is the header of the call.
  const from = SCRIPT_AT + STEP_BYTES * random.below(4);
  const length = random.chance(80) ? Math.max(0, scriptBytes - (from - SCRIPT_AT)) : random.below(200);
  switch (name) {
    case 'call_contract':
      return [address, from, length, random.chance(70) ? WORDS_AT : word(), 0x1700 + random.below(2) * 4];
    case 'static_call_contract':
    case 'delegate_call_contract':
      return [address, from, length, 0x1700];
    case 'create1':
      return [SCRIPT_AT, random.pick([32, 64, 96, scriptBytes]), WORDS_AT, 0x1720, 0x1704];
    case 'create2':
      return [SCRIPT_AT, random.pick([32, 64, 96, scriptBytes]), WORDS_AT, word(), 0x1720, 0x1704];
    case 'read_return_data':
      return [pointer(random), random.pick([0, 0, 1, 31, 32, 33]), random.below(80)];
    case 'emit_log':
      return [word(), random.pick([0, 32, 64, 96, 128, 130, 1000]), random.below(6)];
    case 'account_code':
      return [address, random.below(40), random.below(200), pointer(random)];
    case 'account_balance':
    case 'account_codehash':
    case 'account_code_size':
      return [address, pointer(random)];
    case 'native_keccak256':
      return [pointer(random), random.pick([0, 1, 32, 64, 135, 136, 137, 1000]), pointer(random)];
    case 'write_result':
      return [pointer(random), random.pick([0, 1, 32, 100, 1024, 8192, 131_072, 131_073])];
    case 'fill':
    case 'copy':
      return [random.chance(80) ? 0x1000 + random.below(2048) : pointer(random), pointer(random), random.below(300)];
    case 'storage_flush_cache':
      return [random.below(2)];
    case 'return':
      return [random.below(3)];
    case 'dive':
      return [random.pick([0, 1, 10, 300, 5_000, 40_000])];
    case 'grow':
      return [random.below(4)];
    default:
      return /^(?:storage|transient|math)_/.test(name) && random.chance(90) ? [word(), word(), word()] : [...any(3)];
  }
}

function pointer(random: Random): number {
  return random.pickWeighted<() => number>([
    [10, () => random.below(0x1000)],
    [6, () => WORDS_AT + 32 * random.below(24)],
    [3, () => random.pick([1, 2, 3, 4]) * PAGE_BYTES - random.below(70)],
    [1, () => random.pick([-1, -32, -0x8000_0000, 0x7fff_ffff, -PAGE_BYTES])],
    [1, () => random.below(2 ** 32)],
  ])();
}

function gas(random: Random): bigint {
  return random.pick([0n, 1n, 1_000n, 20_000n, 300_000n, 5_000_000n, 2n ** 32n, 2n ** 62n, 2n ** 64n - 1n]);
}
