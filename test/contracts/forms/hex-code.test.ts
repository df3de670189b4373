import assert from 'node:assert/strict';
import { creationCodeOf, looksDeployed, parseHexCode } from '../../../contracts/forms/hex-code.ts';
import { readBundledCase } from '../../../contracts/read-case.ts';
import { toHex } from '../../../engine/bytes.ts';
import { createEvmBackend } from '../../../evm-baseline/evm-backend.ts';

describe('EVM code in hex', () => {
  const rejected: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /^f: holds no code, expected hex digits$/],
    ['0x alone', '0x', /^f: holds no code/],
    ['half a byte', '0x600', /^f: expected hex digits, two per byte$/],
    ['other letters', '60zz', /^f: expected hex digits, two per byte$/],
    ['a space inside', '60 00', /^f: expected hex digits, two per byte$/],
    [
      'a placeholder of today',
      `73__$${'ab'.repeat(17)}$__63`,
      /^f: is not linked: it has the placeholder __\$(?:ab){17}\$__ in/,
    ],
    [
      'a placeholder of solc 0.4',
      `73__Math${'_'.repeat(34)}63`,
      /^f: is not linked: it has the placeholder __Math_+ in/,
    ],
  ];
  for (const [what, text, message] of rejected) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseHexCode(text, 'f'), { name: 'InputRejected', message });
    });
  }

  it('is read with and without 0x, in both cases, and with a line end', () => {
    for (const text of ['600aFF', '0x600aff', '600AFF\n']) assert.equal(toHex(parseHexCode(text, 'f')), '0x600aff');
  });

  it('as it lies on a chain is told from what puts it there, and is deployed as it is', async () => {
    const { evmInitcode } = await readBundledCase('noop');
    assert.equal(looksDeployed(evmInitcode), false);
    // solc ends its creation code with RETURN and INVALID.
    const at = evmInitcode.findIndex((byte, i) => byte === 0xf3 && evmInitcode[i + 1] === 0xfe);
    const runtime = evmInitcode.subarray(at + 2);
    assert.equal(looksDeployed(runtime), true);

    const backend = await createEvmBackend();
    const deployed = async (initcode: Uint8Array) => {
      const world = await backend.createWorld();
      const program = await backend.prepare({ name: 'code', evm: { initcode } });
      const { outcome } = await world.deploy(program, { deployer: new Uint8Array(20).fill(1) });
      assert.equal(outcome.status, 'success');
      return world.stateDigest();
    };
    assert.equal(await deployed(creationCodeOf(runtime)), await deployed(evmInitcode));
    assert.equal(looksDeployed(creationCodeOf(runtime)), false);
  });
});
