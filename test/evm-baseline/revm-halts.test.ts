import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRevmBackend } from '../../evm-baseline/index.ts';
import { halts, trapCodeOf } from '../../evm-baseline/revm/halts.ts';
import { backendOrSkip } from '../support/optional-backend.ts';

const folder = 'evm-baseline/revm/node_modules/@nomicfoundation';

describe("the table of revm's halts", () => {
  before(async function () {
    await backendOrSkip(this, createRevmBackend);
  });

  it('has every exceptional halt that EDR declares', () => {
    const declarations = readFileSync(`${folder}/edr/index.d.ts`, 'utf8');
    const [, body = ''] = /enum ExceptionalHalt \{([^}]*)\}/.exec(declarations) ?? [];
    const declared = [...body.matchAll(/(\w+) = \d+/g)].map(([, name]) => name);
    assert.ok(declared.length >= 14, String(declared));
    const known = new Set(halts.map(({ name }) => name));
    assert.deepEqual(
      declared.filter((name) => !known.has(name as string)),
      [],
    );
  });

  it('has every name and sentence that stands in the binary, in the words used there', () => {
    const binary = readFileSync(`${folder}/edr-linux-x64-gnu/edr.linux-x64-gnu.node`).toString('latin1');
    // Rust keeps the names of an enum's variants one after another.
    const [, names = ''] = /ReturnSelfDestructSuspendRevert([A-Za-z0-9]+?)FourByteTracer/.exec(binary) ?? [];
    assert.ok(names.startsWith('CallTooDeep'), names.slice(0, 40));
    // What is printed as a sentence under one name only is not among them.
    let rest = names.replace('FatalExternalError', '');
    for (const { name } of [...halts].sort((a, b) => b.name.length - a.name.length)) rest = rest.replace(name, '|');
    assert.match(rest, /^\|+$/);
    // The shortest are instructions in the binary and no data.
    for (const { reported } of halts.filter((each) => each.reported !== 'Out of stack'))
      assert.ok(binary.includes(reported), reported);
  });

  it('knows nothing else', () => {
    assert.equal(trapCodeOf('FatalExternalError'), undefined);
    assert.equal(trapCodeOf(''), undefined);
  });
});
