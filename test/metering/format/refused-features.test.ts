import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { decodeModule } from '../../../metering/format/decode.ts';
import { defaultLimits } from '../../../metering/format/limits.ts';
import { ModuleRejected, type RejectionCode } from '../../../metering/format/module-rejected.ts';
import { findOpcode, opcodes } from '../../../metering/format/opcodes.ts';
import { describeRefused } from '../../../metering/format/refused-features.ts';
import { validateModule } from '../../../metering/format/validate.ts';
import { refusedBinaries, refusedTexts } from '../../support/refused-modules.ts';
import { wat } from '../../support/wat.ts';
import { binary, section } from '../metered-guest.ts';

function rejects(bytes: Uint8Array, code: RejectionCode, found: string): void {
  assert.throws(
    () => validateModule(decodeModule(bytes, defaultLimits), defaultLimits),
    (error) => {
      assert.ok(error instanceof ModuleRejected, String(error));
      assert.equal(error.code, code, error.message);
      assert.ok(error.actual.includes(found), `${error.message} should say ${found}`);
      return true;
    },
  );
}

const type = section(1, 1, 0x60, 0, 0);

/** `i32.load` with a memory argument that begins with the given bytes. */
function loadAligned(alignment: readonly number[]): Uint8Array {
  const code = [0x41, 0, 0x28, ...alignment, 0, 0x1a, 0x0b];
  return binary(type, section(3, 1, 0), section(5, 1, 0, 1), section(10, 1, code.length + 1, 0, ...code));
}

describe('what is outside the allow-list', () => {
  for (const [fields, code, found] of refusedTexts) {
    it(`is refused: ${fields}`, async () => {
      rejects(await wat(`(module ${fields})`), code, found);
    });
  }

  for (const [name, bytes, found] of refusedBinaries) {
    it(`is refused: ${name}`, () => {
      rejects(bytes, 'unsupported', found);
    });
  }

  const malformed: readonly (readonly [name: string, bytes: Uint8Array, found: string])[] = [
    ['limits with a flag of no proposal', binary(section(5, 1, 0x10, 1)), 'flags 16'],
    ['an import kind of no proposal', binary(section(2, 1, 0, 0, 5, 0)), '5'],
    ['a type form of no proposal', binary(section(1, 1, 0x41, 0)), '0x41'],
    ['a table with a page size', binary(section(4, 1, 0x70, 8, 1, 0)), 'flags 8'],
  ];
  for (const [name, bytes, found] of malformed) {
    it(`is malformed where it is part of no proposal: ${name}`, () => {
      rejects(bytes, 'malformed', found);
    });
  }

  it('is invalid and not malformed for an alignment that no access has: 1 to 63', () => {
    for (const alignment of [3, 31, 32, 33, 63]) {
      rejects(loadAligned([alignment]), 'invalid', String(2 ** alignment));
    }
    rejects(loadAligned([0x40, 0]), 'unsupported', 'multiple memories');
    rejects(loadAligned([0x80, 0x01]), 'malformed', '128');
  });

  it('is refused opcode by opcode, whatever an engine makes of it', () => {
    let refused = 0;
    for (let code = 0; code <= 0xff; code += 1) {
      if (findOpcode(code) !== undefined || code === 0xfc) continue;
      rejects(binary(type, section(3, 1, 0), section(10, 1, 3, 0, code, 0x0b)), 'unsupported', describeRefused(code));
      refused += 1;
    }
    for (let subopcode = 0; subopcode <= 0x7f; subopcode += 1) {
      if (subopcode === 10 || subopcode === 11) continue;
      const bytes = binary(type, section(3, 1, 0), section(10, 1, 4, 0, 0xfc, subopcode, 0x0b));
      rejects(bytes, 'unsupported', describeRefused(0xfc00 | subopcode));
      refused += 1;
    }
    assert.equal(refused, 256 - 1 + 128 - opcodes.length);
  });

  it('has a name for every floating-point opcode', () => {
    const floats = [0x2a, 0x2b, 0x38, 0x39, 0x43, 0x44, 0xa8, 0xa9, 0xaa, 0xab];
    for (let code = 0x5b; code <= 0x66; code += 1) floats.push(code);
    for (let code = 0x8b; code <= 0xa6; code += 1) floats.push(code);
    for (let code = 0xae; code <= 0xbf; code += 1) floats.push(code);
    for (const code of floats) assert.match(describeRefused(code), /^[if](32|64)\.\w+ \(floating point\)$/);
    assert.equal(describeRefused(0xa0), 'f64.add (floating point)');
    assert.equal(describeRefused(0xbf), 'f64.reinterpret_i64 (floating point)');
    assert.equal(describeRefused(0x66), 'f64.ge (floating point)');
    assert.equal(describeRefused(0x98), 'f32.copysign (floating point)');
  });
});
