import assert from 'node:assert/strict';
import { parseFoundryConfig } from '../../../contracts/solidity/foundry-config.ts';

describe('parseFoundryConfig', () => {
  it('reads the default profile', () => {
    const config = parseFoundryConfig(
      `[profile.default]
      src = "contracts"
      libs = ["lib", "node_modules"]
      remappings = ["a/=lib/a/src/"]
      solc = "0.8.20"
      optimizer = false
      optimizer_runs = 4_294_967_295
      via_ir = true
      evm_version = "Paris"
      libraries = ["src/Math.sol:Math:0x00000000000000000000000000000000000000aa"]
      [profile.ci]
      solc = "0.8.1"
      [rpc_endpoints]
      mainnet = "\${RPC}"`,
      'foundry.toml',
    );
    assert.deepEqual(config, {
      file: 'foundry.toml',
      sources: 'contracts',
      libs: ['lib', 'node_modules'],
      remappings: [{ context: '', prefix: 'a/', targets: ['lib/a/src/'] }],
      compilers: [
        {
          version: '0.8.20',
          optimizer: false,
          optimizerRuns: 4_294_967_295,
          viaIR: true,
          evmVersion: 'paris',
          libraries: { 'src/Math.sol': { Math: '0x00000000000000000000000000000000000000aa' } },
        },
      ],
      unread: [],
    });
  });

  it('has the defaults of Foundry where nothing is said', () => {
    const { sources, libs, compilers } = parseFoundryConfig('', 'foundry.toml');
    assert.deepEqual({ sources, libs, compilers }, { sources: 'src', libs: ['lib'], compilers: [{}] });
  });

  it('lists a compiler that is given by its path', () => {
    const { compilers, unread } = parseFoundryConfig('[profile.default]\nsolc = "./bin/solc"', 'foundry.toml');
    assert.deepEqual({ compilers, unread }, { compilers: [{}], unread: ['solc "./bin/solc"'] });
  });

  it('refuses what it should not be in one line', () => {
    const refused = (text: string, message: RegExp) =>
      assert.throws(() => parseFoundryConfig(text, 'f.toml'), { message });
    refused('[profile.default]\nsolc = ', /^f\.toml:2:\d+: [^\n]+$/);
    refused('[profile.default]\nvia_ir = "yes"', /^f\.toml: via_ir: expected true or false, got "yes"$/);
    refused(
      '[profile.default]\nremappings = ["x"]',
      /^f\.toml: remappings\[0\]: expected \[context:\]prefix=target, got "x"$/,
    );
    refused(
      '[profile.default]\nlibraries = ["Math"]',
      /^f\.toml: libraries\[0\]: expected file:library:address, got "Math"$/,
    );
    refused('profile = { default = 1 }', /^f\.toml: profile\.default: expected a table, got 1$/);
  });
});
