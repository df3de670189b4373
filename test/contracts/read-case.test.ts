import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledCaseDirectory } from '../../contracts/bundled-cases.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readBundledCase, readCase } from '../../contracts/read-case.ts';

const files = [
  'build/fibonacci.abi.json',
  'build/fibonacci.evm.hex',
  'build/fibonacci.wasm',
  'fibonacci.cpp',
  'Fibonacci.sol',
];

describe('readCase', () => {
  let parent: string;
  let folder: string;

  /** A case of one's own: a copy of a bundled one, with a lock in its folder. */
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'trimeter-'));
    folder = join(parent, 'fibonacci');
    await cp(bundledCaseDirectory('fibonacci'), folder, { recursive: true });
    await writeLock();
  });

  afterEach(async () => {
    await rm(parent, { recursive: true });
  });

  async function writeLock(): Promise<void> {
    const sha256: Record<string, string> = {};
    for (const file of files) {
      sha256[file] = createHash('sha256')
        .update(await readFile(join(folder, file)))
        .digest('hex');
    }
    await writeFile(join(folder, 'artifacts.lock.json'), JSON.stringify({ format: 1, sha256 }));
  }

  async function editManifest(edit: (manifest: Record<string, unknown>) => void): Promise<void> {
    const manifest: Record<string, unknown> = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    edit(manifest);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  }

  async function rejects(message: RegExp): Promise<void> {
    await assert.rejects(readCase(folder), (error) => {
      assert(error instanceof InputRejected, String(error));
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  }

  it('reads a folder of one’s own, with its lock beside the manifest', async () => {
    const read = await readCase(folder);
    const bundled = await readBundledCase('fibonacci');
    assert.equal(read.path, folder);
    assert.equal(read.nativeSource, join(folder, 'fibonacci.cpp'));
    assert.deepEqual({ ...read, path: '', nativeSource: '' }, { ...bundled, path: '', nativeSource: '' });
  });

  it('refuses a folder that is not there', async () => {
    await assert.rejects(readCase(join(parent, 'nothing')), /nothing: no such folder$/);
  });

  it('refuses a file in place of the folder', async () => {
    await assert.rejects(readCase(join(folder, 'manifest.json')), /manifest\.json: is not a folder$/);
  });

  it('refuses a folder whose name is not lower-case words', async () => {
    await mkdir(join(parent, 'Two Words'));
    await assert.rejects(readCase(join(parent, 'Two Words')), /lower-case words joined by dashes$/);
  });

  for (const [form, kept] of [
    ['wasm', ['build/fibonacci.wasm']],
    ['evmInitcode', ['Fibonacci.sol', 'build/fibonacci.evm.hex']],
    ['nativeSource', ['fibonacci.cpp']],
  ] as const) {
    it(`reads a folder without a lock that has the form ${form} alone`, async () => {
      await rm(join(folder, 'artifacts.lock.json'));
      for (const file of files) {
        if (file !== 'build/fibonacci.abi.json' && !kept.some((path) => path === file)) await rm(join(folder, file));
      }
      const { wasm, evmInitcode, nativeSource } = await readCase(folder);
      const forms = Object.entries({ wasm, evmInitcode, nativeSource }).filter(([, found]) => found !== undefined);
      assert.deepEqual(
        forms.map(([name]) => name),
        [form],
      );
    });
  }

  it('refuses a folder without any form', async () => {
    await rm(join(folder, 'artifacts.lock.json'));
    for (const file of files) if (file !== 'build/fibonacci.abi.json') await rm(join(folder, file));
    await rejects(/fibonacci: has no form to run: none of build\/fibonacci\.wasm, .*\.hex and fibonacci\.cpp$/);
  });

  for (const file of ['manifest.json', ...files]) {
    it(`refuses a folder whose lock names ${file}, without it`, async () => {
      await rm(join(folder, file));
      await rejects(new RegExp(`${file}: no such file$`));
    });
  }

  it('refuses a folder in place of a file', async () => {
    await rm(join(folder, 'manifest.json'));
    await mkdir(join(folder, 'manifest.json'));
    await rejects(/manifest\.json: is a directory, expected a file$/);
  });

  for (const file of files) {
    it(`refuses ${file} when its bytes are not those of the lock`, async () => {
      const content = await readFile(join(folder, file));
      content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
      await writeFile(join(folder, file), content);
      await rejects(/SHA-256 is [0-9a-f]{12}…, but artifacts\.lock\.json says [0-9a-f]{12}…/);
    });
  }

  it('accepts a file of exactly 1 MiB and refuses one byte more', async () => {
    const manifest = await readFile(join(folder, 'manifest.json'), 'utf8');
    await writeFile(join(folder, 'manifest.json'), manifest.padEnd(1 << 20));
    await readCase(folder);
    await writeFile(join(folder, 'manifest.json'), manifest.padEnd((1 << 20) + 1));
    await rejects(/manifest\.json: is 1048577 bytes, at most 1048576 are read$/);
  });

  const broken: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['text that is not JSON', '{\n  "summary": }', /manifest\.json: is not valid JSON( \(line 2\))?$/],
    ['nothing', '', /manifest\.json: is not valid JSON/],
    ['a byte order mark', '\ufeff{}', /manifest\.json: begins with a byte order mark/],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /manifest\.json: is not UTF-8 text$/],
    ['a key given twice', '{"summary": "a", "summary": "b"}', /has the key "summary" twice in one object$/],
    ['a key given twice, once escaped', '{"a": 1, "\\u0061": 2}', /has the key "a" twice in one object$/],
    ['__proto__', '{"__proto__": {"summary": "a"}}', /has a key "__proto__", which is refused$/],
    ['an escaped __proto__', '{"x": [{"__pr\\u006fto__": 1}]}', /has a key "__proto__", which is refused$/],
    ['deep nesting', '['.repeat(100_000) + ']'.repeat(100_000), /is nested deeper than 64 levels$/],
    ['a list', '[]', /manifest\.json: expected an object, got \[\]$/],
    ['null', 'null', /manifest\.json: expected an object, got null$/],
    ['an empty object', '{}', /the field "summary" is missing$/],
    ['a field of Object.prototype', '{"constructor": 1}', /unknown field "constructor"; there are summary, /],
  ];
  for (const [what, content, message] of broken) {
    it(`refuses a manifest that is ${what}`, async () => {
      await writeFile(join(folder, 'manifest.json'), content);
      await rejects(message);
    });
  }

  const workload = {
    id: 'w',
    operation: 'o',
    operationsPerCall: 1,
    setup: [],
    calls: [{ method: 'iterative', args: [1] }],
  };
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['summary', 7, /manifest\.json: summary: expected text, got 7$/],
    ['summary', '', /summary: expected text, got ""$/],
    ['contract', '../Fibonacci', /contract: expected a Solidity contract name, got "\.\.\/Fibonacci"$/],
    ['constructorArgs', {}, /constructorArgs: expected a list, got \{\}$/],
    ['constructorArgs', [1.5], /constructorArgs\[0\]: expected a string, a safe integer, .*got 1\.5$/],
    ['constructorArgs', [[null]], /constructorArgs\[0\]\[0\]: expected a string, .*got null$/],
    ['constructorArgs', ['x'], /constructorArgs: constructor: expected 0 arguments \(\), got 1$/],
    ['ports', ['cobol'], /ports\[0\]: expected one of assemblyscript.*, got "cobol"$/],
    ['ports', ['assemblyscript', 'assemblyscript'], /ports: the port "assemblyscript" is given twice$/],
    ['ports', ['assemblyscript'], /fibonacci\.as: no such file$/],
    ['workload', [], /unknown field "workload"/],
    ['workloads', [workload, workload], /workloads: the id "w" is given twice$/],
    ['workloads', [{ ...workload, calls: [] }], /workloads\[0\]\.calls: expected at least one call$/],
    ['workloads', [{ ...workload, size: 'huge' }], /size: expected one of small, typical, large, got "huge"$/],
    ['workloads', [{ ...workload, operationsPerCall: 0 }], /operationsPerCall: expected a positive integer, got 0$/],
    ['workloads', [{ ...workload, calls: [{ method: 'iterative' }] }], /calls\[0\]: the field "args" is missing$/],
    [
      'examples',
      [{ method: 'iterative', args: [] }],
      /manifest\.json: examples\[0\]: iterative: expected 1 arguments \(uint64 n\), got 0$/,
    ],
    [
      'workloads',
      [{ ...workload, calls: [{ method: 'a', args: [], value: '-1' }] }],
      /value: expected a decimal string/,
    ],
    [
      'workloads',
      [{ ...workload, calls: [{ method: 'a', args: [] }] }],
      /w: calls\[0\]: a: the contract has no such method$/,
    ],
    [
      'workloads',
      [{ ...workload, setup: [{ method: 'iterative', args: ['18446744073709551616'] }] }],
      /w: setup\[0\]: iterative: n: "18446744073709551616" does not fit uint64$/,
    ],
  ];
  for (const [field, value, message] of wrong) {
    it(`refuses ${field} = ${JSON.stringify(value).slice(0, 70)}`, async () => {
      await editManifest((manifest) => {
        manifest[field] = value;
      });
      await rejects(message);
    });
  }

  it('has typical workloads, no examples and no ports unless the manifest says otherwise', async () => {
    await editManifest((manifest) => {
      manifest['workloads'] = [workload];
    });
    const plain = await readCase(folder);
    assert.deepEqual(plain.workloads, [{ ...workload, size: 'typical' }]);
    assert.deepEqual(plain.examples, []);
    assert.deepEqual(plain.wasmPorts, {});
    await editManifest((manifest) => {
      manifest['workloads'] = [{ ...workload, size: 'small' }];
      manifest['examples'] = workload.calls;
    });
    const { workloads, examples } = await readCase(folder);
    assert.deepEqual(workloads, [{ ...workload, size: 'small' }]);
    assert.deepEqual(examples, workload.calls);
  });

  describe('companions', () => {
    const companion = { name: 'token', case: 'erc20', constructorArgs: ['Token', 'T', 5] };
    const call = { to: 'token', method: 'mint', args: ['this', 1] };
    const edited = (more: Record<string, unknown>) =>
      editManifest((manifest) => void Object.assign(manifest, { companions: [companion], ...more }));

    it('are read with the case, bundled ones by their id', async () => {
      await edited({ examples: [call] });
      const [read, ...others] = (await readCase(folder)).companions;
      assert.deepEqual(others, []);
      const { case: id, ...rest } = companion;
      assert.deepEqual(read, { ...rest, contract: await readBundledCase(id) });
    });

    it('come from beside the case before they come from the bundled ones', async () => {
      await cp(folder, join(parent, 'erc20'), { recursive: true });
      await edited({});
      await assert.rejects(readCase(folder), /erc20.build.erc20\.abi\.json: no such file$/);
    });

    const refused: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
      ['a case that is not there', { companions: [{ ...companion, case: 'nothing' }] }, /nothing: no such case/],
      ['the name of an account', { companions: [{ ...companion, name: 'bob' }] }, /the name "bob" is given twice$/],
      ["the contract's own name", { companions: [{ ...companion, name: 'this' }] }, /the name "this" is given twice$/],
      ['a name given twice', { companions: [companion, companion] }, /the name "token" is given twice$/],
      [
        'a name of two words',
        { companions: [{ ...companion, name: 'a b' }] },
        /expected one lower-case word, got "a b"$/,
      ],
      [
        'arguments that do not fit',
        { companions: [{ ...companion, constructorArgs: [] }] },
        /companions: constructor: expected 3 arguments/,
      ],
      [
        'a companion with companions',
        { companions: [{ ...companion, case: 'vault', constructorArgs: ['token'] }] },
        /vault.manifest\.json: a companion has no companions of its own$/,
      ],
      [
        'a call of what is not there',
        { examples: [{ ...call, to: 'coin' }] },
        /coin\.mint: the case has no such companion$/,
      ],
      [
        'a call of a method that the companion lacks',
        { examples: [{ ...call, method: 'burn' }] },
        /examples\[0\]: burn: the contract has no such method$/,
      ],
    ];
    for (const [what, more, message] of refused) {
      it(`refuses ${what}`, async () => {
        await edited(more);
        await rejects(message);
      });
    }
  });

  const locks: readonly (readonly [unknown, RegExp])[] = [
    [{ format: 2, sha256: {} }, /artifacts\.lock\.json: expected an object with "format": 1$/],
    [{ format: 1 }, /artifacts\.lock\.json: sha256: expected an object, got undefined$/],
    [{ format: 1, sha256: { 'build/fibonacci.wasm': 'AB' } }, /expected 64 lower-case hex digits, got "AB"$/],
    [
      { format: 1, sha256: {} },
      /fibonacci\.abi\.json: is not in artifacts\.lock\.json: build the contract first, or drop/,
    ],
  ];
  for (const [lock, message] of locks) {
    it(`refuses the lock ${JSON.stringify(lock)}`, async () => {
      await writeFile(join(folder, 'artifacts.lock.json'), JSON.stringify(lock));
      await rejects(message);
    });
  }

  for (const [hex, problem] of [
    ['', 'holds no code, expected hex digits'],
    ['0x', 'holds no code, expected hex digits'],
    ['abc', 'expected hex digits, two per byte'],
    ['zz', 'expected hex digits, two per byte'],
    [`60__$${'0'.repeat(34)}$__00`, 'is not linked: .* in place of a library'],
  ] as const) {
    it(`refuses the creation code ${JSON.stringify(hex)}`, async () => {
      await writeFile(join(folder, 'build/fibonacci.evm.hex'), hex);
      await writeLock();
      await rejects(new RegExp(`fibonacci\\.evm\\.hex: ${problem}`));
    });
  }

  for (const abi of ['{}', '[1]', '[{"name": "x"}]']) {
    it(`refuses the ABI ${abi}`, async () => {
      await writeFile(join(folder, 'build/fibonacci.abi.json'), abi);
      await writeLock();
      await rejects(/fibonacci\.abi\.json: expected a Solidity ABI: a list of objects with a type$/);
    });
  }
});
