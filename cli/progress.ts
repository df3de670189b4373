import type { Terminal } from './terminal.ts';

/** One line that is rewritten in place. Shows nothing where nobody watches. */
export interface Progress {
  /** `done` of `total` steps; the label says what is being worked on. */
  step(done: number, total: number, label: string): void;
  /** Removes the line. Call it before anything else is printed. */
  clear(): void;
}

const REDRAW_MS = 100;
const LABEL_WIDTH = 40;

/** @param now Milliseconds from any fixed point. */
export function createProgress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  if (!terminal.showsProgress) return { step: () => {}, clear: () => {} };
  const startMs = now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  return {
    step: (done, total, label) => {
      const nowMs = now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      const percent = `${Math.floor((100 * done) / total)}%`.padStart(4);
      const shown = label.length > LABEL_WIDTH ? `${label.slice(0, LABEL_WIDTH - 1)}…` : label;
      const line = `${percent}  ${shown}${timeLeft(nowMs - startMs, done, total)}`;
      // What ran on to a second line would stay there.
      terminal.error(`\r\u001b[2K${line.slice(0, terminal.errorColumns || undefined)}`);
    },
    clear: () => {
      if (drawnMs === Number.NEGATIVE_INFINITY) return;
      drawnMs = Number.NEGATIVE_INFINITY;
      terminal.error('\r\u001b[2K');
    },
  };
}

/** From the pace so far. Says nothing in the first two seconds, when it could only guess. */
function timeLeft(elapsedMs: number, done: number, total: number): string {
  if (elapsedMs < 2000 || done === 0) return '';
  const seconds = Math.ceil(((elapsedMs / done) * (total - done)) / 1000);
  return seconds < 90 ? `, ${seconds} s left` : `, ${Math.ceil(seconds / 60)} min left`;
}
