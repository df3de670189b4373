import { type Answer, errorOf } from './answers.ts';
import { type ChildCommand, type ChildLost, ChildProcess } from './child-process.ts';
import { type Child, ChildThread, type ThreadCommand } from './child-thread.ts';
import { fromMessageText, linesOf, toLine, toMessageText } from './message-text.ts';

/** How long a child may take to answer unless its user says otherwise: longer than anything that we ask takes. */
export const defaultDeadlineMs = 600_000;

/** Twice as much is the most that a timer takes. */
export const mostDeadlineMs: number = 2 ** 30 - 1;

const MAX_SHOWN = 80;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly items: unknown[];
}

/**
 * A child that answers requests (`answerRequests`). It keeps this process alive only while it is asked something.
 *
 * When it ends, writes what is no answer, or does not answer in time, what was asked and all that comes after rejects with the
 * same `ChildLost`.
 */
export class AskedChild {
  readonly #child: Child;
  readonly #deadlineMs: number;
  readonly #waiting: Waiting[] = [];
  #lost: ChildLost | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;

  constructor(command: ChildCommand | ThreadCommand, deadlineMs: number = defaultDeadlineMs) {
    this.#deadlineMs = deadlineMs;
    this.#child = 'thread' in command ? new ChildThread(command) : new ChildProcess(command);
    void this.#readAll();
    void this.#child.lost.then((lost) => this.#lose(lost));
    this.#child.setWaitedFor(false);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it is asked nothing. */
  get isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** @throws what the child's work throws; EngineError `bad-argument` for a request that is too large; ChildLost */
  async ask(request: unknown): Promise<unknown> {
    if (this.#lost !== undefined) throw this.#lost;
    const line = toLine(toMessageText(request));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, items: [] });
      if (this.#waiting.length === 1) this.#expectAnswer();
      this.#child.write(line);
    });
  }

  /** Lets it answer and end by itself, and waits until it is gone: only then does the next one have the processor to itself. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    this.#child.setWaitedFor(true);
    this.#child.endInput();
    const late = `did not end within ${(2 * this.#deadlineMs) / 1000} s`;
    const timer = setTimeout(() => void this.#child.kill(late), 2 * this.#deadlineMs);
    await this.#child.lost;
    clearTimeout(timer);
  }

  /** Ends it, and waits until it is gone. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#child.kill('was closed');
  }

  async #readAll(): Promise<void> {
    try {
      for await (const line of linesOf(this.#child.stdout)) this.#take(line);
    } catch (error) {
      await this.#child.kill((error as Error).message);
    }
  }

  /** @throws Error in words that go after the child's name. */
  #take(line: string): void {
    const answer = parsed(line);
    const [head] = this.#waiting;
    if (head === undefined) throw new Error('answered what nobody asked');
    if ('items' in answer) {
      for (const item of answer.items) head.items.push(item);
      return;
    }
    // An error that is none throws here, while the request still waits and is told of the loss.
    if ('error' in answer) head.reject(errorOf(answer.error));
    else head.resolve(answer.isList ? head.items : answer.result);
    this.#waiting.shift();
    this.#expectAnswer();
  }

  /** The time of a request begins when the one before it is answered. */
  #expectAnswer(): void {
    clearTimeout(this.#timer);
    this.#child.setWaitedFor(this.#isEnding || this.#waiting.length > 0);
    if (this.#waiting.length === 0) return;
    const late = `did not answer within ${this.#deadlineMs / 1000} s`;
    this.#timer = setTimeout(() => void this.#child.kill(late), this.#deadlineMs);
  }

  #lose(lost: ChildLost): void {
    clearTimeout(this.#timer);
    this.#lost = lost;
    for (const { reject } of this.#waiting.splice(0)) reject(lost);
  }
}

/** One request in a process of its own, which is gone when this is answered. */
export async function askOnce(command: ChildCommand, request: unknown, deadlineMs?: number): Promise<unknown> {
  const child = new AskedChild(command, deadlineMs);
  const answer = child.ask(request);
  // A failure is told by the answer, which is waited for below.
  answer.catch(() => {});
  await child.finish();
  return answer;
}

/** @throws Error */
function parsed(line: string): Answer {
  try {
    const value = fromMessageText(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Answer;
  } catch {}
  throw new Error(`wrote what is no answer: ${JSON.stringify(line.slice(0, MAX_SHOWN))}`);
}
