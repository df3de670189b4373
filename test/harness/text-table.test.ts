import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Column, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';

const text = fc.oneof(
  fc.constant(''),
  fc.integer().map(String),
  fc.stringMatching(/^[!-~]{1,90}$/),
  fc.array(fc.stringMatching(/^[!-~]{1,16}$/), { maxLength: 12 }).map((words) => words.join(' ')),
);
const table = fc
  .array(fc.record({ heading: text, isRight: fc.boolean() }), { minLength: 1, maxLength: 9 })
  .chain((columns) =>
    fc.tuple(
      fc.constant(columns),
      fc.array(fc.array(text, { minLength: 1, maxLength: columns.length }), { maxLength: 6 }),
    ),
  );

/** As wide as it gets: what files and pipes have always been given. */
function unbounded(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((row) => (row[at] ?? '').length)));
  const cell = (cells: readonly string[], at: number) =>
    columns[at]?.isRight
      ? (cells[at] ?? '').padStart(widths[at] as number)
      : (cells[at] ?? '').padEnd(widths[at] as number);
  return lines
    .map(
      (cells) =>
        `${columns
          .map((_, at) => cell(cells, at))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** How often each character is there, without spaces. */
function ink(content: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const character of content.replaceAll(/\s/g, '')) counts.set(character, (counts.get(character) ?? 0) + 1);
  return counts;
}

function lengths(content: string): readonly number[] {
  return content.split('\n').map((line) => line.length);
}

describe('a table', () => {
  it('is no wider than its screen and loses nothing, whatever is in it', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 40, max: 200 }), ([columns, rows], screenColumns) => {
        const shown = textTable(columns, rows, screenColumns);
        assert.ok(Math.max(...lengths(shown)) <= screenColumns, shown);
        const found = ink(shown);
        for (const [character, count] of ink(rows.map((row) => row.slice(0, columns.length).join('')).join(''))) {
          assert.ok((found.get(character) ?? 0) >= count, `${character} of\n${shown}`);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('comes to an end on the narrowest screens too', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 39 }), ([columns, rows], screenColumns) => {
        assert.ok(Math.max(...lengths(textTable(columns, rows, screenColumns))) <= screenColumns);
      }),
    );
  });

  it('is as wide as it gets where there is no screen, where the screen does not know, and where it fits', () => {
    fc.assert(
      fc.property(table, ([columns, rows]) => {
        const whole = unbounded(columns, rows);
        // With the spaces that are trimmed from the ends of lines.
        const widths = columns.map(({ heading }, at) =>
          Math.max(heading.length, ...rows.map((row) => (row[at] ?? '').length)),
        );
        const width = widths.reduce((sum, columnWidth) => sum + columnWidth, 2 * (widths.length - 1));
        for (const room of [undefined, 0, width]) assert.equal(textTable(columns, rows, room), whole);
      }),
    );
  });

  it('breaks headings and long texts first, then becomes several, then a list', () => {
    const columns = [
      { heading: 'what is said' },
      { heading: 'times in all', isRight: true },
      { heading: 'ratio', isRight: true },
    ];
    const rows = [
      ['nothing at all of note', '12', '0.85 [0.83, 0.87]'],
      ['f(quite/long/arguments)', '3', '-'],
    ];
    const at = (screenColumns: number) => textTable(columns, rows, screenColumns);
    assert.equal(
      at(49),
      `\
                         times
                            in
what is said               all              ratio
nothing at all of note      12  0.85 [0.83, 0.87]
f(quite/long/arguments)      3                  -
`,
    );
    assert.equal(
      textTable(columns, [[`${rows[0]?.[0]}, or nearly so`, '12', '0.85 [0.83, 0.87]']], 44),
      `\
                    times
                       in
what is said          all              ratio
nothing at all of      12  0.85 [0.83, 0.87]
note, or nearly so
`,
    );
    assert.equal(
      at(44),
      `\
what is said             times in all
nothing at all of note             12
f(quite/long/arguments)             3

what is said                         ratio
nothing at all of note   0.85 [0.83, 0.87]
f(quite/long/arguments)                  -
`,
    );
    assert.equal(
      at(20),
      `\
what is said:
nothing at all of
note
times in all: 12
ratio: 0.85 [0.83,
0.87]

what is said:
f(quite/long/
arguments)
times in all: 3
ratio: -
`,
    );
  });
});

describe('prose', () => {
  it('is broken at spaces, at the width of the screen or at a hundred, and long words stay whole', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 200 }), (words, screenColumns) => {
        const wrapped = wrapText(words, screenColumns);
        for (const line of wrapped.split('\n')) {
          assert.ok(line.length <= Math.min(screenColumns, 100) || !line.includes(' '), line);
        }
        assert.equal(wrapped.replaceAll(/\s+/g, ' '), words);
      }),
    );
    assert.equal(wrapText('x '.repeat(80), undefined), 'x '.repeat(80));
  });

  it('goes on below where it began, and colours take no room', () => {
    assert.equal(
      wrapText('  --quick   ten blocks in this process\n\u001b[32mall of them agree\u001b[0m', 28),
      '  --quick   ten blocks in\n            this process\n\u001b[32mall of them agree\u001b[0m',
    );
  });
});
