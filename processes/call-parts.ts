import type { FullCallMessage } from '../engine/context.ts';

/** Of calls in one message. */
const MAX_CALLS = 256;
const MAX_CALL_BYTES = 1 << 20;

/** A list of calls in parts of a size that a message to another process can hold. */
export function* callParts(messages: readonly FullCallMessage[]): Generator<readonly FullCallMessage[]> {
  let part: FullCallMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    part.push(message);
    bytes += message.input.length;
    if (part.length < MAX_CALLS && bytes < MAX_CALL_BYTES) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
