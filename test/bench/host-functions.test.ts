import assert from 'node:assert/strict';
import { sealRows, stylusRows } from '../../bench/host-functions/host-rows.ts';
import { openProgram } from '../../bench/host-functions/time-rows.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';

describe('the benchmark of host functions', () => {
  it('has rows for every function of both ABIs, and for no other', () => {
    const names = (rows: object): string[] => Object.keys(rows).sort();
    assert.deepEqual(names(stylusRows), stylusAbi.hostFunctions.map(({ name }) => name).sort());
    assert.deepEqual(names(sealRows), sealAbi.hostFunctions.map(({ module, name }) => `${module}.${name}`).sort());
    for (const rows of [...Object.values(stylusRows), ...Object.values(sealRows)]) assert.ok(rows.length > 0);
  });

  for (const [abi, table] of [
    [stylusAbi, stylusRows],
    [sealAbi, sealRows],
  ] as const) {
    it(`has programs for ${abi.name} that assemble and succeed`, async () => {
      const backend = createWasmBackend();
      for (const [name, rows] of Object.entries(table)) {
        for (const row of rows) {
          const short = { ...row, turns: Math.min(row.turns ?? 2, 2) };
          const program = await openProgram(backend, { abi, name, row: short });
          assert.ok((await program.sample()).nsPerGas > 0, `${name} ${row.what}`);
        }
      }
    });
  }
});
