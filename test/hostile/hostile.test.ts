import assert from 'node:assert/strict';
import { defaultSchedule } from '../../engine/schedules.ts';
import { openMachine } from '../../harness/machines/register.ts';
import { catalogue } from './catalogue.ts';
import type { HostileRow } from './row.ts';
import { runCatalogue } from './run-catalogue.ts';
import { endOfRow, endsAsSaid, hostileWorld } from './run-row.ts';

/** Machines for WebAssembly in this process. */
const machines = ['wasm', 'wasm-fresh', 'wasm-plain', 'reference'];

describe('the hostile catalogue', function () {
  this.timeout(120_000);

  it('has a row for each thing, and says of each how it ends', () => {
    assert.ok(catalogue.length >= 60, `${catalogue.length} rows`);
    assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length);
    for (const { id, ends } of catalogue) {
      assert.match(ends, /^(?:(?:success|revert|trap [A-Z]\w+) \d+|[a-z]+(?:-[a-z]+)*(?: [a-zA-Z]+)?)$/, id);
    }
  });

  for (const name of machines) {
    it(`ends as it says, with the state unchanged and the next call right (${name})`, async () => {
      const { wrong, ran } = await runCatalogue(await openMachine(name, defaultSchedule), catalogue);
      assert.deepEqual(wrong, []);
      assert.equal(ran, catalogue.length);
    });
  }

  it('tells another end, another amount of gas and another limit from those of a row', async () => {
    const hostile = await hostileWorld(await openMachine('reference', defaultSchedule));
    const rowOf = (id: string): HostileRow => catalogue.find((row) => row.id === id) ?? assert.fail(id);
    const end = await endOfRow(hostile, rowOf('H7-revert'));
    assert.equal(end, 'revert 131136');
    for (const ends of ['revert 131135', 'success 131136', 'trap OutOfGas 131136', 'malformed']) {
      assert.equal(endsAsSaid({ ...rowOf('H7-revert'), ends }, end), false, ends);
    }
    const refusal = await endOfRow(hostile, rowOf('M5-nesting'));
    assert.equal(endsAsSaid({ ...rowOf('M5-nesting'), ends: 'limit-exceeded locals' }, refusal), false, refusal);
  });
});
