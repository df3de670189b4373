import assert from 'node:assert/strict';
import { streamedTable } from '../../harness/text/streamed-table.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';

const columns = columnsOf(['contract', 'operation'], ['wasm', 'native with a long heading']);
const widest = [
  ['amm', 'swap of one token for the other', '999.9 ns', '999.9 ns'],
  ['json-tokenizer', 'token', '999.9 ns', '999.9 ns'],
];
const rows = [
  ['amm', 'swap of one token for the other', '1.08 µs', '691 ns'],
  ['json-tokenizer', 'token', '20.1 ns', '-'],
];

describe('a table whose rows are printed as they come', () => {
  for (const screen of [undefined, 100, 70, 60]) {
    it(`is the table that all its rows would be, on ${screen ?? 'no'} columns`, () => {
      const table = streamedTable(columns, widest, screen);
      assert.ok(table !== undefined);
      const whole = textTable(columns, [...widest, ...rows], screen).split('\n');
      const streamed = `${table.head}${rows.map((row) => table.row(row)).join('')}`.split('\n');
      assert.deepEqual(streamed.slice(-3), whole.slice(-3));
      assert.ok(streamed.every((line) => line.length <= (screen ?? 1000)));
      assert.match(table.head, /^contract +operation/m);
      assert.doesNotMatch(table.head, /amm/);
    });
  }

  it('is none where it would not be one grid', () => {
    assert.equal(streamedTable(columns, widest, 30), undefined);
    assert.equal(streamedTable(columns, widest, 8), undefined);
  });
});
