import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { parseTolerance } from '../../harness/gate/tolerance.ts';
import { trimeter } from '../cli/capture.ts';
import { done, inFolderOfItsOwn } from '../cli/folder-of-its-own.ts';
import { copyCase, lockCase } from '../cli/foreign-case.ts';
import { writeConfig, writeCounter } from './counter-contract.ts';

const folder = fileURLToPath(new URL('../../schemas', import.meta.url));
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
const schemas = new Map(
  readdirSync(folder).map((file) => {
    const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return [file.replace('.schema.json', ''), { schema, validate: ajv.compile(schema) }];
  }),
);

function valid(name: string, value: unknown): void {
  const validate = schemas.get(name)?.validate;
  assert.ok(validate?.(value), JSON.stringify(validate?.errors, undefined, 1));
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('the JSON schemas', () => {
  inFolderOfItsOwn();

  it('are those of the four files, and allow no field that they do not name', () => {
    assert.deepEqual([...schemas.keys()].toSorted(), ['check', 'gate', 'trimeter', 'trimeter.lock']);
    for (const [name, { schema }] of schemas) {
      const open = JSON.stringify(schema, (_, value) => {
        if (value?.type === 'object' && value.properties !== undefined)
          assert.equal(value.additionalProperties, false, name);
        return value;
      });
      assert.ok(open.length > 0);
    }
  });

  it('fit what a gate writes: green, red in behaviour and in gas, of a part, without a lock, and with an update', async () => {
    await writeCounter('.');
    writeConfig('.', {
      tolerance: { add: 'pass +0.1%, -5%..+2%', '*': 'exact' },
      sizes: { bytes: 'any' },
      schedules: ['flat-v2'],
    });
    valid('trimeter', read('trimeter.json'));
    const gate = async (exitCode: number, ...args: readonly string[]) => {
      const run = await trimeter('gate', ...args, '--json', 'result.json');
      assert.equal(run.exitCode, exitCode, run.errors);
      valid('gate', read('result.json'));
    };
    await gate(2);
    await gate(0, '--update');
    valid('trimeter.lock', read('trimeter.lock.json'));
    assert.match(readFileSync('trimeter.lock.json', 'utf8'), /"entry": "fail", .*"status": "revert"/);
    await gate(0);
    await gate(0, '--shard', '1/1');
    await writeCounter('.', { by: 2, idle: 100 });
    await gate(1);
    await gate(1, '--schedules', 'cosmwasm-v2');
  });

  it('fit the lock and the gate of contracts with an EVM form and companions', async () => {
    writeFileSync('trimeter.json', JSON.stringify({ contracts: [{ contract: 'vault' }, { contract: 'erc20' }] }));
    done(await trimeter('gate', '--update'));
    valid('trimeter.lock', read('trimeter.lock.json'));
    done(await trimeter('gate', '--json', 'result.json'));
    valid('gate', read('result.json'));
  });

  it('fit what a check writes, with a disagreement too', async () => {
    done(
      await trimeter(
        'check',
        'noop',
        '--on',
        'wasm,reference',
        '--calls',
        '20',
        '--seed',
        '1',
        '--json',
        'result.json',
      ),
    );
    valid('check', read('result.json'));
    const odd = copyCase('fibonacci', '.');
    cpSync(join(bundledCaseDirectory('storage'), 'build/storage.wasm'), join(odd, 'build/fibonacci.wasm'));
    lockCase(odd);
    const run = await trimeter(
      'check',
      `./${odd}`,
      '--on',
      'wasm,evm',
      '--calls',
      '50',
      '--seed',
      '1',
      '--json',
      'result.json',
    );
    assert.equal(run.exitCode, 1, run.errors);
    valid('check', read('result.json'));
    done(
      await trimeter(
        'check',
        'noop',
        '--on',
        'wasm,reference',
        '--calls',
        '20',
        '--shard',
        '1/1',
        '--json',
        'result.json',
      ),
    );
    valid('check', read('result.json'));
  });

  it('take the tolerances that are taken, and no others', () => {
    const validate = ajv.compile({ ...schemas.get('trimeter')?.schema.$defs.tolerance });
    const bound = fc.stringMatching(/^[+-]?\d{0,3}(\.\d{0,4})?%?$/);
    const step = fc.oneof(
      bound,
      fc.tuple(bound, bound).map(([least, most]) => `${least}..${most}`),
      fc.constantFrom('any', 'exact', ''),
    );
    const steps = fc.array(
      fc.tuple(fc.constantFrom('', '', 'pass '), step).map((words) => words.join('')),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(steps, (words) => {
        const text = words.join(', ');
        try {
          parseTolerance(text);
        } catch (error) {
          // That a range ends below its start is more than a pattern can say.
          if (!/ends below its start/.test(String(error))) assert.equal(validate(text), false, text);
          return;
        }
        assert.equal(validate(text), true, text);
      }),
      { numRuns: 500 },
    );
  });
});
