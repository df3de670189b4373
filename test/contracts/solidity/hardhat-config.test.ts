import assert from 'node:assert/strict';
import { parseHardhatConfig } from '../../../contracts/solidity/hardhat-config.ts';

const file = 'hardhat.config.ts';

describe('parseHardhatConfig', () => {
  it('reads a version alone', () => {
    const { compilers, sources, unread } = parseHardhatConfig(
      `import "@nomicfoundation/hardhat-toolbox";
      const config: HardhatUserConfig = { solidity: "0.8.24" };
      export default config;`,
      file,
    );
    assert.deepEqual(
      { compilers, sources, unread },
      { compilers: [{ version: '0.8.24' }], sources: 'contracts', unread: [] },
    );
  });

  it('leaves out what is nested deeper than any configuration', () => {
    for (const open of ['[', '{ a: ']) {
      const { compilers, unread } = parseHardhatConfig(`module.exports = { solidity: ${open.repeat(200_000)}`, file);
      assert.deepEqual({ compilers, unread: [...new Set(unread)].length }, { compilers: [{}], unread: 1 });
    }
  });

  it('reads a compiler with settings, between what it does not know', () => {
    const { compilers, sources, unread } = parseHardhatConfig(
      `// solidity: "0.1.0"
      module.exports = {
        networks: { main: { url: \`https://\${process.env.KEY}\`, accounts: [process.env.A, f({ a: [1] })] } },
        paths: { sources: './src', cache: join(here, "cache") },
        'solidity': {
          version: '0.8.20' as const,
          settings: { viaIR: true, evmVersion: "paris", optimizer: { enabled: true, runs: 10_000, details: { yul } }, },
        },
      };`,
      file,
    );
    assert.equal(sources, './src');
    assert.deepEqual(compilers, [
      { version: '0.8.20', optimizer: true, optimizerRuns: 10_000, viaIR: true, evmVersion: 'paris' },
    ]);
    assert.deepEqual(unread, []);
  });

  it('reads lists of compilers, and the profiles of Hardhat 3', () => {
    const list = `compilers: [{ version: "0.8.20" }, { version: "0.7.6", settings: { optimizer: { enabled: false } } }]`;
    const expected = [{ version: '0.8.20' }, { version: '0.7.6', optimizer: false }];
    for (const text of [`{ solidity: { ${list} } }`, `{ solidity: { profiles: { default: { ${list} } } } }`]) {
      assert.deepEqual(parseHardhatConfig(text, file).compilers, expected);
    }
    assert.deepEqual(parseHardhatConfig('{ solidity: ["0.8.1", "0.7.6"] }', file).compilers, [
      { version: '0.8.1' },
      { version: '0.7.6' },
    ]);
  });

  it('lists what is computed', () => {
    const unreadOf = (text: string) => parseHardhatConfig(text, file).unread;
    assert.deepEqual(unreadOf('{ solidity: process.env.SOLC || "0.8.0" }'), ['solidity']);
    assert.deepEqual(unreadOf('{ solidity: { version: VERSION, settings } }'), [
      'solidity.settings',
      'solidity.version',
    ]);
    assert.deepEqual(unreadOf('{ solidity: { compilers: [DEFAULT, { version: "0.8" + minor }] } }'), [
      'solidity.compilers[0]',
      'solidity.compilers[1].version',
    ]);
    assert.deepEqual(unreadOf('{ solidity: { version: "0.8.1", settings: { ...common, viaIR: true } } }'), [
      'part of solidity.settings',
    ]);
    assert.deepEqual(unreadOf('export default defineConfig(base)'), []);
  });

  it('ends for a script that is broken off', () => {
    const script = '{ solidity: { compilers: [{ version: "0.8.1", settings: { optimizer: { enabled: f(1, [2, {';
    for (let length = 0; length < script.length; length++) parseHardhatConfig(script.slice(0, length), file);
  });
});
