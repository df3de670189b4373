import assert from 'node:assert/strict';
import { checkInkTypes } from '../../contracts/ink/check-types.ts';

const types = (...definitions: readonly unknown[]) => definitions.map((def, id) => ({ id, type: { def } }));
const primitive = { primitive: 'u8' };
const pair = (id: number) => ({ tuple: [id, id] });

describe('the types of ink! metadata', () => {
  it('may be of every kind, and used more than once', () => {
    const enumeration = { variant: { variants: [{ name: 'A' }, { name: 'B', fields: [{ type: 0 }] }] } };
    const structure = { composite: { fields: [{ type: 1 }, { type: 2 }] } };
    checkInkTypes(
      types(primitive, enumeration, { array: { len: 32, type: 0 } }, structure, { sequence: { type: 3 } }, pair(3)),
      'x',
    );
  });

  const refused: readonly (readonly [what: string, types: unknown, message: RegExp])[] = [
    ['no list', {}, /^x: types: expected a list/],
    ['a type that is part of itself', types({ tuple: [1] }, { sequence: { type: 0 } }), /type 0 is a part of itself/],
    ['an index beyond the last', types({ tuple: [7] }), /types\[0\]: expected the index of a type, got 7/],
    ['an index in hex', types({ tuple: ['0x00'] }), /got "0x00"/],
    ['a type under another id', [{ id: 1, type: { def: primitive } }], /types\[0\]\.id: expected 0, got 1/],
    ['a list without end', types(primitive, { array: { len: 2 ** 32, type: 0 } }), /types\[1\]: has more than 100000/],
    [
      'a length that is none',
      types(primitive, { array: { len: -1, type: 0 } }),
      /array\.len: expected a length, got -1/,
    ],
    ['doubling', types(primitive, ...Array.from({ length: 40 }, (_, at) => pair(at))), /has more than 100000 parts/],
    [
      '2,000 levels',
      types(...Array.from({ length: 2000 }, (_, at) => ({ tuple: [at + 1] })), primitive),
      /deeper than 64/,
    ],
    ['a definition that is none', types(null), /types\[0\]: expected an object, got null/],
  ];
  for (const [what, list, message] of refused) {
    it(`may not be ${what}`, () => {
      assert.throws(() => checkInkTypes(list, 'x'), { name: 'InputRejected', message });
    });
  }
});
