import assert from 'node:assert/strict';
import { scanSource } from '../../../contracts/solidity/scan-source.ts';

describe('scanSource', () => {
  it('reads pragmas, imports with their lines, and what is defined', () => {
    const scan = scanSource(`
      pragma solidity >=0.6.0 /* not 0.9 */
        <0.9.0;
      pragma abicoder v2;
      import "./a.sol";
      import "b.sol" as b; import * as c from 'c/c.sol';
      import {
        D as E
      } from "@d/d.sol";
      struct S { uint a; }
      function free(uint a) pure returns (uint) { return a; }
      abstract contract A { }
      contract B is A { function f() public { string memory s = "import"; } }
      interface I { } library L { }`);
    assert.deepEqual(scan.pragmas, ['>=0.6.0 <0.9.0']);
    assert.deepEqual(scan.imports, [
      { path: './a.sol', line: 5 },
      { path: 'b.sol', line: 6 },
      { path: 'c/c.sol', line: 6 },
      { path: '@d/d.sol', line: 9 },
    ]);
    assert.deepEqual(scan.definitions, [
      { kind: 'abstract contract', name: 'A' },
      { kind: 'contract', name: 'B' },
      { kind: 'interface', name: 'I' },
      { kind: 'library', name: 'L' },
    ]);
  });

  it('is not misled by comments and strings', () => {
    const scan = scanSource(`
      // import "x.sol"; contract X {}
      /* pragma solidity 0.1.0; " */
      contract A { string s = "/* not a comment"; string t = '// \\' }'; }
      /** import "y.sol"; */
      import "http://z.sol";
      contract B {} // end`);
    assert.deepEqual(scan.pragmas, []);
    assert.deepEqual(scan.imports, [{ path: 'http://z.sol', line: 6 }]);
    assert.deepEqual(
      scan.definitions.map(({ name }) => name),
      ['A', 'B'],
    );
  });

  it('knows a pragma from a text about one, and takes ranges that have no space between them', () => {
    const { pragmas } = scanSource(`pragma solidity>=0.6.0<0.9.0;
      contract A { string s = "pragma solidity 0.4.0;"; function pragma_solidity() external {} }`);
    assert.deepEqual(pragmas, ['>=0.6.0 <0.9.0']);
  });

  it('takes what is no Solidity in a time in proportion to its length', () => {
    for (const text of [
      '/*'.repeat(500_000),
      '"'.repeat(1_000_000),
      '{'.repeat(1_000_000),
      '\\"/'.repeat(300_000),
      ' '.repeat(1_000_000),
    ]) {
      assert.deepEqual(scanSource(text), { pragmas: [], imports: [], definitions: [] });
    }
  }).timeout(20_000);
});
