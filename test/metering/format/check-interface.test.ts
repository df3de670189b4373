import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ModuleInterface } from '../../../metering/format/module-interface.ts';
import { ModuleRejected, type RejectionCode } from '../../../metering/format/module-rejected.ts';
import { wat } from '../../support/wat.ts';
import { instrumentBytes, testInterface } from '../metered-guest.ts';

async function verdict(
  fields: string,
  moduleInterface: ModuleInterface = testInterface,
): Promise<RejectionCode | 'accepted'> {
  try {
    instrumentBytes(await wat(`(module ${fields})`), { interface: moduleInterface });
    return 'accepted';
  } catch (error) {
    if (error instanceof ModuleRejected) return error.code;
    throw error;
  }
}

const memory = '(memory (export "memory") 1)';

describe('the interface of a module', () => {
  it('may import the host functions of the list, as often as it likes', async () => {
    const fields = `(import "host" "note" (func (param i32))) (import "host" "read" (func (result i32)))
      (import "host" "note" (func (param i32)))`;
    assert.equal(await verdict(`${fields} ${memory}`), 'accepted');
  });

  const foreign: readonly (readonly [module: string, name: string, type: string])[] = [
    ['host', 'unknown', '(param i32)'],
    ['other', 'note', '(param i32)'],
    ['host', 'note', '(param i64)'],
    ['host', 'note', ''],
    ['host', 'note', '(param i32 i32)'],
    ['host', 'note', '(param i32) (result i32)'],
    ['host', 'read', ''],
    ['host', 'read', '(result i64)'],
    ['host', 'note2', '(param i32)'],
    ['host', 'not', '(param i32)'],
    ['host', 'Note', '(param i32)'],
    ['host ', 'note', '(param i32)'],
    ['host', 'note\\00', '(param i32)'],
    ['host', '\\ef\\bb\\bfnote', '(param i32)'],
    ['hos', 'tnote', '(param i32)'],
    ['host.', 'note', '(param i32)'],
    ['', '', '(param i32)'],
    ['host', 'constructor', '(param i32)'],
    ['host', '__proto__', '(param i32)'],
    ['host', 'toString', '(result i32)'],
    ['__proto__', 'note', '(param i32)'],
    ['constructor', 'name', '(param i32)'],
  ];
  for (const [module, name, type] of foreign) {
    it(`may not import ${JSON.stringify(module)} ${JSON.stringify(name)} ${type}`, async () => {
      assert.equal(await verdict(`(import "${module}" "${name}" (func ${type})) ${memory}`), 'import-not-allowed');
    });
  }

  it('must export its memory under the name of the binding, and may not import one', async () => {
    assert.equal(await verdict(memory), 'accepted');
    assert.equal(await verdict(''), 'export-not-allowed');
    assert.equal(await verdict('(memory 1)'), 'export-not-allowed');
    assert.equal(await verdict('(memory (export "mem") 1)'), 'export-not-allowed');
    assert.equal(await verdict('(memory 1) (func (export "memory"))'), 'export-not-allowed');
    assert.equal(
      await verdict('(import "env" "memory" (memory 1)) (export "memory" (memory 0))'),
      'import-not-allowed',
    );
  });

  it('must import its memory where the host provides it', async () => {
    const imported: ModuleInterface = { ...testInterface, memory: { kind: 'imported', module: 'env', name: 'memory' } };
    assert.equal(await verdict('(import "env" "memory" (memory 1))', imported), 'accepted');
    assert.equal(await verdict('(import "env" "mem" (memory 1))', imported), 'import-not-allowed');
    assert.equal(await verdict('(import "en" "memory" (memory 1))', imported), 'import-not-allowed');
    assert.equal(await verdict('(import "en" "vmemory" (memory 1))', imported), 'import-not-allowed');
    assert.equal(await verdict(memory, imported), 'import-not-allowed');
    assert.equal(await verdict('', imported), 'import-not-allowed');
  });

  it('must have the required entry points with their exact type', async () => {
    const required: ModuleInterface = {
      ...testInterface,
      entryPoints: [{ name: 'get', params: ['i32'], results: ['i32'], isRequired: true }],
    };
    assert.equal(
      await verdict(`${memory} (func (export "get") (param i32) (result i32) i32.const 1)`, required),
      'accepted',
    );
    assert.equal(await verdict(memory, required), 'export-not-allowed');
    assert.equal(await verdict(memory), 'accepted');
    assert.equal(
      await verdict(`${memory} (func (export "Get") (param i32) (result i32) i32.const 1)`, required),
      'export-not-allowed',
    );
    for (const [type, body] of [
      ['', ''],
      ['(param i32)', ''],
      ['(result i32)', 'i32.const 1'],
      ['(param i64) (result i32)', 'i32.const 1'],
      ['(param i32 i32) (result i32)', 'i32.const 1'],
      ['(param i32) (result i64)', 'i64.const 1'],
    ]) {
      assert.equal(
        await verdict(`${memory} (func (export "get") ${type} ${body})`, required),
        'export-not-allowed',
        type,
      );
      assert.equal(await verdict(`${memory} (func (export "get") ${type} ${body})`), 'export-not-allowed', 'optional');
    }
    assert.equal(await verdict(`${memory} (global (export "get") i32 (i32.const 1))`, required), 'export-not-allowed');
  });

  it('may not offer a host function as an entry point', async () => {
    const fields = `(import "host" "read" (func $read (result i32))) ${memory} (export "get" (func $read))`;
    const moduleInterface: ModuleInterface = {
      ...testInterface,
      entryPoints: [{ name: 'get', params: [], results: ['i32'], isRequired: true }],
    };
    assert.equal(await verdict(fields, moduleInterface), 'export-not-allowed');
  });

  it('may not export a name of the form that injected items have', async () => {
    assert.equal(await verdict(`${memory} (func (export "t0123456789abcdef_gas"))`), 'export-not-allowed');
    assert.equal(await verdict(`${memory} (func (export "t0123456789abcdef_"))`), 'export-not-allowed');
    assert.equal(await verdict(`${memory} (func (export "t0123456789abcdeg_gas"))`), 'accepted');
    assert.equal(await verdict(`${memory} (func (export "xt0123456789abcdef_gas"))`), 'accepted');
  });

  it('may export names that mean something to JavaScript: they are stripped', async () => {
    for (const name of ['then', '__proto__', 'constructor', 'toString', 'gas', 'stack']) {
      assert.equal(await verdict(`${memory} (func (export "${name}"))`), 'accepted', name);
    }
  });
});
