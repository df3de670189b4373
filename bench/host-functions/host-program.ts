import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { dataText } from '../assemble.ts';
import type { HostRow, HostShape } from './host-row.ts';

const TURNS = 2000;
/** Its loop goes around the end of 32 bits, which no closed form of its turns covers: a quick run gives up. */
const RUNS_AGAIN = `
  (func $around (param $end i32) (local $i i32)
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.const 0x7fffffff)))
      (br_if $again (i32.ne (local.get $i) (local.get $end)))))`;

/** Calls itself until 60 calls run, each with a byte more of call data. */
const NESTS = `
  (call $contract_address (i32.const 0))
  (if (i32.lt_u (local.get $length) (i32.const 60)) (then
    (drop (call $call_contract (i32.const 0) (i32.const 64) (i32.add (local.get $length) (i32.const 1)) (i32.const 32)
      (i64.const -1) (i32.const 200)))))`;

const stylusShapes: Readonly<Record<HostShape, readonly [body: string, functions?: string]>> = {
  returns: ['(call $write_result (i32.const 0) (i32.const 32)) (i32.const 0)'],
  reverts: ['(call $write_result (i32.const 0) (i32.const 36)) (i32.const 1)'],
  exits: ['(call $write_result (i32.const 0) (i32.const 32)) (call $exit_early (i32.const 0)) unreachable'],
  'reverts by exit': ['(call $write_result (i32.const 0) (i32.const 36)) (call $exit_early (i32.const 1)) unreachable'],
  traps: ['unreachable'],
  'runs again': ['(call $around (i32.const -4)) (i32.const 0)', RUNS_AGAIN],
  nests: [`${NESTS} (i32.const 0)`],
  'nests and runs again': [`${NESTS} (call $around (i32.const -4)) (i32.const 0)`, RUNS_AGAIN],
};

const sealShapes: Readonly<Partial<Record<HostShape, string>>> = {
  returns: '',
  exits: '(call $seal_return (i32.const 0) (i32.const 0) (i32.const 32))',
  'reverts by exit': '(call $seal_return (i32.const 1) (i32.const 0) (i32.const 36))',
  traps: 'unreachable',
};

/** A module in text. Of the ABI's functions it imports those that it names: `$` and the name. */
function moduleText({ hostFunctions, memory }: GuestAbi, pages: number, content: string): string {
  const used = new Set(content.match(/(?<=call \$)\w+/g));
  const imports = hostFunctions
    .filter(({ name }) => used.has(name))
    .map(({ module, name, params, result }) => {
      const type = `(param ${params.join(' ')}) ${result === undefined ? '' : `(result ${result})`}`;
      return `(import "${module}" "${name}" (func $${name} ${type}))`;
    });
  const place =
    memory.kind === 'imported'
      ? `(import "${memory.module}" "${memory.name}" (memory ${pages} ${pages}))`
      : `(memory (export "${memory.name}") ${pages} ${pages})`;
  const [first, second] = memory.kind === 'imported' ? [place, ''] : ['', place];
  return `(module ${first}\n${imports.join('\n')}\n${second}\n${content})`;
}

/** @throws RangeError for a shape that the ABI has no text for. */
export function childText(abi: GuestAbi, shape: HostShape): string {
  if (abi.name === 'stylus') {
    const [body, functions = ''] = stylusShapes[shape];
    return moduleText(
      abi,
      1,
      `${functions} (func (export "user_entrypoint") (param $length i32) (result i32) ${body})`,
    );
  }
  const body = sealShapes[shape];
  if (body === undefined) throw new RangeError(`no ${abi.name} contract that ${shape}`);
  return moduleText(abi, 1, `(func (export "deploy")) (func (export "call") ${body})`);
}

/** A loop over one host function, or over the text of a row. */
export interface HostProgram {
  readonly abi: GuestAbi;
  /** The host function, or the instruction. */
  readonly name: string;
  readonly row: HostRow;
}

/**
 * Memory, four pages: own address at 0; at 32 a key of 32 bytes, and at 256 an address, both new in every turn; zeros at 96,
 * 32 bytes of ones at 128, 17 bytes of them at 160, and the integer 1 at 192; a length at 480; a module's hash at 288; the
 * child's address at 320; a spare number at 384; output from 512 on, and data from 4096 on. Call data is four bytes that no
 * other call has.
 */
export function programText({ abi, name, row }: HostProgram, child: Uint8Array, moduleHash: Uint8Array): string {
  const { turn, isText, before = '', turns = TURNS } = row;
  const isStylus = abi.name === 'stylus';
  const host = abi.hostFunctions.find((each) => `${each.module}.${each.name}` === name || each.name === name);
  const call = `(call $${host?.name} ${turn})`;
  const work = isText === true ? turn : host?.result === undefined ? call : `(drop ${call})`;
  const start = isStylus
    ? '(call $read_args (i32.const 4096)) (call $contract_address (i32.const 0))'
    : '(i32.store (i32.const 480) (i32.const 131072)) (call $input (i32.const 4096) (i32.const 480)) (i32.store (i32.const 480) (i32.const 32)) (call $address (i32.const 0) (i32.const 480))';
  const body = `
    (local $k i32) (local $x i64)
    ${start}
    (i32.store (i32.const 32) (i32.load (i32.const 4096)))
    (i32.store (i32.const 256) (i32.load (i32.const 4096)))
    ${before}
    (loop $again
      (i32.store (i32.const 36) (local.get $k))
      (i32.store (i32.const 260) (local.get $k))
      ${isStylus ? '' : '(i32.store (i32.const 480) (i32.const 131072))'}
      ${work}
      (br_if $again (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const ${turns}))))
    (i64.store (i32.const 512) (local.get $x))`;
  const data = `
    (data (i32.const 128) "${'\\ff'.repeat(32)}")
    (data (i32.const 160) "${'\\00'.repeat(15)}${'\\ff'.repeat(17)}")
    (data (i32.const 192) "${isStylus ? `${'\\00'.repeat(31)}\\01` : '\\01'}")
    (data (i32.const 288) "${dataText(moduleHash)}")
    (data (i32.const 320) "${dataText(child)}")
    (data (i32.const 384) "${'\\a7'.repeat(32)}")`;
  const functions = isStylus
    ? `(func (export "user_entrypoint") (param $length i32) (result i32) ${body} (i32.const 0))`
    : `(func (export "deploy")) (func (export "call") ${body})`;
  return moduleText(abi, 4, `${functions}${data}`);
}
