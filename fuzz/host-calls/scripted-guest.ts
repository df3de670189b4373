/**
 * A Stylus guest that does what its call data says: so that a case of random host calls is bytes, and needs no module of its
 * own. After a header of 32 bytes, which nothing reads, comes a step in every 32: the number of what to do, at 4 up to six
 * words of 32 bits and at 24 one of 64, where the sixth word would be the second half of it.
 */
import loadWabt from 'wabt';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { createAddress } from '../../engine/contract-address.ts';

export const STEP_BYTES = 32;
/** Where the guest reads its call data, and where its results go that have no place of their own. */
export const SCRIPT_AT = 0x8000;
/** Behind each other, 32 bytes apart: accounts, contracts and precompiles. */
export const ADDRESSES_AT = 0x200;
/** Its first two hundred words, which keys and values are taken from. */
export const WORDS_AT = 0x400;
const RESULTS_AT = 0x1800;
/** What the returned hash is of. */
const HASHED_BYTES = 0x2000;

export const alice: Uint8Array = new Uint8Array(20).fill(0xa1);
export const bob: Uint8Array = new Uint8Array(20).fill(0xb0);
/** Two contracts with this code, deployed by Alice first of all. */
export const scripted: readonly Uint8Array[] = [0n, 1n].map((nonce) => createAddress(alice, nonce));

const precompile = (number: number): Uint8Array => Uint8Array.from({ length: 20 }, (_, at) => (at === 19 ? number : 0));

export const addresses: readonly Uint8Array[] = [
  ...scripted,
  alice,
  bob,
  precompile(0),
  ...[1, 2, 4, 5, 6, 9, 10].map(precompile),
  new Uint8Array(20).fill(0xee),
];

/** What a step may do beside calling a host function. */
const ownSteps: readonly (readonly [name: string, body: string])[] = [
  [
    'grow',
    '(i32.store (local.get $result) (memory.grow (i32.and (i32.load offset=4 (local.get $step)) (i32.const 3))))',
  ],
  ['store', '(i64.store (i32.load offset=4 (local.get $step)) (i64.load offset=24 (local.get $step)))'],
  ['fill', `(memory.fill ${words(3)})`],
  ['copy', `(memory.copy ${words(3)})`],
  ['unreachable', '(unreachable)'],
  ['forever', '(loop $again (br $again))'],
  ['dive', '(call $dive (i32.load offset=4 (local.get $step)))'],
  ['return', '(return (i32.load offset=4 (local.get $step)))'],
  ['size', '(i32.store (local.get $result) (memory.size))'],
];

/** Names of the steps, by their number. */
export const steps: readonly string[] = [
  ...stylusAbi.hostFunctions.map(({ name }) => name),
  ...ownSteps.map(([name]) => name),
];

function words(count: number): string {
  return Array.from({ length: count }, (_, at) => `(i32.load offset=${4 + at * 4} (local.get $step))`).join(' ');
}

function hostStep({ name, params, result }: (typeof stylusAbi.hostFunctions)[number]): string {
  let word = 0;
  const args = params.map((type) =>
    type === 'i64' ? '(i64.load offset=24 (local.get $step))' : `(i32.load offset=${4 + word++ * 4} (local.get $step))`,
  );
  const call = `(call $${name} ${args.join(' ')})`;
  return result === undefined ? call : `(${result}.store (local.get $result) ${call})`;
}

function dataText(at: number, bytes: Uint8Array): string {
  const text = [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
  return `(data (i32.const ${at}) "${text}")`;
}

function guestText(): string {
  const imports = stylusAbi.hostFunctions.map(({ module, name, params, result }) => {
    const types = [
      params.length > 0 ? `(param ${params.join(' ')})` : '',
      result === undefined ? '' : `(result ${result})`,
    ];
    return `(import "${module}" "${name}" (func $${name} ${types.join(' ')}))`;
  });
  const bodies = [...stylusAbi.hostFunctions.map(hostStep), ...ownSteps.map(([, body]) => body)];
  const labels = bodies.map((_, at) => `$do${at}`);
  const opened = labels
    .map((label) => `(block ${label}`)
    .reverse()
    .join('\n');
  const closed = bodies.map((body) => `) ${body} (br $done)`).join('\n');
  // The first bytes of each word count up, so that no two are the same; the rest are few values, some of them large.
  const words = Array.from({ length: 24 }, (_, at) =>
    dataText(
      WORDS_AT + at * 32,
      Uint8Array.from({ length: 32 }, (_, byte) => (byte === 31 ? at % 5 : at < 16 ? 0 : 255)),
    ),
  );
  return `(module ${imports.join('\n')}
    (memory (export "memory") 1 4)
    ${addresses.map((address, at) => dataText(ADDRESSES_AT + at * 32, address)).join('\n')}
    ${words.join('\n')}
    (func $dive (param $levels i32)
      (if (local.get $levels) (then (call $dive (i32.sub (local.get $levels) (i32.const 1))))))
    (func $do (param $step i32) (param $result i32) (result i32)
      (block $done
        (block $nothing
          ${opened}
          (br_table ${labels.join(' ')} $nothing (i32.load8_u (local.get $step)))
          ${closed}
        ))
      (i32.const -1))
    (func $run (param $step i32) (param $end i32) (result i32) (local $result i32) (local $status i32)
      (call $read_args (i32.const ${SCRIPT_AT}))
      (local.set $result (i32.const ${RESULTS_AT}))
      (block $ended
        (loop $next
          (br_if $ended (i32.gt_u (i32.add (local.get $step) (i32.const ${STEP_BYTES})) (local.get $end)))
          (local.set $status (call $do (local.get $step) (local.get $result)))
          (br_if $ended (i32.ge_s (local.get $status) (i32.const 0)))
          (local.set $step (i32.add (local.get $step) (i32.const ${STEP_BYTES})))
          (local.set $result (i32.add (i32.const ${RESULTS_AT})
            (i32.and (i32.add (local.get $result) (i32.const 8)) (i32.const 0x7ff))))
          (br $next)))
      (call $native_keccak256 (i32.const 0) (i32.const ${HASHED_BYTES}) (i32.const 0x1700))
      (call $write_result (i32.const 0x1700) (i32.const 32))
      (select (i32.const 0) (local.get $status) (i32.lt_s (local.get $status) (i32.const 0))))
    (func (export "user_entrypoint") (param $length i32) (result i32)
      (call $run (i32.const ${SCRIPT_AT + STEP_BYTES}) (i32.add (i32.const ${SCRIPT_AT}) (local.get $length))))
    (func (export "user_constructor") (param $length i32) (result i32)
      (call $run (i32.const ${SCRIPT_AT}) (i32.add (i32.const ${SCRIPT_AT}) (local.get $length)))))`;
}

export async function scriptedGuest(): Promise<Uint8Array> {
  const module = (await loadWabt()).parseWat('scripted.wat', guestText(), {
    mutable_globals: true,
    bulk_memory: true,
    sign_extension: true,
  });
  try {
    // The buffer is a view of wabt's own memory.
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
