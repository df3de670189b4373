import { EngineError } from '../errors.ts';
import { mostTracedBytes, type TraceEvent, type Tracer } from './tracer.ts';

/** Most events of one call that wait. */
const MOST_HELD = 1 << 17;

/** What is told of bytes: a copy of how they begin. */
export function beginningOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.subarray(0, mostTracedBytes));
}

/** What a tracer throws must not be taken for the end of a guest. @throws EngineError `tracer-failed` */
export function tellTo(tracer: Tracer, event: TraceEvent): void {
  try {
    tracer.onEvent(event);
  } catch (cause) {
    throw new EngineError('tracer-failed', `the tracer threw at an event (${event.kind})`, { cause });
  }
}

/**
 * What is told and when. A frame that has trapped may run again in another form (docs/adr/0004), and what it did the first time
 * did not happen: until a call from outside is through, all waits, where it is not sure that nothing runs again.
 */
export class TraceLog {
  readonly tracer: Tracer;
  /** Of the frame that runs. */
  depth = 0;
  #isHolding = false;
  #held: TraceEvent[] = [];
  #lost = 0;
  readonly #mostHeld: number;

  /** @param mostHeld Fewer than usual for a test. */
  constructor(tracer: Tracer, mostHeld: number = MOST_HELD) {
    this.tracer = tracer;
    this.#mostHeld = mostHeld;
  }

  tell(event: TraceEvent): void {
    if (!this.#isHolding) tellTo(this.tracer, event);
    else if (this.#held.length < this.#mostHeld) this.#held.push(event);
    else this.#lost++;
  }

  hold(): void {
    this.#isHolding = true;
  }

  /** A place to go back to. */
  mark(): { readonly held: number; readonly lost: number } {
    return { held: this.#held.length, lost: this.#lost };
  }

  forgetSince({ held, lost }: ReturnType<TraceLog['mark']>): void {
    this.#held.length = held;
    this.#lost = lost;
  }

  release(): void {
    const held = this.#held;
    const count = this.#lost;
    this.#isHolding = false;
    this.#held = [];
    this.#lost = 0;
    for (const event of held) this.tell(event);
    if (count > 0) this.tell({ kind: 'lost', depth: 0, count });
  }
}
