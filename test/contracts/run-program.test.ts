import { equal, match } from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { runProgram } from '../../contracts/run-program.ts';

const node = (script: string, options: Partial<Parameters<typeof runProgram>[2]> = {}) =>
  runProgram(process.execPath, ['-e', script], { limitMs: 60_000, ...options });

describe('a program that somebody else wrote', () => {
  it('answers on its output, from its input and in its folder', async () => {
    const end = await node('process.stdin.pipe(process.stdout); console.error(process.cwd())', {
      input: 'seven',
      folder: tmpdir(),
    });
    equal(end.failure, undefined);
    equal(end.output, 'seven');
    equal(end.errors.trim(), tmpdir());
  });

  it('says how it ended where it did not end well', async () => {
    equal((await node('process.exit(3)')).failure, 'ended with 3');
    equal((await node('process.kill(process.pid, "SIGTERM")')).failure, 'ended with SIGTERM');
    const missing = await runProgram('trimeter-no-such-program', [], { limitMs: 1000 });
    equal(missing.isMissing, true);
    match(missing.failure ?? '', /^did not run \(spawn trimeter-no-such-program ENOENT\)$/);
  });

  it('is stopped at its limit of time', async () => {
    equal((await node('setInterval(() => {}, 1000)', { limitMs: 300 })).failure, 'did not end within 0.3 s, the limit');
  });

  it('may write as much as its limit and not a byte more', async () => {
    const write = (bytes: number) => node(`process.stdout.write('x'.repeat(${bytes}))`, { mostBytes: 100_000 });
    const atLimit = await write(100_000);
    equal(atLimit.failure, undefined);
    equal(atLimit.output.length, 100_000);
    const over = await write(100_001);
    equal(over.failure, 'wrote more than 100000 bytes, the limit');
    equal(over.output.length <= 100_000, true);
  });

  it('has only the end of its errors kept', async () => {
    const { failure, errors } = await node("process.stderr.write('x'.repeat(200_000) + 'the end')");
    equal(failure, undefined);
    equal(errors.length, 64 << 10);
    match(errors, /the end$/);
  });

  it('may close its input unread', async () => {
    const { failure } = await node('process.stdin.destroy()', { input: 'x'.repeat(1 << 22) });
    equal(failure, undefined);
  });
});
