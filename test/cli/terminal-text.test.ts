import assert from 'node:assert/strict';
import { createProgress } from '../../cli/progress.ts';
import { style } from '../../cli/style.ts';
import { printable } from '../../harness/text/printable.ts';
import { capture } from './capture.ts';

describe('text from guests', () => {
  it('cannot move the cursor, colour, ring, break the line or reorder what is read', () => {
    const hostile: readonly [string, string][] = [
      ['\u001b[2J\u001b[31mred', '\\x1b[2J\\x1b[31mred'],
      ['\u009b31m', '\\x9b31m'],
      ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
      ['one\ntwo\r\tthree', 'one\\x0atwo\\x0d\\x09three'],
      ['\u202eabc\u2066', '\\u{202e}abc\\u{2066}'],
      ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
      ['line\u2028paragraph\u2029', 'line\\u{2028}paragraph\\u{2029}'],
      ['tag\u{e0041}', 'tag\\u{e0041}'],
      ['lone \ud800 half', 'lone \\u{d800} half'],
      ['\u007f', '\\x7f'],
    ];
    for (const [text, shown] of hostile) assert.equal(printable(text), shown);
  });

  it('keeps every character that only stands there', () => {
    const text = 'Grüße, 你好, µs, "quotes", back\\slash, 😀';
    assert.equal(printable(text), text);
  });
});

describe('style', () => {
  it('is there only on a terminal that has colours', () => {
    assert.equal(style(capture({ hasColour: false }), 'good', 'fine'), 'fine');
    assert.equal(style(capture({ hasColour: true }), 'good', 'fine'), '\u001b[32mfine\u001b[0m');
  });
});

describe('progress', () => {
  it('says nothing when nobody watches', () => {
    const terminal = capture({ showsProgress: false });
    const progress = createProgress(terminal);
    progress.step(1, 2, 'working');
    progress.clear();
    assert.equal(terminal.errors(), '');
  });

  it('rewrites one line, not too often, with the time left, and takes it away at the end', () => {
    const terminal = capture({ showsProgress: true });
    let now = 0;
    const progress = createProgress(terminal, () => now);
    progress.step(0, 100, 'first');
    now = 50;
    progress.step(1, 100, 'too soon');
    now = 10_000;
    progress.step(50, 100, 'half');
    progress.clear();
    progress.clear();
    const clear = '\r\u001b[2K';
    assert.equal(terminal.errors(), `${clear}  0%  first${clear} 50%  half, 10 s left${clear}`);
  });
});
