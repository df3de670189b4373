import type { ContractCase } from '../../contracts/contract-case.ts';
import { bytesToBigint } from '../../engine/bytes.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import type { Module } from '../../metering/format/module.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { Op } from '../../metering/format/opcodes.ts';
import { bothFound, type FoundValues, FoundValuesList } from './found-values.ts';

// https://ethereum.github.io/execution-specs/src/ethereum/prague/vm/instructions/__init__.py.html
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const JUMPDEST = 0x5b;
/** RETURN and INVALID: how solc ends creation code, before the code that it creates. */
const END_OF_CREATION = [0xf3, 0xfe] as const;

const WORD_BYTES = 32;
/** Of a data segment. Tables are long, and one line of them is like another. */
const MOST_WORDS_OF_DATA = 8;

/** The constants of a contract's code, of all forms that there are. What cannot be read has none: its machine says so. */
export function codeValues({ wasm, evmInitcode }: Pick<ContractCase, 'wasm' | 'evmInitcode'>): FoundValues {
  const pushed = new FoundValuesList();
  if (evmInitcode !== undefined) addPushes(evmInitcode, pushed);
  const [constants, all] = [new FoundValuesList(), new FoundValuesList(Number.POSITIVE_INFINITY)];
  const module = wasm && decoded(wasm);
  if (module !== undefined) for (const list of [constants, all]) addConstants(module, list);
  const [ofEvm, ofWasm] = [pushed.values(), constants.values()];
  // A compiler may turn `n > 64` into `n >= 65`. Of all, since most constants of a module are places in its memory.
  const near = new Set(all.values().integers.flatMap((value) => [value - 1n, value, value + 1n]));
  const limits = ofEvm.integers.filter((value) => near.has(value));
  return bothFound({ ...ofEvm, limits }, ofWasm);
}

/** Larger ones first: the small ones are mostly places in code and in memory. */
function addPushes(code: Uint8Array, list: FoundValuesList): void {
  const created = code.findIndex((byte, at) => byte === END_OF_CREATION[0] && code[at + 1] === END_OF_CREATION[1]) + 2;
  const isPlace = (value: bigint) =>
    value < code.length && [Number(value), created + Number(value)].some((at) => code[at] === JUMPDEST);
  const pushed: { readonly size: number; readonly value: bigint }[] = [];
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] as number;
    if (opcode < PUSH1 || opcode > PUSH32) continue;
    const size = opcode - PUSH1 + 1;
    pushed.push({ size, value: bytesToBigint(code.subarray(at + 1, at + 1 + size)) });
    at += size;
  }
  for (const { size, value } of pushed) if (size === 4) list.addSelector(Number(value));
  for (const { size, value } of pushed) if (size > 2) list.add(value);
  for (const { size, value } of pushed) if (size === 2 && !isPlace(value)) list.add(value);
  for (const { size, value } of pushed) if (size === 1) list.add(value);
}

function addConstants(module: Module, list: FoundValuesList): void {
  const instructions = module.functions.flatMap((body) => body.instructions);
  for (const { opcode, immediate } of instructions) {
    if (opcode === Op.i64Const) list.add(BigInt.asUintN(64, immediate as bigint));
    if (opcode !== Op.i32Const) continue;
    const value = (immediate as number) >>> 0;
    // Selectors are compared in the order of either end, all but one in 256 are as large, and little else is.
    if (value >= 1 << 24) for (const selector of [value, swapped(value)]) list.addSelector(selector);
    list.add(BigInt(value));
  }
  for (const { bytes: data } of module.dataSegments) {
    for (let word = 0; word < MOST_WORDS_OF_DATA && (word + 1) * WORD_BYTES <= data.length; word++) {
      list.add(bytesToBigint(data.subarray(word * WORD_BYTES, (word + 1) * WORD_BYTES)));
    }
  }
}

function decoded(bytes: Uint8Array): Module | undefined {
  try {
    return decodeModule(bytes, defaultLimits);
  } catch (error) {
    if (error instanceof ModuleRejected) return undefined;
    throw error;
  }
}

function swapped(value: number): number {
  return ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}
