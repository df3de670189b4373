import assert from 'node:assert/strict';
import { AskedChild, askOnce } from '../../processes/asked-child.ts';
import { ChildLost, maxErrorText } from '../../processes/child-process.ts';
import { fromMessageText, maxMessageBytes, toMessageText } from '../../processes/message-text.ts';

/** Calls `answer` with each request, and writes what that returns. */
const ANSWERING = `
  const read = require('node:readline').createInterface({ input: process.stdin });
  read.on('line', (line) => process.stdout.write(answer(JSON.parse(line)) + '\\n'));
`;
const ECHO = `${ANSWERING} const answer = (request) => JSON.stringify({ result: request });`;

function child(script: string, deadlineMs?: number): AskedChild {
  return new AskedChild({ what: 'the child', binary: process.execPath, args: ['-e', script] }, deadlineMs);
}

async function lostOf(asked: Promise<unknown>): Promise<ChildLost> {
  const error = await asked.then(
    () => assert.fail('answered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ChildLost, String(error));
  assert.equal(error.code, 'machine-lost');
  assert.equal(error.name, 'EngineError');
  return error;
}

describe('a child that answers requests', () => {
  const values: readonly unknown[] = [
    (1n << 256n) - 1n,
    -1n,
    Uint8Array.from({ length: 256 }, (_, at) => at),
    new Uint8Array(0),
    new Uint8Array([9, 1, 2, 9]).subarray(1, 3),
    { deep: [{ bytes: Uint8Array.of(1), wei: 0n }], text: 'a line\nand "another" ∞' },
    null,
    false,
  ];

  it('is sent bytes and big integers, and sends them back, exactly', async () => {
    const asked = child(ECHO);
    for (const value of values) assert.deepEqual(await asked.ask(value), value);
    await asked.end();
  });

  it('has Buffers for bytes', () => {
    assert.deepEqual(fromMessageText(toMessageText({ a: Buffer.from('abc') })), { a: Uint8Array.of(97, 98, 99) });
  });

  it('answers in order, whatever is asked before the first answer', async () => {
    const asked = child(ECHO);
    assert.deepEqual(await Promise.all([1, 2, 3].map((number) => asked.ask(number))), [1, 2, 3]);
    await asked.end();
  });

  it('takes a request of the largest size and none that is larger, and goes on', async () => {
    const asked = child(`${ANSWERING} const answer = (request) => JSON.stringify({ result: request.length });`);
    const largest = 'x'.repeat(maxMessageBytes - 2);
    assert.equal(await asked.ask(largest), largest.length);
    await assert.rejects(asked.ask(`${largest}x`), { code: 'bad-argument', message: /at most 67108864 bytes/ });
    assert.equal(await asked.ask('still there'), 11);
    await asked.end();
  }).timeout(60_000);

  it('may answer with the largest size, and is ended when it says more', async () => {
    const asked = child(`
      ${ANSWERING}
      const frame = JSON.stringify({ result: '' }).length;
      const answer = (extra) => JSON.stringify({ result: 'x'.repeat(${maxMessageBytes} - frame + extra) });
    `);
    assert.ok(((await asked.ask(0)) as string).length > maxMessageBytes - 20);
    const lost = await lostOf(asked.ask(1));
    assert.equal(lost.message, `the child wrote a line of more than ${maxMessageBytes} bytes`);
    assert.equal(lost.signal, 'SIGKILL');
  }).timeout(60_000);

  it('tells with what exit code it ended, and what it said last', async () => {
    const asked = child(`
      process.stderr.write('a warning\\n'.repeat(5000) + 'TypeError: broken\\n    at somewhere\\n');
      process.exitCode = 7;
    `);
    const lost = await lostOf(asked.ask('anything'));
    assert.equal(lost.message, 'the child ended with 7: TypeError: broken');
    assert.deepEqual([lost.exitCode, lost.signal], [7, null]);
    assert.equal(lost.errorText.length, maxErrorText);
    assert.match(lost.errorText, /at somewhere\n$/);
  });

  it('tells everybody who waits, and who comes later, by the same error which signal ended it', async () => {
    const asked = child('setInterval(() => {}, 1000);');
    const waiting = [asked.ask(1), asked.ask(2)].map(lostOf);
    process.kill(asked.pid as number, 'SIGTERM');
    const [first, second] = await Promise.all(waiting);
    assert.equal(first?.message, 'the child ended with SIGTERM');
    assert.equal(second, first);
    assert.equal(await lostOf(asked.ask(3)), first);
  });

  for (const [what, text] of [
    ['no JSON', 'hello'],
    ['no object', '17'],
    ['a list', '[]'],
  ] as const) {
    it(`is ended when it writes ${what}`, async () => {
      const lost = await lostOf(child(`${ANSWERING} const answer = () => '${text}';`).ask('anything'));
      assert.equal(lost.message, `the child wrote what is no answer: "${text}"`);
      assert.equal(lost.signal, 'SIGKILL');
    });
  }

  for (const error of ['null', '"x"', '{"name":"Surprise"}']) {
    it(`is ended when it writes an error that is none: ${error}`, async () => {
      const lost = await lostOf(child(`${ANSWERING} const answer = () => '{"error":${error}}';`).ask('anything'));
      assert.equal(lost.message, 'the child wrote an error that is none');
      assert.equal(lost.wasEnded, true);
    });
  }

  it('is gone although something that it has started holds its pipes', async function () {
    if (process.platform === 'win32') this.skip();
    const wrapper = { what: 'the child', binary: '/bin/sh', args: ['-c', 'sleep 30 & exit 3'] };
    const start = performance.now();
    const lost = await lostOf(new AskedChild(wrapper).ask('anything'));
    assert.equal(lost.exitCode, 3);
    assert.ok(performance.now() - start < 20_000);
  });

  it('is ended when it says something that nobody asked', async () => {
    const asked = child(`${ECHO} setTimeout(() => process.stdout.write('{"result":1}\\n'), 10);`);
    for (let tries = 0; tries < 200 && !asked.isLost; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal((await lostOf(asked.ask(1))).message, 'the child answered what nobody asked');
  });

  it('is ended when an answer does not come in time, whose time begins with the answer before it', async () => {
    const slow = `
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        if (line !== '"hang"') setTimeout(() => process.stdout.write('{"result":1}\\n'), 1500);
      });
    `;
    const asked = child(slow, 3000);
    // Together they take longer than any of them may.
    assert.deepEqual(await Promise.all([1, 2, 3].map(() => asked.ask('work'))), [1, 1, 1]);
    assert.equal((await lostOf(asked.ask('hang'))).message, 'the child did not answer within 3 s');
  }).timeout(30_000);

  it('is lost at once where there is no such program', async () => {
    const asked = new AskedChild({ what: 'the child', binary: '/nowhere/program', args: [] });
    assert.match((await lostOf(asked.ask(1))).message, /^the child did not run: .*ENOENT/);
  });

  it('is gone when what was asked once is answered', async () => {
    const command = { what: 'the child', binary: process.execPath, args: ['-e', ECHO], env: { CHILD_TEST: 'x' } };
    assert.deepEqual(await askOnce(command, values), values);
    await lostOf(askOnce({ ...command, args: ['-e', 'process.exit(3)'] }, 1));
  });
});
