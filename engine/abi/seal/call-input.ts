import type { Frame } from '../../frame.ts';
import { GuestTrap } from '../../guest-exit.ts';
import { TrapCode } from '../../outcome.ts';

/** Frames that have given their input away with `FORWARD_INPUT`. */
const forwarded = new WeakSet<Frame>();

/** The frame's call input. Traps once it was given away. */
export function inputOf(frame: Frame): Uint8Array {
  if (forwarded.has(frame)) throw new GuestTrap(TrapCode.HostArgumentInvalid);
  return frame.message.input;
}

export function forwardInput(frame: Frame): Uint8Array {
  const input = inputOf(frame);
  forwarded.add(frame);
  return input;
}
