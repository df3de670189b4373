import { GuestExit, GuestTrap } from '../../guest-exit.ts';
import { checkRange, readBytes, writeBytes } from '../../guest-memory.ts';
import { keccak256 } from '../../kernel/keccak.ts';
import { TrapCode } from '../../outcome.ts';
import { overlap, readPayload, refuseInStaticCall } from '../frame-checks.ts';
import { type HostFunction, hostFunction, lengthAt } from '../host-function.ts';
import { vmHook } from './vm-hook.ts';

/** Calldata in, result and return data out, events, hashing. */
export const inputOutputFunctions: readonly HostFunction[] = [
  hostFunction(
    vmHook('read_args', ['i32'], undefined, (frame) => frame.message.input.length),
    (frame, dest) => writeBytes(frame.memory, dest, frame.message.input),
  ),
  hostFunction(vmHook('write_result', ['i32', 'i32'], undefined, lengthAt(1)), (frame, data, length) => {
    frame.output = readPayload(frame, data, length);
  }),
  hostFunction(vmHook('exit_early', ['i32'], undefined), (frame, status) => {
    throw new GuestExit({ status: status === 0 ? 'success' : 'revert', output: frame.output });
  }),
  hostFunction(vmHook('return_data_size', [], 'i32'), (frame) => frame.returnData.length),
  hostFunction(
    vmHook('read_return_data', ['i32', 'i32', 'i32'], 'i32', (frame, [, offset, size]) => {
      return overlap(frame.returnData, Number(offset), Number(size)).length;
    }),
    (frame, dest, offset, size) => {
      const part = overlap(frame.returnData, offset, size);
      // The only function that does not look at a pointer to which it writes nothing, as on Nitro.
      if (part.length > 0) writeBytes(frame.memory, dest, part);
      return part.length;
    },
  ),
  hostFunction(vmHook('emit_log', ['i32', 'i32', 'i32'], undefined, lengthAt(1)), (frame, data, length, topicCount) => {
    refuseInStaticCall(frame);
    const topicBytes = 32 * (topicCount >>> 0);
    const isTooLong = length >>> 0 > frame.schedule.payloadBytes + topicBytes;
    if (
      topicCount >>> 0 > 4 ||
      length >>> 0 < topicBytes ||
      isTooLong ||
      frame.state.eventCount >= frame.schedule.events
    ) {
      throw new GuestTrap(TrapCode.HostArgumentInvalid);
    }
    const bytes = readBytes(frame.memory, data, length);
    const topics: Uint8Array[] = [];
    for (let at = 0; at < topicBytes; at += 32) topics.push(bytes.slice(at, at + 32));
    frame.state.addEvent({ address: frame.message.self, topics, data: bytes.slice(topicBytes) });
  }),
  hostFunction(
    vmHook('native_keccak256', ['i32', 'i32', 'i32'], undefined, lengthAt(1)),
    (frame, data, length, output) => {
      checkRange(frame.memory, data, length);
      const start = data >>> 0;
      writeBytes(frame.memory, output, keccak256(frame.memory.view().subarray(start, start + (length >>> 0))));
    },
  ),
];
