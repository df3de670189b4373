import assert from 'node:assert/strict';
import { newestEvmVersion } from '../../../contracts/solidity/evm-version.ts';
import { solcSettings } from '../../../contracts/solidity/solc-settings.ts';
import { checkWishes, newestSatisfying, noSuchVersion } from '../../../contracts/solidity/solc-version.ts';

const versions = [
  '0.4.10',
  '0.4.11',
  '0.4.26',
  '0.5.16',
  '0.5.17',
  '0.6.12',
  '0.7.6',
  '0.8.0',
  '0.8.19',
  '0.8.20',
  '0.8.37',
];

function wishesFor(...ranges: readonly string[]) {
  return ranges.map((range, i) => ({ where: `${i}.sol`, range }));
}

describe('the version of solc', () => {
  for (const [ranges, expected] of [
    [['^0.8.0'], '0.8.37'],
    [['~0.8.19'], '0.8.37'],
    [['0.8.19'], '0.8.19'],
    [['=0.5.16', '>=0.5.0'], '0.5.16'],
    [['>=0.6.0 <0.8.0', '^0.7.0'], '0.7.6'],
    [['>= 0.4.22 <0.9.0', '<= 0.8.19'], '0.8.19'],
    [['^0.4.0'], '0.4.26'],
    [['^0.5.0 || ^0.6.0'], '0.6.12'],
    [['0.5.0 - 0.7.0'], '0.6.12'],
    [['0.8'], '0.8.37'],
    [['*'], '0.8.37'],
    [[], '0.8.37'],
    [['^0.8.0', '^0.7.0'], undefined],
    [['0.4.10'], undefined],
  ] as const) {
    it(`for ${ranges.join(' and ') || 'no pragma'} is ${expected ?? 'none'}`, () => {
      assert.equal(newestSatisfying(versions, wishesFor(...ranges)), expected);
    });
  }

  it('must be asked for in a range that is one', () => {
    assert.throws(() => checkWishes(wishesFor('^0.8.0', 'latest')), {
      message: '1.sol: expected versions of Solidity such as ^0.8.20, got "latest"',
    });
  });

  it('must be asked for in ranges that have something in common', () => {
    checkWishes(wishesFor('^0.8.0', '>=0.4.0', '0.8.1 || 0.7.6'));
    assert.throws(() => checkWishes(wishesFor('^0.8.0', '^0.8.0', '>=0.4.0', '^0.7.0')), {
      message: 'solc: no version suits all: 0.sol asks for ^0.8.0, 3.sol asks for ^0.7.0',
    });
  });

  it('is missed in one line that says who asks for what', () => {
    assert.equal(
      noSuchVersion(versions, wishesFor('>=0.8.1', '<0.8.19', '>=0.8.1')).message,
      'solc: no version suits all: 0.sol asks for >=0.8.1, 1.sol asks for <0.8.19',
    );
    assert.equal(
      noSuchVersion(versions, wishesFor('^0.8.0', '0.4.10')).message,
      '1.sol: asks for solc 0.4.10, of which npm has none: there are 0.4.11 to 0.8.37',
    );
  });
});

describe('the EVM version', () => {
  it('is the newest that compiler and machines know', () => {
    assert.deepEqual(
      ['0.4.20', '0.4.26', '0.5.13', '0.5.17', '0.8.6', '0.8.19', '0.8.23', '0.8.26', '0.8.37'].map(newestEvmVersion),
      [undefined, 'constantinople', 'petersburg', 'istanbul', 'berlin', 'paris', 'shanghai', 'cancun', 'prague'],
    );
  });

  it('is what the project says, unless no machine knows that', () => {
    assert.equal(solcSettings('0.8.37', { evmVersion: 'paris' }).evmVersion, 'paris');
    assert.equal(solcSettings('0.8.37', { evmVersion: 'osaka' }).evmVersion, 'prague');
  });
});
