import type { Frame } from '../../frame.ts';
import { GuestExit, GuestTrap } from '../../guest-exit.ts';
import { readBytes } from '../../guest-memory.ts';
import { TrapCode } from '../../outcome.ts';
import { readPayload, refuseInStaticCall } from '../frame-checks.ts';
import { type HostFunction, hostFunction, lengthAt, lengthsAt } from '../host-function.ts';
import { inputOf } from './call-input.ts';
import { writeOutput } from './guest-values.ts';
import { ReturnCode } from './return-code.ts';
import { sealImport } from './seal-import.ts';

const REVERT_FLAG = 1;
const TOPIC_BYTES = 32;
const MAX_TOPICS = 4;

/** Call input, the result, events, debug text. */
export const inputOutputFunctions: readonly HostFunction[] = [
  hostFunction(
    sealImport(0, 'input', ['i32', 'i32'], undefined, (frame) => frame.message.input.length),
    (frame, output, outputLength) => writeOutput(frame, output, outputLength, inputOf(frame)),
  ),
  hostFunction(
    sealImport(0, 'seal_return', ['i32', 'i32', 'i32'], undefined, lengthAt(2)),
    (frame, flags, data, length) => {
      const output = readPayload(frame, data, length);
      if ((flags & ~REVERT_FLAG) !== 0) throw new GuestTrap(TrapCode.HostArgumentInvalid);
      throw new GuestExit({ status: flags === REVERT_FLAG ? 'revert' : 'success', output });
    },
  ),
  hostFunction(
    sealImport(0, 'deposit_event', ['i32', 'i32', 'i32', 'i32'], undefined, lengthsAt(1, 3)),
    (frame, topics, topicsLength, data, dataLength) => {
      refuseInStaticCall(frame);
      if (frame.state.eventCount >= frame.schedule.events) throw new GuestTrap(TrapCode.HostArgumentInvalid);
      frame.state.addEvent({
        address: frame.message.self,
        topics: readTopics(frame, topics, topicsLength),
        data: readPayload(frame, data, dataLength),
      });
    },
  ),
  // Nobody listens: on a chain this does nothing either, and costs the same.
  hostFunction(sealImport(0, 'debug_message', ['i32', 'i32'], 'i32', lengthAt(1)), () => ReturnCode.Success),
];

/** Topics are the SCALE encoding of a list of 32-byte hashes; no bytes at all are no topics. */
function readTopics(frame: Frame, pointer: number, length: number): Uint8Array[] {
  if (length === 0) return [];
  if (length >>> 0 > 1 + MAX_TOPICS * TOPIC_BYTES) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  const bytes = readBytes(frame.memory, pointer, length);
  const count = (bytes[0] as number) >>> 2;
  // A compact integer below 64 is one byte, the number shifted past two mode bits of zero.
  if (bytes[0] !== count << 2 || count > MAX_TOPICS || bytes.length !== 1 + count * TOPIC_BYTES) {
    throw new GuestTrap(TrapCode.HostArgumentInvalid);
  }
  return Array.from({ length: count }, (_, i) => bytes.slice(1 + i * TOPIC_BYTES, 1 + (i + 1) * TOPIC_BYTES));
}
