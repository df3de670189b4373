import assert from 'node:assert/strict';
import { decodeModule } from '../../../metering/decode.ts';
import { defaultLimits } from '../../../metering/limits.ts';
import { validateModule } from '../../../metering/validate.ts';
import { wat } from '../../support/wat.ts';
import { fuzzModules } from './fuzz-modules.ts';
import { integerModule } from './integer-module.ts';
import { BINARYEN_MISSING, findBinaryen, translateToFuzz } from './translate-to-fuzz.ts';

const MODULES = 60;

describe('metering of random modules made by binaryen', () => {
  it('agrees with the reference at every host call, at the end and in every trap, for every strategy', async function () {
    const wasmOpt = findBinaryen();
    if (wasmOpt === undefined) {
      console.log(`      ${BINARYEN_MISSING}`);
      return this.skip();
    }
    const report = await fuzzModules(translateToFuzz(wasmOpt), MODULES, 20_26);
    assert.equal(report.modules, MODULES, JSON.stringify(report.refused));
    assert.ok(report.hostCalls > MODULES, 'host calls were made');
    for (const end of ['success', 'trap 1', 'trap 7', 'trap 8']) assert.ok((report.ends[end] ?? 0) > 0, end);
  });

  it('makes integer modules of float ones without a change of their shape', async () => {
    const source = await wat(`(module
      (import "a" "b" (func $log (param f64)))
      (global (mut f32) (f32.const 1.5))
      (memory 1)
      (func $f (export "f") (param f32 f64) (result f64) (local f32)
        (if (result f64) (f32.lt (local.get 0) (f32.const 2))
          (then (f64.add (local.get 1) (f64.promote_f32 (f32.load (i32.const 8)))))
          (else (loop (br_if 0 (i32.reinterpret_f32 (f32.sqrt (local.get 0))))) (f64.const -0x1p-1022)))))`);
    const { bytes, imports, entryCount } = integerModule(source, 1);
    const module = decodeModule(bytes, defaultLimits);
    validateModule(module, defaultLimits);
    assert.equal(entryCount, 1);
    assert.deepEqual(imports, [{ module: 'a', name: 'b', params: ['i64'], results: [] }]);
    assert.equal(module.globals[0]?.initial, 0x3fc00000);
    assert.deepEqual(module.functions[0]?.locals, ['i32']);
  });
});
