import assert from 'node:assert/strict';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';
import { auditModule, type ModuleAudit } from '../../harness/audit/audit.ts';
import { auditLine, auditText } from '../../harness/audit/audit-text.ts';
import { ecosystemLimits } from '../../harness/audit/ecosystem-limits.ts';
import { auditRules } from '../../harness/audit/rules.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { catalogue } from '../hostile/catalogue.ts';
import { wat } from '../support/wat.ts';

const options = { limits: defaultLimits, interface: moduleInterfaceOf(stylusAbi), ecosystem: 'Stylus' } as const;

const entry = '(func (export "user_entrypoint") (param i32) (result i32) (i32.const 0))';
const memory = '(memory (export "memory") 1 1)';

async function audit(fields: string): Promise<ModuleAudit> {
  return auditModule(await wat(`(module ${fields})`), options);
}

/** Fields, and what is found in them in its order. The offsets are those of what is wrong. */
const cases: readonly (readonly [what: string, fields: string, found: readonly string[]])[] = [
  ['nothing', `${memory} ${entry}`, []],
  ['floats', `${memory} ${entry} (func (drop (f64.const 1)))`, ['refused unsupported', 'warning float']],
  ['a start function', `${memory} ${entry} (func $s) (start $s)`, ['refused start-not-allowed', 'warning start']],
  [
    'what a start function would hide',
    `(import "vm_hooks" "launch" (func)) ${memory} ${entry} (func $s) (start $s)`,
    ['refused start-not-allowed', 'warning unknown-import', 'warning start'],
  ],
  [
    'unknown imports',
    `(import "vm_hooks" "read_args" (func (param i32))) (import "env" "now" (func)) ${memory} ${entry}`,
    ['refused import-not-allowed', 'warning unknown-import'],
  ],
  ['memory without a maximum that does not grow', `(memory (export "memory") 1) ${entry}`, []],
  [
    'memory without a maximum that grows',
    `(memory (export "memory") 1) ${entry} (func (drop (memory.grow (i32.const 1))))`,
    ['note uncapped-memory'],
  ],
  ['a maximum beyond the limit', `(memory (export "memory") 1 300) ${entry}`, ['note unreachable-limit']],
  ['a table that cannot grow', `(table 1 9 funcref) ${memory} ${entry}`, ['note unreachable-limit']],
  ['a table for others', `(table (export "t") 1 1 funcref) ${memory} ${entry}`, ['warning table-changes']],
  [
    'a change of a table',
    `(table 1 1 funcref) ${memory} ${entry} (func (table.set 0 (i32.const 0) (table.get 0 (i32.const 0))))`,
    ['refused unsupported', 'warning table-changes'],
  ],
  ['a global for others', `(global (export "g") (mut i32) (i32.const 0)) ${memory} ${entry}`, ['note mutable-export']],
  ['more memory than the chain has', `(memory (export "memory") 129 129) ${entry}`, ['warning chain-limit']],
];

describe('the audit of a module', () => {
  for (const [what, fields, found] of cases) {
    it(`finds ${what}`, async () => {
      const { findings } = await audit(fields);
      assert.deepEqual(
        findings.map(({ severity, rule }) => `${severity} ${rule}`),
        found,
      );
    });
  }

  it('has a case for every rule, and a source in every row', () => {
    const found = new Set(cases.flatMap(([, , all]) => all.map((one) => one.split(' ')[1])));
    assert.deepEqual(
      auditRules.map(({ id }) => id).filter((id) => !found.has(id)),
      [],
    );
    for (const { source } of [...auditRules, ...ecosystemLimits]) assert.ok(source.length > 10);
  });

  it('says where: the byte of an instruction, of an import, of a section', async () => {
    const { findings } = await audit(`(import "env" "now" (func)) ${memory} ${entry} (func (drop (f64.const 1)))`);
    const bytes = await wat(`(module (import "env" "now" (func)) ${memory} ${entry} (func (drop (f64.const 1))))`);
    const at = findings.find(({ rule }) => rule === 'float')?.offset ?? assert.fail('no float');
    assert.equal(bytes[at], 0x44);
  });

  it('finds a module too large for Stylus once it is compressed, and not before', async () => {
    // A generator of Lehmer's: what brotli makes nothing of.
    let state = 1;
    const noise = (count: number): string =>
      Array.from({ length: count }, () => {
        state = (state * 48_271) % 2_147_483_647;
        return `\\${(state & 0xff).toString(16).padStart(2, '0')}`;
      }).join('');
    const sized = (count: number) => audit(`${memory} ${entry} (data (i32.const 0) "${noise(count)}")`);
    assert.deepEqual((await sized(24_000)).findings, []);
    const { findings, brotliBytes, bytes } = await sized(25_000);
    assert.ok(brotliBytes > 24 << 10 && bytes < 26_000);
    assert.match(findings[0]?.reason ?? '', /compressed with brotli, at most 24576 on Stylus/);
    const zeros = await audit(`${memory} ${entry} (data (i32.const 0) "${'\\00'.repeat(40_000)}")`);
    assert.deepEqual(zeros.findings, []);
  });

  it('takes whatever is in the hostile catalogue, and refuses what the engine refuses', async () => {
    for (const { id, make, ends } of catalogue) {
      const { findings } = auditModule(await make(), options);
      const isRefused = !/^(?:success|revert|trap) /.test(ends);
      assert.equal(findings[0]?.severity === 'refused', isRefused, id);
      if (isRefused) assert.equal(findings[0]?.rule, ends.split(' ', 1)[0], id);
    }
  });

  it('is a table on a screen, and a line before a check', async () => {
    const found = await audit(`(import "env" "a\\1b[2J" (func)) ${memory} ${entry} (table (export "t") 1 1 funcref)`);
    const text = auditText(found, 80);
    assert.match(text, /^for Stylus: \d+ bytes/);
    assert.ok(text.split('\n').every((line) => line.length <= 80));
    assert.ok(!text.includes('\u001b'));
    assert.match(
      auditLine('x', found) ?? '',
      /^audit of x: imports env\.a\\x?.*\[2J \(byte \d+\); 1 more: trimeter inspect/,
    );
    assert.equal(auditLine('x', await audit(`${memory} ${entry}`)), undefined);
  });
});
