import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseInkBundle, readInkBundle } from '../../contracts/ink/bundle.ts';
import { createInkCodec } from '../../contracts/ink/ink-codec.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { toHex } from '../../engine/bytes.ts';
import { bundle, bundlePath } from './bundle-file.ts';

const BOB = `0x${'b0'.repeat(32)}`;

interface BundleJson {
  source: { wasm?: string; hash: string };
  version: number | string;
  types?: unknown;
}

/** The flipper bundle with one thing changed. */
function changed(change: (json: BundleJson) => void): Uint8Array {
  const json = JSON.parse(readFileSync(bundlePath('flipper'), 'utf8'));
  change(json);
  return new TextEncoder().encode(JSON.stringify(json));
}

function rejects(body: () => unknown, problem: RegExp): void {
  assert.throws(body, (error) => {
    assert.ok(error instanceof InputRejected, String(error));
    assert.match(error.message, problem);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

describe('ink! bundles as files', () => {
  it('are read whole: name, module, metadata', () => {
    const flipper = bundle('flipper');
    assert.equal(flipper.name, 'flipper');
    assert.equal(flipper.wasm.length, 4533);
  });

  it('are refused when the module is not the one described', () => {
    const flip = (json: BundleJson) => {
      json.source.wasm = (json.source.wasm ?? '').replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    };
    rejects(() => parseInkBundle(changed(flip), 'f'), /^f: source\.hash is 0xf688.*, but the module's is 0x/);
  });

  it('are refused for a version or a hash that is an object with a toString of its own', () => {
    const odd = { toString: 'x' } as unknown as string;
    rejects(
      () =>
        parseInkBundle(
          changed((json) => Object.assign(json, { version: odd })),
          'f',
        ),
      /version is \{"toString"/,
    );
    rejects(
      () =>
        parseInkBundle(
          changed((json) => Object.assign(json.source, { hash: odd })),
          'f',
        ),
      /hash is \{"toStr/,
    );
  });

  it('are refused when they are not bundles', () => {
    rejects(() => parseInkBundle(new TextEncoder().encode('{'), 'f'), /^f: is not valid JSON \(line 1\)$/);
    rejects(() => parseInkBundle(Uint8Array.of(0xff), 'f'), /is not UTF-8 text/);
    rejects(() => parseInkBundle(new TextEncoder().encode('[]'), 'f'), /^f: expected an object, got \[\]$/);
    rejects(
      () => parseInkBundle(new TextEncoder().encode('{}'), 'f'),
      /^f: source: expected an object, got undefined$/,
    );
    rejects(() => parseInkBundle(new Uint8Array((4 << 20) + 1), 'f'), /at most 4194304/);
    rejects(() => readInkBundle('no-such.contract'), /no such file/);
    rejects(
      () =>
        parseInkBundle(
          changed((json) => delete json.source.wasm),
          'f',
        ),
      /source\.wasm/,
    );
    rejects(
      () =>
        parseInkBundle(
          changed((json) => (json.version = 6)),
          'f',
        ),
      /metadata version is 6/,
    );
  });

  it('are refused when their metadata does not hold together', () => {
    const hollow = parseInkBundle(
      changed((json) => delete json.types),
      'f',
    );
    rejects(() => createInkCodec(hollow), /^flipper: types: expected a list/);
  });
});

describe('the ink! codec', () => {
  const token = createInkCodec(bundle('test_psp22'));
  const flipper = createInkCodec(bundle('flipper'));

  it('puts the selector before the SCALE encoding of the arguments', () => {
    assert.equal(toHex(flipper.encodeConstructor('new', [true])), '0x9bae9d5e01');
    assert.equal(
      toHex(token.encodeMessage('PSP22::transfer', [BOB, '256', '0xabcd'])),
      `0xdb20f9f5${BOB.slice(2)}${'0001'.padEnd(32, '0')}08abcd`,
    );
  });

  it('takes a short name for the only message that ends in it', () => {
    const args = [BOB, 5, '0x'];
    assert.deepEqual(token.encodeMessage('transfer', args), token.encodeMessage('PSP22::transfer', args));
  });

  it('lists what there is when a name is unknown', () => {
    rejects(
      () => flipper.encodeMessage('flop', []),
      /^flipper\.flop: there is no such message; there are flip, .*, get$/,
    );
    rejects(() => flipper.encodeConstructor('get', []), /there is no such constructor; there are new, default$/);
  });

  it('refuses an argument that it could only encode by guessing', () => {
    const to = BOB;
    for (const value of ['abc', '-1', '1e3', '1,000', '', `${2n ** 128n}`, 1.5, true, null, ['1']]) {
      rejects(
        () => token.encodeMessage('transfer', [to, value, '0x']),
        /^test_psp22\.PSP22::transfer\(value\): expected/,
      );
    }
    for (const value of ['false', 0, null]) rejects(() => flipper.encodeConstructor('new', [value]), /expected bool/);
    rejects(() => token.encodeMessage('transfer', [to, 1, 'text']), /\(data\): expected Bytes, got "text"/);
    rejects(() => token.encodeMessage('transfer', ['0x11', 1, '0x']), /\(to\): expected AccountId/);
    rejects(() => token.encodeMessage('transfer', [to]), /takes \(to: AccountId, value: Balance, data: Bytes\), got 1/);
  });

  it('takes account ids in SS58 and refuses a wrong checksum', () => {
    const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
    const publicKey = 'd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
    assert.equal(toHex(token.encodeMessage('balance_of', [alice])), `0x6568382f${publicKey}`);
    rejects(() => token.encodeMessage('balance_of', [alice.replace('Q', 'R')]), /expected AccountId/);
  });

  it('names the innermost error of an output', () => {
    const outputs = [
      [0, 0],
      [0, 1, 1],
      [0, 1, 0, 8, 65, 66],
      [1, 1],
    ];
    assert.deepEqual(
      outputs.map((bytes) => token.decodeOutput('transfer', Uint8Array.from(bytes))),
      [
        { value: { Ok: { Ok: null } }, error: undefined },
        { value: { Ok: { Err: 'InsufficientBalance' } }, error: 'InsufficientBalance' },
        { value: { Ok: { Err: { Custom: 'AB' } } }, error: 'Custom' },
        { value: { Err: 'CouldNotReadInput' }, error: 'CouldNotReadInput' },
      ],
    );
  });

  it('reads what ink! says for a constructor that cannot fail', () => {
    for (const bytes of [[0], [0, 0]]) {
      const output = flipper.decodeConstructorOutput('new', Uint8Array.from(bytes));
      assert.deepEqual(output, { value: { Ok: null }, error: undefined });
    }
    rejects(() => flipper.decodeConstructorOutput('new', Uint8Array.of(0, 1)), /output is not a Result/);
  });

  it('refuses outputs with bytes missing, left over or out of range', () => {
    for (const bytes of [[], [0], [0, 0, 0], [9, 9], [0, 1, 200]]) {
      rejects(() => token.decodeOutput('transfer', Uint8Array.from(bytes)), /^test_psp22\.PSP22::transfer: /);
    }
    rejects(() => token.decodeOutput('total_supply', Uint8Array.of(0, 1)), /output is not a Result<u128/);
  });

  it('says nothing about events that the metadata does not describe', () => {
    assert.equal(token.decodeEvent({ topics: [], data: new Uint8Array(0) }), undefined);
    assert.equal(token.decodeEvent({ topics: [new Uint8Array(32)], data: new Uint8Array(0) }), undefined);
  });
});
