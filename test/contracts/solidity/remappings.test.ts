import assert from 'node:assert/strict';
import {
  matchingRemappings,
  parseRemapping,
  parseRemappingLines,
  remap,
} from '../../../contracts/solidity/remappings.ts';

describe('remappings', () => {
  it('read a line with a context and without', () => {
    assert.deepEqual(parseRemapping('lib/a/:b/=lib/c/src/', ''), {
      context: 'lib/a/',
      prefix: 'b/',
      targets: ['lib/c/src/'],
    });
    assert.deepEqual(parseRemapping('b/=c/', ''), { context: '', prefix: 'b/', targets: ['c/'] });
    assert.deepEqual(parseRemapping('b=c', ''), parseRemapping('b/=c/', ''));
    assert.deepEqual(parseRemapping('b.sol=c.sol', '').targets, ['c.sol']);
    assert.deepEqual(parseRemapping('b/=', '').targets, ['']);
  });

  it('leave out empty lines and comments, and say which line is none', () => {
    assert.equal(parseRemappingLines('\n# why\r\na/=b/\r\n', 'remappings.txt').length, 1);
    assert.throws(() => parseRemappingLines('a/=b/\n\noops\n', 'remappings.txt'), {
      message: 'remappings.txt:3: expected [context:]prefix=target, got "oops"',
    });
  });

  it('are chosen by the longest context, then the longest prefix, then the first', () => {
    const remappings = ['a/=1/', 'a/b/=2/', 'a/b/=3/', 'lib/x/:a/=4/', 'lib/:a/b/=5/'].map((line) =>
      parseRemapping(line, ''),
    );
    const targetOf = (importer: string, path: string) => {
      const [found] = matchingRemappings(remappings, importer, path);
      return found === undefined ? undefined : remap(found, path)[0];
    };
    assert.equal(targetOf('src/C.sol', 'a/D.sol'), '1/D.sol');
    assert.equal(targetOf('src/C.sol', 'a/b/D.sol'), '2/D.sol');
    assert.equal(targetOf('lib/x/C.sol', 'a/b/D.sol'), '4/b/D.sol');
    assert.equal(targetOf('lib/y/C.sol', 'a/b/D.sol'), '5/D.sol');
    assert.equal(targetOf('lib/y/C.sol', 'c/D.sol'), undefined);
  });
});
