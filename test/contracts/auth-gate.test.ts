import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { MethodCallText } from '../../contracts/contract-case.ts';
import { toHex } from '../../engine/bytes.ts';
import { defaultBlock } from '../../engine/context.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

/** https://www.rfc-editor.org/rfc/rfc4231#section-4, but for the truncated one: key, message, HMAC-SHA-256. */
const rfc4231: readonly (readonly [string, string, string])[] = [
  ['0b'.repeat(20), text('Hi There'), 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    text('Jefe'),
    text('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    '0102030405060708090a0b0c0d0e0f10111213141516171819',
    'cd'.repeat(50),
    '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
  ],
  [
    'aa'.repeat(131),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    text(
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
    ),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
];

function text(ascii: string): string {
  return Buffer.from(ascii).toString('hex');
}

const decisions = [
  'allowed',
  'malformed token',
  'bad signature',
  'malformed claims',
  'not yet valid',
  'expired',
  'no such route',
  'role too low',
] as const;
type Decision = (typeof decisions)[number];

/** As in the manifest. */
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const HEADER = '{"alg":"HS256","typ":"JWT"}';
const NOW = Number(defaultBlock.timestamp);

function sign(header: string, payload: string, key: Uint8Array = KEY): string {
  const signed = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const token = (payload: unknown, key?: Uint8Array) => sign(HEADER, JSON.stringify(payload), key);
const claims = { sub: 7, role: 1, exp: NOW + 60 };
const good = token(claims);
const [goodHeader, goodPayload, goodSignature] = good.split('.') as [string, string, string];

const routes: readonly (readonly [number, string, Decision])[] = [
  [0, 'GET /health', 'allowed'],
  [0, 'GET /health?verbose=1', 'allowed'],
  [0, 'GET /health/', 'no such route'],
  [0, 'GET /healt', 'no such route'],
  [0, 'GET  /health', 'no such route'],
  [0, 'get /health', 'no such route'],
  [0, '', 'no such route'],
  [0, 'GET /accounts/7', 'role too low'],
  [1, 'GET /accounts/7', 'allowed'],
  [1, 'GET /accounts/', 'no such route'],
  [1, 'GET /accounts/?', 'no such route'],
  [1, 'GET /accounts/*', 'allowed'],
  [1, 'GET /accounts/7/transfers', 'allowed'],
  [1, 'GET /accounts/7/transfers/1', 'no such route'],
  [1, 'POST /accounts/7/transfers', 'role too low'],
  [2, 'POST /accounts/7/transfers', 'allowed'],
  [2, 'PUT /accounts/7/limits/daily?a=/', 'allowed'],
  [2, 'DELETE /accounts/7', 'role too low'],
  [9, 'DELETE /accounts/7', 'allowed'],
];

const payloads: readonly (readonly [string, Decision])[] = [
  [`{"sub":0,"role":0,"exp":${NOW + 1}}`, 'allowed'],
  [`{"exp":${NOW + 1},"role":0,"iat":5,"sub":1,"iat":6}`, 'allowed'],
  [`{"sub":999999999999999999,"role":0,"exp":${NOW + 1}}`, 'allowed'],
  [`{"sub":0,"role":0,"exp":${NOW}}`, 'expired'],
  [`{"sub":0,"role":0,"exp":${NOW + 9},"nbf":${NOW}}`, 'allowed'],
  [`{"sub":0,"role":0,"exp":${NOW + 9},"nbf":${NOW + 1}}`, 'not yet valid'],
  [`{"sub":0,"role":0,"exp":1,"nbf":${NOW + 1}}`, 'not yet valid'],
  ...[
    '',
    '{}',
    '{"sub":0,"role":0}',
    '{"sub":0,"role":0,"exp":1800000000,"sub":0}',
    '{"sub":0,"role":0,"exp":1800000000',
    '{"sub":0,"role":0,"exp":1800000000}}',
    '{"sub":0,"role":0,"exp":1800000000,}',
    '{"sub":0,"role":0,"exp":01800000000}',
    '{"sub":0,"role":0,"exp":1000000000000000000}',
    '{"sub":0,"role":0,"exp":-1}',
    '{"sub":,"role":0,"exp":1800000000}',
    '{"sub":0, "role":0,"exp":1800000000}',
    '{"sub":0,"role":"0","exp":1800000000}',
    '{"sub":0,"role":0,"exp":1800000000,"abcdefghi":1}',
    '{"sub":0,"role":0,"exp":1800000000,"":1}',
    '{"sub":0,"role":0,"exp":1800000000,"Iat":1}',
    '\0{"sub":0,"role":0,"exp":1800000000}',
  ].map((payload): [string, Decision] => [payload, 'malformed claims']),
];

const tokens: readonly (readonly [string, Decision])[] = [
  [good, 'allowed'],
  [token({ ...claims, abcdefgh: 1 }), 'allowed'],
  ['', 'malformed token'],
  ['.', 'malformed token'],
  [`${goodHeader}.${goodPayload}`, 'malformed token'],
  [`${goodHeader}.${goodPayload}.`, 'malformed token'],
  [`${good}A`, 'malformed token'],
  [good.slice(0, -1), 'malformed token'],
  [`${goodHeader}.${goodPayload}.${goodSignature.slice(0, -1)}=`, 'malformed token'],
  // The last digit of 43 carries two bits that belong to no byte.
  [`${goodHeader}.${goodPayload}.${'A'.repeat(42)}B`, 'malformed token'],
  [`${goodHeader}.${goodPayload}.${'A'.repeat(43)}`, 'bad signature'],
  [`${goodHeader}..${goodSignature}`, 'bad signature'],
  [`${goodHeader}.${goodPayload}A.${goodSignature}`, 'bad signature'],
  [token(claims, new Uint8Array(32)), 'bad signature'],
  [sign('{"typ":"JWT","alg":"HS256"}', JSON.stringify(claims)), 'malformed token'],
  [sign('{"alg":"none"}', JSON.stringify(claims)), 'malformed token'],
];

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  describe(`auth-gate (${createBackend === createWasmBackend ? 'wasm' : 'evm'})`, () => {
    const open = async () => {
      const { subject, call } = await bundledWorld(await createBackend(), 'auth-gate');
      const read = async (text: MethodCallText) => {
        const outcome = await call(text);
        assert(outcome.status !== 'trap');
        return outcome.status === 'success'
          ? decodeOutput(subject.abi, text.method, outcome.output)
          : decodeRevert(subject.abi, outcome.output)?.name;
      };
      const authorize = async (token: string, request: string) => {
        const [decision, who] = (await read({ method: 'authorize', args: [token, request] })) as [string, string];
        return [decisions[Number(decision)], Number(who)];
      };
      return { subject, call, read, authorize };
    };

    it('computes the HMACs of RFC 4231', async () => {
      const { read } = await open();
      for (const [key, message, mac] of rfc4231) {
        const args = [`0x${key}`, `0x${message}`];
        assert.deepEqual(await read({ method: 'hmacSha256', args }), [`0x${mac}`], key);
      }
      for (const bytes of [0, 1, 31, 32, 33, 63, 64, 65]) {
        const key = new Uint8Array(bytes).fill(0xff);
        const mac = createHmac('sha256', key).update(key).digest();
        assert.deepEqual(
          await read({ method: 'hmacSha256', args: [toHex(key), toHex(key)] }),
          [toHex(mac)],
          `${bytes}`,
        );
      }
    });

    it('decodes base64url, and only what an encoder would have written', async () => {
      const { read } = await open();
      const decode = (text: string) => read({ method: 'decodeBase64Url', args: [text] });
      // https://www.rfc-editor.org/rfc/rfc4648#section-10
      for (const [encoded, plain] of [
        ['', ''],
        ['Zg', 'f'],
        ['Zm8', 'fo'],
        ['Zm9v', 'foo'],
        ['Zm9vYg', 'foob'],
        ['Zm9vYmE', 'fooba'],
        ['Zm9vYmFy', 'foobar'],
      ] as const) {
        assert.deepEqual(await decode(encoded), [true, `0x${text(plain)}`], encoded);
      }
      const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      assert.deepEqual(await decode(all), [true, toHex(Buffer.from(all, 'base64url'))]);
      for (const wrong of [
        'Z',
        'Zm9vY',
        'Zh',
        'Zm9',
        'Zg==',
        'Zm+v',
        'Zm/v',
        'Zm 9',
        'Zm9@',
        'Zm9[',
        'Zm9`',
        'Zm9{',
        'Zmé',
      ]) {
        assert.deepEqual(await decode(wrong), [false, '0x'], wrong);
      }
    });

    it('decides by token, claims and route, in this order', async () => {
      const { authorize } = await open();
      for (const [token, decision] of tokens) {
        assert.deepEqual(await authorize(token, 'GET /accounts/7'), [decision, decision === 'allowed' ? 7 : 0], token);
      }
      for (const [payload, decision] of payloads) {
        assert.equal((await authorize(sign(HEADER, payload), 'GET /health'))[0], decision, payload);
      }
      for (const [role, request, decision] of routes) {
        assert.equal((await authorize(token({ ...claims, role }), request))[0], decision, `${role} ${request}`);
      }
    });

    it('takes another key from its owner alone', async () => {
      const { call, read, authorize } = await open();
      const key = new Uint8Array(32).fill(9);
      assert.equal(await read({ method: 'setKey', args: [toHex(key)], caller: 'bob' }), 'OwnableUnauthorizedAccount');
      assert.deepEqual(await authorize(good, 'GET /accounts/7'), ['allowed', 7]);
      const outcome = await call({ method: 'setKey', args: [toHex(key)], caller: 'deployer' });
      assert(outcome.status === 'success' && outcome.events.length === 1);
      assert.deepEqual(await authorize(good, 'GET /accounts/7'), ['bad signature', 0]);
      assert.deepEqual(await authorize(token(claims, key), 'GET /accounts/7'), ['allowed', 7]);
    });

    it('decides on what the manifest has for a benchmark as it should', async () => {
      const { subject, authorize } = await open();
      const found: Record<string, unknown[]> = {};
      for (const { size, calls } of subject.workloads) {
        found[size] = [];
        for (const { args } of calls) found[size].push((await authorize(...(args as [string, string])))[0]);
      }
      assert.deepEqual(found, {
        typical: [
          ...['allowed', 'allowed', 'allowed', 'allowed'],
          ...['expired', 'bad signature', 'role too low', 'no such route'],
        ],
        small: ['allowed'],
        large: ['allowed'],
      });
    });

    it('costs less to refuse than to allow', async () => {
      const { call } = await open();
      const gasOf = async (token: string) =>
        (await call({ method: 'authorize', args: [token, 'GET /accounts/7'] })).gasUsed;
      const [forged, allowed] = [await gasOf(token(claims, new Uint8Array(32))), await gasOf(good)];
      assert(forged > 0n && forged < allowed, `${forged} ${allowed}`);
    });
  });
}
