/** Injected functions whose code is known beforehand. */
import { opcodeOf } from '../format/opcodes.ts';
import { type FunctionCode, MEMORY_INIT, type ModuleCode } from './read-module.ts';
import { VerificationFailed } from './verification-failed.ts';

/** An injected function, its code as text: mnemonics with their immediate, on lines or parted by semicolons. */
export interface HelperText {
  /** Parameters, then results. */
  readonly type: readonly [readonly number[], readonly number[]];
  readonly locals: readonly number[];
  readonly code: string;
}

/** @throws VerificationFailed `helper` */
export function expectCode(
  module: ModuleCode,
  functionIndex: number,
  { typeIndex, locals, code, offset }: FunctionCode,
  expected: HelperText,
): void {
  const lines = expected.code.split(/\s*[\n;]\s*/).filter((line) => line !== '');
  const signature = module.types[typeIndex];
  const head = JSON.stringify([signature?.params, signature?.results, locals]);
  const expectedHead = JSON.stringify([...expected.type, expected.locals]);
  if (head !== expectedHead) throw new VerificationFailed('helper', functionIndex, offset, expectedHead, head);
  for (const [index, instruction] of code.entries()) {
    const { immediate, opcode } = instruction;
    const actual = textOf(opcode, immediate);
    if (actual === (lines[index] ?? 'no more') && instruction.arity === 0) continue;
    throw new VerificationFailed('helper', functionIndex, instruction.offset, lines[index] ?? 'no more', actual);
  }
  if (code.length !== lines.length) {
    throw new VerificationFailed('helper', functionIndex, offset, `${lines.length} instructions`, code.length);
  }
}

function textOf(opcode: number, immediate: number | bigint): string {
  if (opcode === MEMORY_INIT) return `memory.init ${immediate}`;
  const { mnemonic, immediate: kind } = opcodeOf(opcode);
  return kind === 'none' || kind === 'block-type' || kind === 'memory-index' ? mnemonic : `${mnemonic} ${immediate}`;
}
