import { EngineError } from '../errors.ts';
import { GuestTrap, InexactTrap } from '../guest-exit.ts';
import { hostFailure } from '../native-stack.ts';
import { TrapCode } from '../outcome.ts';
import type { Instance } from './instantiate.ts';
import { countUnknownTrap } from './trap-map.ts';

/** $stack holds this when the engine refused memory that the limits allow (`InjectedNames.stack`). */
const MEMORY_REFUSED = -0x8000_0000;

/** Tells an engine's traps apart: undefined for one that it does not know. */
export type TrapReader = (error: WebAssembly.RuntimeError) => TrapCode | undefined;

/** How a form of a module says which trap it was. */
export interface ExactTraps {
  readonly read: TrapReader;
  /** Whether another form can tell what a trap was that this engine words as none that is known. */
  readonly hasExact: boolean;
}

/**
 * The trap behind what an engine threw out of a guest; anything that is not one is a host failure.
 *
 * @param exact Undefined for a form of the module whose traps say no more than that the run ended in some trap.
 */
export function guestTrapOf(
  error: unknown,
  { gas, stack }: Pick<Instance, 'gas' | 'stack'>,
  exact: ExactTraps | undefined,
): unknown {
  if (!(error instanceof WebAssembly.RuntimeError)) return hostFailure(error, 'inside a guest');
  if (stack.value === MEMORY_REFUSED)
    return new EngineError('host-memory', 'the engine refused to grow a guest memory');
  if (exact === undefined) return new InexactTrap();
  if (gas.value < 0n) return new GuestTrap(TrapCode.OutOfGas);
  if (stack.value < 0) return new GuestTrap(TrapCode.StackExhausted);
  const code = exact.read(error);
  if (code !== undefined) return new GuestTrap(code);
  countUnknownTrap(error);
  if (exact.hasExact) return new InexactTrap();
  return new EngineError('unknown-trap', `the engine reported a trap that is not in the table: ${error.message}`);
}
