import assert from 'node:assert/strict';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { planGas } from '../../../metering/gas/gas-plan.ts';
import { moduleFacts } from '../../../metering/plan/module-facts.ts';
import { allTechniques, placeModuleCharges, type Techniques } from '../../../metering/plan/place-module-charges.ts';
import { testSchedule } from '../../support/test-guest.ts';
import { wat } from '../../support/wat.ts';

const { costs } = testSchedule({ costs: { entryPerLocal: 0 } });
const all = { ...allTechniques, passesGas: false };

/** Each step on a line, by function: `kind place amount`. */
async function plan(source: string, techniques: Techniques = all): Promise<readonly (readonly string[])[]> {
  const module = decodeModule(await wat(`(module ${source})`), defaultLimits);
  const facts = validateModule(module, defaultLimits);
  const { functions } = placeModuleCharges(moduleFacts(module, facts), planGas(module, costs), techniques);
  return functions.map(({ prepaid, steps }) => [
    ...(prepaid === 0 ? [] : [`prepaid ${prepaid}`]),
    ...steps.map((step) => {
      const at = `${step.kind} ${step.place.kind} ${step.place.index}`;
      if (step.kind === 'charge') return `${at}: ${step.amount}${step.inLocal ? ' in local' : ''}`;
      if (step.kind !== 'trip-count') return at;
      const where = step.inLocal ? ' in local' : '';
      const { comparison, first, step: by, bound } = step.trips;
      const text = [first, bound].map(({ local, add }) => (local === undefined ? `${add}` : `$${local}+${add}`));
      const size = typeof by === 'number' ? by : `$${by.local}`;
      return `${at}: ${step.once} + ${step.amount} x (${text[0]} by ${size} ${comparison} ${text[1]})${where}`;
    }),
  ]);
}

const countUp = `(func (export "f") (param i32) (local $i i32)
  (loop $l (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0)))))`;
const endless = '(func (export "f") (param i32) (loop $l (br_if $l (i32.load (local.get 0)))))';

describe('a charge placement', () => {
  it('charges straight code once, where it begins', async () => {
    assert.deepEqual(await plan('(func (export "f") nop nop)'), [['charge before 0: 3']]);
  });

  it('charges an if on one of its ways only', async () => {
    const source = '(func (export "f") (param i32) (if (local.get 0) (then nop nop nop) (else nop)) nop)';
    // local.get if nop nop nop else nop end
    assert.deepEqual(await plan(source), [['charge before 0: 8', 'charge before 6: -2']]);
  });

  it('takes what is behind a test for zero to be the seldom way', async () => {
    const source = '(func (export "f") (param i32) (if (i32.eqz (local.get 0)) (then nop nop nop) (else nop)) nop)';
    assert.deepEqual(await plan(source), [['charge before 0: 7', 'charge before 3: 2']]);
    assert.deepEqual(await plan(source.replaceAll('i32', 'i64')), await plan(source));
  });

  it('takes what is behind a test for equality to be the seldom way', async () => {
    const source =
      '(func (export "f") (param i32) (if (i32.eq (local.get 0) (local.get 0)) (then nop nop nop) (else nop)) nop)';
    assert.deepEqual(await plan(source), [['charge before 0: 8', 'charge before 4: 2']]);
    assert.deepEqual(await plan(source.replaceAll('i32', 'i64')), await plan(source));
  });

  it('adds an else for the way that has none', async () => {
    const source = '(func (export "f") (param i32) (if (local.get 0) (then nop nop)))';
    assert.deepEqual(await plan(source), [['charge before 0: 6', 'charge else 4: -3']]);
  });

  it('charges the targets of a br_table that are dearer than the cheapest', async () => {
    const source = `(func (export "f") (param i32)
      (block $x (block $y (br_table $x $y (local.get 0))) nop nop) nop)`;
    const [steps = []] = await plan(source);
    assert.deepEqual(steps, ['charge before 0: 12', 'charge before 5: 3']);
  });

  it('keeps the counter in a local, and spills it around what observes it', async () => {
    const source = `(import "test" "observe" (func $observe)) (memory 1) ${endless.replace('(loop', '(call $observe) (loop')}`;
    assert.deepEqual(await plan(source, allTechniques), [
      [
        'charge before 0: 1 in local',
        'store before 0',
        'load before 1',
        'charge before 1: 6 in local',
        'charge taken 4: 3 in local',
      ],
    ]);
    assert.deepEqual(await plan(source), [['charge before 0: 1', 'charge before 1: 6', 'charge taken 4: 3']]);
  });

  it('charges a counted loop in front of it', async () => {
    assert.deepEqual(await plan(countUp), [['trip-count before 0: 10 + 7 x (1 by 1 ne $0+0)']]);
    assert.deepEqual(await plan(countUp, { ...all, countsLoops: false }), [
      ['charge before 0: 10', 'charge taken 7: 7'],
    ]);
  });

  it('lets the counter wait in the global while a loop runs that is paid for in front of it', async () => {
    assert.deepEqual(await plan(countUp, allTechniques), [
      ['trip-count before 0: 10 + 7 x (1 by 1 ne $0+0) in local', 'store before 0', 'load before 8'],
    ]);
    for (const [needsCounter, spills] of [
      ['(if (i32.load (local.get 0)) (then nop nop))', []],
      ['(memory.fill (i32.const 0) (i32.const 0) (i32.const 1))', ['store before 4', 'load before 5']],
    ] as const) {
      const [steps = []] = await plan(`(memory 1) ${countUp.replace('$l (', `$l ${needsCounter} (`)}`, allTechniques);
      assert.ok(steps[0]?.startsWith('trip-count before 0'), steps[0]);
      assert.deepEqual(
        steps.filter((step) => /^(store|load)/.test(step)),
        spills,
      );
    }
  });

  it('pays for constant iterations with the code around the loop', async () => {
    const source = `(func (export "f") (local $i i32)
      (loop $l (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5)))))`;
    assert.deepEqual(await plan(source), [[`charge before 0: ${10 + 4 * 7}`]]);
  });

  it('knows the loop of a sieve, whose step is a local', async () => {
    const source = `(memory 1) (func (export "f") (param $at i32) (param $step i32) (param $end i32)
      (loop $l (i32.store8 (local.get $at) (i32.const 1))
        (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (local.get $step))) (local.get $end)))))`;
    assert.deepEqual(await plan(source), [['trip-count before 0: 13 + 10 x ($0+0 by $1 lt_u $2+0)']]);
    const long = source.replace('(local.get $at) (i32.const 1)', '(i32.wrap_i64 (local.get $at)) (i32.const 1)');
    const inLong = long.replace(/\(param (\$\w+) i32\)/g, '(param $1 i64)').replace('i32.lt_u', 'i64.lt_u');
    assert.deepEqual(await plan(inLong.replace('i32.add', 'i64.add')), [
      ['trip-count before 0: 14 + 11 x ($0+0 by $1 lt_u $2+0)'],
    ]);
  });

  it('counts a loop whose variable has 64 bits', async () => {
    const source = `(func (export "f") (param i64) (local $i i64)
      (loop $l (br_if $l (i64.lt_u (local.tee $i (i64.add (local.get $i) (i64.const 2))) (local.get 0)))))`;
    assert.deepEqual(await plan(source), [['trip-count before 0: 10 + 7 x (2 by 2 lt_u $0+0)']]);
  });

  for (const [what, body] of [
    ['has a second way out', '(br_if $out (i32.load (local.get $i)))'],
    ['looks at the counter', 'nop nop nop nop nop nop nop nop (call $observe)'],
    ['moves its bound', '(local.set 0 (i32.load (local.get 0)))'],
    ['changes its variable twice', '(local.set $i (i32.load (local.get 0)))'],
    ['changes its variable in one arm', '(if (local.get 0) (then (local.set $i (i32.const 3))))'],
    ['skips the step at times', '(br_if $l (i32.load (local.get 0)))'],
  ] as const) {
    it(`does not count a loop that ${what}`, async () => {
      const source = `(import "test" "observe" (func $observe)) (memory 1) (func (export "f") (param i32) (local $i i32)
        (block $out (loop $l ${body}
          (br_if $l (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0))))))`;
      const [steps = []] = await plan(source);
      assert.ok(!steps.some((step) => step.startsWith('trip-count')), steps.join('\n'));
    });
  }

  it('pays for a callee in its caller', async () => {
    const source = '(func $leaf nop nop) (func (export "f") (call $leaf) (call $leaf))';
    assert.deepEqual(await plan(source), [['prepaid 3'], ['charge before 0: 9']]);
    assert.deepEqual(await plan(source, { ...all, paysForCallees: false }), [
      ['charge before 0: 3'],
      ['charge before 0: 1', 'charge before 1: 1', 'charge before 2: 1'],
    ]);
  });

  it('is exact where a call can lead to the host, and after it', async () => {
    const source = `(import "test" "observe" (func $observe))
      (func $f nop (call $observe) nop nop) (func (export "g") nop (call $f) nop)`;
    assert.deepEqual(await plan(source), [
      ['prepaid 2', 'charge before 2: 3'],
      ['charge before 0: 4', 'charge before 2: 2'],
    ]);
  });

  it('pays in a recursive function for the end of the recursion ahead, and for the rest where it goes on', async () => {
    const source = `(func $f (param i32) (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "g") (call $f (i32.const 9)))`;
    const [f = []] = await plan(source);
    assert.deepEqual(f, ['prepaid 3', 'charge before 2: 8']);
  });
});
