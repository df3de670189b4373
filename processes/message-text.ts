import type { Readable } from 'node:stream';
import { EngineError } from '../engine/errors.ts';

/**
 * Messages between processes, one to a line: JSON, with bytes and big integers in wrappers. The other process may be another
 * engine's, which does not understand the format of `node:v8`.
 */

/** Largest message, in bytes. The outcome of one call, which no smaller message can hold, is at most 45 MiB. */
export const maxMessageBytes: number = 64 << 20;

const BIGINT = '$bigint';
const BYTES = '$bytes';
const LINE_END = 0x0a;

export function toMessageText(value: unknown): string {
  return JSON.stringify(value, function (this: Readonly<Record<string, unknown>>, key) {
    // Not as `JSON.stringify` hands it over: a Buffer has changed itself then.
    const item = this[key];
    if (typeof item === 'bigint') return { [BIGINT]: item.toString() };
    if (item instanceof Uint8Array) return { [BYTES]: base64Of(item) };
    return item;
  });
}

export function fromMessageText(text: string): unknown {
  return JSON.parse(text, (_key, item: unknown) => {
    if (typeof item !== 'object' || item === null) return item;
    const { [BIGINT]: digits, [BYTES]: base64 } = item as Record<string, unknown>;
    if (typeof digits === 'string') return BigInt(digits);
    if (typeof base64 === 'string') return new Uint8Array(Buffer.from(base64, 'base64'));
    return item;
  });
}

/** @throws EngineError `bad-argument` for a message that is too large. */
export function toLine(text: string): string {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes <= maxMessageBytes) return `${text}\n`;
  const what = `a message between processes is at most ${maxMessageBytes} bytes`;
  throw new EngineError('bad-argument', `${what}, and this takes ${sizeBytes}`);
}

/** The lines that come through a pipe, however they are cut. @throws RangeError for one that is too long. */
export async function* linesOf(pipe: Readable): AsyncGenerator<string, undefined> {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of pipe as AsyncIterable<Uint8Array>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); ; end = chunk.indexOf(LINE_END, from)) {
      const part = chunk.subarray(from, end === -1 ? chunk.length : end);
      sizeBytes += part.length;
      if (sizeBytes > maxMessageBytes) throw new RangeError(`wrote a line of more than ${maxMessageBytes} bytes`);
      parts.push(part);
      if (end === -1) break;
      yield Buffer.concat(parts).toString('utf8');
      from = end + 1;
      parts = [];
      sizeBytes = 0;
    }
  }
}

function base64Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64');
}
