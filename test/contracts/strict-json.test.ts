import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStrictJson } from '../../contracts/strict-json.ts';

describe('parseStrictJson', () => {
  it('gives what JSON.parse gives, however the text is spaced and escaped', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\t', '\n  '), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        fc.pre(!text.includes('__proto__'));
        assert.deepEqual(parseStrictJson(text, 'x'), JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it('does not take a value for a key', () => {
    const text = '{"a": "__proto__", "b": ["a", "a", "\\"a\\": 1", "{\\"a\\":"], "c": {"a": {"a": 1}}}';
    assert.deepEqual(parseStrictJson(text, 'x'), JSON.parse(text));
  });

  it('refuses a key given twice at any depth, and says which', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (key, depth) => {
        fc.pre(key !== '__proto__');
        const name = JSON.stringify(key);
        const text = `${'[{"in":'.repeat(depth)}{${name}:{${name}:1},${name} : 2}${'}]'.repeat(depth)}`;
        assert.throws(() => parseStrictJson(text, 'file'), {
          message: `file: has the key ${name} twice in one object`,
        });
      }),
      { numRuns: 200 },
    );
  });
});
