import assert from 'node:assert/strict';
import { emptyState, runCampaign } from '../../fuzz/campaign/campaign.ts';
import { fuzzSources } from '../../fuzz/modules/fuzz-sources.ts';
import { integerModule } from '../../fuzz/modules/integer-module.ts';
import { BINARYEN_MISSING } from '../../fuzz/modules/translate-to-fuzz.ts';
import { modulesTarget } from '../../fuzz/targets/modules.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { wat } from '../support/wat.ts';

const SEED = 2_026;

/** Cases of each source, and the ends that runs of its modules have. */
const shares: Readonly<Record<string, readonly [cases: number, ends: readonly string[]]>> = {
  binaryen: [25, ['success', 'trap 1', 'trap 7', 'trap 8']],
  layers: [60, ['success', 'trap 1', 'trap 7', 'trap 8']],
  mutants: [25, ['success', 'trap 7']],
};

describe('metering of random modules', () => {
  const sources = new Map(fuzzSources().map((source) => [source.name, source]));
  for (const [name, [cases, ends]] of Object.entries(shares)) {
    it(`agrees with the reference at every host call, at the end and in every trap, for every strategy: ${name}`, async function () {
      const source = sources.get(name);
      if (source === undefined) {
        console.log(`      ${BINARYEN_MISSING}`);
        return this.skip();
      }
      const state = emptyState(SEED);
      const findings: unknown[] = [];
      let turns = 0;
      await runCampaign({
        targets: [modulesTarget(source, 1, 100)],
        state,
        now: () => 0,
        goesOn: () => turns++ < cases,
        onFinding: (finding) => findings.push(finding),
      });
      assert.deepEqual(findings, []);
      const { counts = {} } = state.targets[`modules:${name}`] ?? {};
      assert.ok((counts['modules'] ?? 0) > cases / 2, `modules came of it: ${JSON.stringify(state.targets)}`);
      assert.ok((counts['hostCalls'] ?? 0) > cases, 'host calls were made');
      for (const end of ends) assert.ok((counts[`ends in ${end}`] ?? 0) > 0, `some runs end in ${end}`);
    });
  }

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
