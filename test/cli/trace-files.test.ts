import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseTraceFile } from '../../harness/divergence/trace-file.ts';
import { trimeter } from './capture.ts';
import { done, inFolderOfItsOwn, refused } from './folder-of-its-own.ts';

const script = { case: 'erc20', steps: [{ method: 'mint', args: ['bob', '5'], caller: 'deployer' }] };

describe('trimeter trace', function () {
  this.timeout(30_000);
  inFolderOfItsOwn();
  beforeEach(() => writeFileSync('calls.json', JSON.stringify(script)));

  it('writes what calls come to on a machine, and finds traces of machines that agree equal', async () => {
    const output = done(await trimeter('trace', 'calls.json', '-o', 'a.json', '--every', '500'));
    assert.match(output, /^erc20 on wasm, a commitment every 500 gas\n\ncall +ended +chain +gas +commitments\n/);
    assert.match(output, /^the deployment +success +[0-9a-f]{16} +7647 +9$/m);
    assert.match(output, /^mint\("bob", "5"\) by deployer +success +[0-9a-f]{16} +5858 +8$/m);
    done(await trimeter('trace', 'calls.json', '-o', 'b.json', '--every', '500', '--on', 'reference'));
    const same = done(await trimeter('trace', '--diff', 'a.json', 'b.json'));
    assert.equal(same, '2 steps and 17 commitments are equal; 1 hash of each looked at\n');
    const json = JSON.parse(done(await trimeter('trace', '--diff', 'a.json', 'b.json', '--json')));
    assert.deepEqual(json, {
      files: ['a.json', 'b.json'],
      machines: ['wasm', 'reference'],
      calls: 2,
      commitments: 17,
      hashes: 1,
    });
    const alone = done(await trimeter('trace', 'calls.json', '-o', '-', '--every', '500'));
    assert.deepEqual(parseTraceFile(alone), parseTraceFile(readFileSync('a.json', 'utf8')));
  });

  it('ends in 1 where two traces part, and says in which interval', async () => {
    done(await trimeter('trace', 'calls.json', '-o', 'a.json', '--every', '500'));
    const other = { ...script, steps: [{ ...script.steps[0], caller: 'alice' }] };
    writeFileSync('other.json', JSON.stringify(other));
    done(await trimeter('trace', 'other.json', '-o', 'b.json', '--every', '500'));
    const [a, b] = ['a.json', 'b.json'].map((path) => JSON.parse(readFileSync(path, 'utf8')));
    // What a machine would have come to that takes one caller for another.
    writeFileSync('c.json', JSON.stringify({ ...b, machine: 'reference', sequence: a.sequence }));
    const { exitCode, output } = await trimeter('trace', '--diff', 'a.json', 'c.json');
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /^the traces part in call 1, mint\("bob", "5"\) by deployer, between its beginning and commitment 0\n\n +wasm +reference\n(?:.*\n)*events +[0-9a-f]{16} +[0-9a-f]{16}\n\n\d hashes of each looked at\n$/,
    );
    const json = await trimeter('trace', '--diff', 'a.json', 'c.json', '--json');
    assert.equal(json.exitCode, 1);
    assert.equal(JSON.parse(json.output).divergence.call, 1);
  });

  it('refuses in one line what it cannot trace or compare', async () => {
    refused(await trimeter('trace'), /takes one file of calls/);
    refused(await trimeter('trace', 'none.json'), /none\.json/);
    refused(await trimeter('trace', 'calls.json', '--on', 'evm'), /runs on wasm, .* only$/);
    refused(await trimeter('trace', 'calls.json', '--on', 'wasm,reference'), /trace runs on one machine/);
    refused(await trimeter('trace', 'calls.json', '--every', '0'), /--every must be/);
    refused(await trimeter('trace', '--diff', 'calls.json'), /takes two trace files/);
    refused(
      await trimeter('trace', '--diff', 'calls.json', 'calls.json'),
      /calls\.json: file: the field "format" is missing$/,
    );
    refused(await trimeter('trace', '--diff', 'a', 'b', '--on', 'wasm'), /--diff takes no --on$/);
    writeFileSync('nameless.json', JSON.stringify({ steps: script.steps }));
    refused(await trimeter('trace', 'nameless.json'), /does not say which contract/);
    writeFileSync('long.json', JSON.stringify({ case: 'fibonacci', steps: [{ method: 'fib', args: ['1'] }] }));
    done(await trimeter('trace', 'calls.json', '-o', 'a.json'));
    done(await trimeter('trace', 'calls.json', '-o', 'b.json', '--every', '500'));
    refused(
      await trimeter('trace', '--diff', 'a.json', 'b.json'),
      /b\.json: every: the two traces are not of the same/,
    );
  });
});
