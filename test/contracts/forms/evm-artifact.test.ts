import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { caseId } from '../../../contracts/forms/case-id.ts';
import { readAbiFile, readEvmArtifact } from '../../../contracts/forms/evm-artifact.ts';
import { linkLibraries } from '../../../contracts/forms/link-libraries.ts';
import { toHex } from '../../../engine/bytes.ts';

const abi = [{ type: 'function', name: 'f', inputs: [], outputs: [], stateMutability: 'view' }];
const hole = `__$${'a1'.repeat(17)}$__`;
/** A library's address goes to byte 1. */
const linkedTo = { 'src/Math.sol': { Math: [{ start: 1, length: 20 }] } };

describe('an EVM artifact', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(path: string, content: unknown): string {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, typeof content === 'string' ? content : JSON.stringify(content));
    return place;
  }

  const foundry = (code: string, target: Record<string, string>, linkReferences: object = {}) => ({
    abi,
    bytecode: { object: `0x${code}`, sourceMap: '', linkReferences },
    deployedBytecode: { object: '0x' },
    metadata: { settings: { compilationTarget: target } },
  });
  const hardhat = (code: string, contractName: string, sourceName: string, linkReferences: object = {}) => ({
    _format: 'hh-sol-artifact-1',
    contractName,
    sourceName,
    abi,
    bytecode: `0x${code}`,
    linkReferences,
  });

  const kinds: readonly (readonly [string, unknown, string])[] = [
    ['Foundry', foundry('6000', { 'src/Token.sol': 'Token' }), 'src/Token.sol'],
    ['Hardhat', hardhat('6000', 'Token', 'contracts/Token.sol'), 'contracts/Token.sol'],
    [
      'Hardhat 3',
      { ...hardhat('6000', 'Token', 'contracts/Token.sol'), _format: 'hh3-artifact-1' },
      'contracts/Token.sol',
    ],
    ['Truffle', { contractName: 'Token', abi, bytecode: '0x6000', sourcePath: '/p/Token.sol' }, '/p/Token.sol'],
    ['Waffle', { abi, evm: { bytecode: { object: '6000', linkReferences: {} } }, bytecode: '6000' }, ''],
    ['solc', { abi, evm: { bytecode: { object: '6000', linkReferences: {} } } }, ''],
  ];
  for (const [tool, content, source] of kinds) {
    it(`of ${tool} is read with its name, source and code`, () => {
      const { library, ...read } = readEvmArtifact(write('Token.json', content));
      assert.deepEqual(read, { name: 'Token', source, abi: [{ ...abi[0] }], code: '6000', links: {} });
      assert.equal(library('src/Math.sol:Math'), undefined);
    });
  }

  it('of Foundry finds its library in its own folder of the output', () => {
    write('out/Math.sol/Math.json', foundry('6001', { 'src/Math.sol': 'Math' }));
    const path = write('out/Token.sol/Token.json', foundry(`73${hole}`, { 'src/Token.sol': 'Token' }, linkedTo));
    const token = readEvmArtifact(path);
    assert.deepEqual(token.links, { 'src/Math.sol:Math': [1] });
    assert.equal(token.library('src/Math.sol:Math')?.code, '6001');
  });

  it('of Hardhat finds its library by the source, before another of the same name', () => {
    write('artifacts/contracts/lib/Math.sol/Math.json', hardhat('6001', 'Math', 'contracts/lib/Math.sol'));
    write('artifacts/contracts/Math.sol/Math.json', hardhat('6002', 'Math', 'contracts/Math.sol'));
    const links = { 'contracts/lib/Math.sol': { Math: [{ start: 1, length: 20 }] } };
    const token = hardhat(`73${hole}`, 'Token', 'contracts/Token.sol', links);
    const read = readEvmArtifact(write('artifacts/contracts/Token.sol/Token.json', token));
    assert.equal(read.library('contracts/lib/Math.sol:Math')?.code, '6001');
  });

  it('of Truffle names its libraries in the placeholders', () => {
    const old = `__Math${'_'.repeat(34)}`;
    write('build/Math.json', { contractName: 'Math', abi, bytecode: '0x6001' });
    const path = write('build/Token.json', { contractName: 'Token', abi, bytecode: `0x73${old}73${old}` });
    const token = readEvmArtifact(path);
    assert.deepEqual(token.links, { Math: [1, 22] });
    const { initcode, companions } = linkLibraries(token, path, () => undefined);
    assert.deepEqual(
      companions.map(({ name }) => name),
      ['Math'],
    );
    const address = toHex(initcode.subarray(1, 21));
    assert.equal(toHex(initcode), `0x73${address.slice(2)}73${address.slice(2)}`);
  });

  it('is linked with libraries of libraries, each deployed once and before what needs it', () => {
    const base = { 'src/Base.sol': { Base: [{ start: 1, length: 20 }] } };
    write('out/Base.sol/Base.json', foundry('6001', { 'src/Base.sol': 'Base' }));
    write('out/Math.sol/Math.json', foundry(`73${hole}`, { 'src/Math.sol': 'Math' }, base));
    const both = { ...linkedTo, 'src/Base.sol': { Base: [{ start: 22, length: 20 }] } };
    const path = write('out/T.sol/T.json', foundry(`73${hole}73${hole}`, { 'src/T.sol': 'T' }, both));
    const { companions } = linkLibraries(readEvmArtifact(path), path, () => undefined);
    assert.deepEqual(
      companions.map(({ name }) => name),
      ['Base', 'Math'],
    );
  });

  it('that links a library which is not there says how to name it', () => {
    const path = write('Token.json', foundry(`73${hole}`, { 'src/Token.sol': 'Token' }, linkedTo));
    assert.throws(() => linkLibraries(readEvmArtifact(path), path, () => undefined), {
      name: 'InputRejected',
      problem: 'needs the library src/Math.sol:Math: --library Math=<artifact>',
    });
    const named = readEvmArtifact(write('M.json', foundry('6001', { 'src/Math.sol': 'Math' })));
    assert.equal(linkLibraries(readEvmArtifact(path), path, () => named).companions.length, 1);
  });

  it('whose libraries need each other is refused', () => {
    const back = { 'src/Token.sol': { Token: [{ start: 1, length: 20 }] } };
    write('out/Math.sol/Math.json', foundry(`73${hole}`, { 'src/Math.sol': 'Math' }, back));
    const path = write('out/Token.sol/Token.json', foundry(`73${hole}`, { 'src/Token.sol': 'Token' }, linkedTo));
    assert.throws(() => linkLibraries(readEvmArtifact(path), path, () => undefined), /the library .* needs itself$/);
  });

  const rejected: readonly (readonly [string, unknown, RegExp])[] = [
    ['text', 'Token', /Token\.json: is not valid JSON$/],
    ['a number', 7, /expected an object, got 7$/],
    ['an ABI alone', abi, /Token\.json: is an ABI without code, expected an artifact of Hardhat or Foundry/],
    ['an object without an ABI', { bytecode: '0x' }, /Token\.json: has no ABI, expected an artifact/],
    ['the output of a build', { output: { contracts: {} } }, /Token\.json: is the output of a whole build, expected/],
    [
      'the metadata of an ink! contract',
      { source: {}, spec: {} },
      /is the metadata of an ink! contract: give the \.contract/,
    ],
    ['an ABI without code', { abi }, /Token\.json: has an ABI but no bytecode: compile the contract$/],
    ['code that is no hex', { abi, bytecode: '0x6g' }, /Token\.json: bytecode: expected hex digits, two per byte$/],
    ['code that is a number', { abi, bytecode: { object: 5 } }, /bytecode\.object: expected hex digits/],
    ['an ABI that is none', { abi: [{ type: 'thing' }], bytecode: '0x' }, /abi\[0\]\.type: expected one of function/],
    [
      'a link outside the code',
      { abi, bytecode: '0x6000', linkReferences: { a: { B: [{ start: 1, length: 20 }] } } },
      /linkReferences: a:B\[0\]: expected a place in the code, got 1$/,
    ],
    [
      'a link at half a byte',
      { abi, bytecode: `0x73${hole}`, linkReferences: { a: { B: [{ start: 0.5, length: 20 }] } } },
      /expected a place in the code, got 0\.5$/,
    ],
  ];
  for (const [what, content, message] of rejected) {
    it(`is not ${what}`, () => {
      assert.throws(() => readEvmArtifact(write('Token.json', content)), { name: 'InputRejected', message });
    });
  }
});

describe('an ABI file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'abi.json');
  const headed = `\n======= <stdin>:IToken =======\nContract JSON ABI\n${JSON.stringify(abi)}\n`;
  for (const [what, text] of [
    ['a list', JSON.stringify(abi)],
    ['an artifact', JSON.stringify({ abi, bytecode: '0x' })],
    ['what cargo stylus prints', headed],
  ] as const) {
    it(`may be ${what}`, () => {
      writeFileSync(path, text);
      assert.equal(readAbiFile(path).length, 1);
    });
  }
});

describe('an artifact made to break its reader', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trimeter-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (artifact: unknown): string => {
    const path = join(folder, 'a.json');
    writeFileSync(path, typeof artifact === 'string' ? artifact : JSON.stringify(artifact));
    return path;
  };

  it('may be of millions of bytes', () => {
    const path = write({ abi, bytecode: `0x${'ab'.repeat(6_000_000)}` });
    assert.equal(readEvmArtifact(path).code.length, 12_000_000);
  });

  it('may be nested without end', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const message = /: bytecode: expected an object, got values nested too deep$/;
    assert.throws(() => readEvmArtifact(write(`{ "abi": [], "bytecode": ${deep} }`)), { message });
  });

  it('may call its libraries as every object calls its methods', () => {
    for (const name of ['toString', 'constructor', '__proto__']) {
      const { links } = readEvmArtifact(write({ abi, bytecode: `0x60__${name.padEnd(38, '_')}00` }));
      assert.deepEqual(Object.values(links), [[1]]);
    }
  });

  it('may not send an address to where no placeholder is', () => {
    const path = write({ abi, bytecode: `0x${'60'.repeat(60)}`, linkReferences: linkedTo });
    assert.throws(() => readEvmArtifact(path), { message: /Math\[0\]: expected a place with a library's placeholder/ });
  });

  it('may not name a library by a path', () => {
    writeFileSync(join(folder, 'Math.json'), JSON.stringify({ abi, bytecode: '0x00' }));
    for (const [file, library] of [
      ['a.sol', '../x/Math'],
      ['../../a.sol', 'Math'],
    ] as const) {
      const bytecode = `0x60${hole}00`;
      const path = write({ abi, bytecode, linkReferences: { [file]: { [library]: [{ start: 1 }] } } });
      assert.equal(readEvmArtifact(path).library(`${file}:${library}`), undefined);
    }
  });
});

describe('the id of a contract', () => {
  for (const [name, id] of [
    ['Token', 'token'],
    ['ERC20', 'erc20'],
    ['UniswapV2Pair', 'uniswap-v2-pair'],
    ['MyERC20Token', 'my-erc20-token'],
    ['my_token.min', 'my-token-min'],
    ['7z', 'contract-7z'],
    ['Ünïcode', 'n-code'],
    ['$', 'contract'],
  ] as const) {
    it(`of ${name} is ${id}`, () => assert.equal(caseId(name), id));
  }
});
