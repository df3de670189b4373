import { EngineError } from './errors.ts';

/** What the host's own work on one call may take of the native stack, four frames of it; far more than was seen. */
const ROOM_BYTES = 128 << 10;
const FRAMES = 4;
const VALUES_PER_FRAME = ROOM_BYTES / FRAMES / 8;

/**
 * Whether so much native stack is left that the host can begin a call, end it and take it back. JavaScript has no way to ask,
 * so we go down that far: into functions whose frames are large because of a branch that is never taken. That costs some
 * 25 ns and touches no memory.
 */
export function hasStackRoom(): boolean {
  try {
    descend ??= newDescent();
    descend(FRAMES);
    return true;
  } catch (error) {
    if (error instanceof RangeError || isStackOverflow(error)) return false;
    throw error;
  }
}

/** What engines throw when the native stack has run out. V8 and JavaScriptCore throw RangeErrors for other reasons as well. */
const stackOverflows: readonly { readonly engine: string; readonly name: string; readonly message: string }[] = [
  { engine: 'V8', name: 'RangeError', message: 'Maximum call stack size exceeded' },
  { engine: 'JavaScriptCore', name: 'RangeError', message: 'Maximum call stack size exceeded.' },
  // A class of its own, which no other engine has.
  { engine: 'SpiderMonkey', name: 'InternalError', message: 'too much recursion' },
];

export function isStackOverflow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return stackOverflows.some(({ name, message }) => error.name === name && error.message === message);
}

/** An engine's RangeError as the failure that it is, and anything else as it came. @param where Such as `during a call`. */
export function hostFailure(error: unknown, where: string): unknown {
  if (isStackOverflow(error))
    return new EngineError('host-stack', `the native stack overflowed ${where}`, { cause: error });
  if (!(error instanceof RangeError)) return error;
  return new EngineError('internal', `the host failed ${where}`, { cause: error });
}

let descend: ((frames: number) => unknown) | undefined;

/**
 * `(func $f (param i32) (result i64))` that calls itself with one less until 0 is reached. For negative numbers, which nobody
 * passes, it holds thousands of loaded values over a call, so that every tier has to give it a frame for them.
 */
function newDescent(): (frames: number) => unknown {
  const code: number[] = [];
  // No locals. 0 returns 0.
  code.push(0, 0x20, 0, 0x45, 0x04, 0x40, 0x42, 0, 0x0f, 0x0b);
  code.push(0x20, 0, 0x41, 0, 0x48, 0x04, 0x40);
  for (let i = 0; i < VALUES_PER_FRAME; i++) code.push(0x20, 0, 0x29, 3, ...leb(8 * i));
  code.push(0x41, 0, 0x10, 0);
  for (let i = 0; i < VALUES_PER_FRAME; i++) code.push(0x85);
  code.push(0x0f, 0x0b, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x0b);
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = [1, 0x60, 1, 0x7f, 1, 0x7e];
  const exports = [1, 1, 0x66, 0, 0];
  const bodies = [1, ...leb(code.length)].concat(code);
  for (const [id, content] of [
    [1, types],
    [3, [1, 0]],
    [5, [1, 0, 1]],
    [7, exports],
    [10, bodies],
  ] as const) {
    bytes.push(id, ...leb(content.length));
    for (const byte of content) bytes.push(byte);
  }
  const { exports: exported } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
  return exported['f'] as (frames: number) => unknown;
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}
