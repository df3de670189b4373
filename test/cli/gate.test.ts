import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { writeConfig, writeCounter } from '../gate/counter-contract.ts';
import { capture, trimeter, trimeterOn } from './capture.ts';
import { done, inFolderOfItsOwn, refused } from './folder-of-its-own.ts';

const lockText = () => readFileSync('trimeter.lock.json', 'utf8');

describe('trimeter gate in a fresh repository', () => {
  inFolderOfItsOwn();
  beforeEach(async () => {
    await writeCounter('.');
    writeConfig('.');
  });

  it('says that there is no lock and how to write one, and ends in 2', async () => {
    const { exitCode, output } = await trimeter('gate');
    assert.equal(exitCode, 2);
    assert.match(output, /there is no trimeter\.lock\.json: --update writes it\nnothing was compared\n$/);
    assert.equal(existsSync('trimeter.lock.json'), false);
  });

  it('goes green, red with the method and its delta after a change that costs 1 gas, and amber within tolerance', async () => {
    assert.equal(
      done(await trimeter('gate', '--update')),
      'counter: new, 5 calls in 1 sequence\n\nwriting trimeter.lock.json\n',
    );
    const first = lockText();
    const green = await trimeter('gate');
    assert.match(done(green), /^5 calls of 1 contract as in trimeter\.lock\.json\n$/m);
    await writeCounter('.', { idle: 1 });
    const red = await trimeter('gate');
    assert.equal(red.exitCode, 1);
    assert.match(red.output, /^counter +add +flat-v2 +1090 +1091 +\+1 \(\+0\.091%\) {2}2 of 2 {2}FAIL$/m);
    assert.match(red.output, /^1 of 1 contract not as in trimeter\.lock\.json\n$/m);
    assert.equal(lockText(), first);
    writeConfig('.', { tolerance: { add: '+1' } });
    const amber = await trimeter('gate');
    assert.match(done(amber), /^counter +add +flat-v2 .* warning$/m);
    assert.match(amber.output, /^5 calls of 1 contract within tolerance of trimeter\.lock\.json\n$/m);
    assert.equal((await trimeter('gate', '--tolerance', 'exact')).exitCode, 1);
  });

  it('fails for behaviour that changed, whatever the tolerance, and says which call came to what', async () => {
    done(await trimeter('gate', '--update'));
    await writeCounter('.', { by: 2 });
    const { exitCode, output } = await trimeter('gate', '--tolerance', 'any');
    assert.equal(exitCode, 1);
    assert.match(
      output,
      /^counter add: state or event data was [0-9a-f]{16}, is [0-9a-f]{16}; so is the state of 1 call after it\n {2}add\(\) by alice \(calls, call 1\)$/m,
    );
    assert.match(
      output,
      /^counter get: result was 2, is 4; so is the state of 1 call after it\n {2}get\(\) by alice \(calls, call 3\)$/m,
    );
  });

  it('shows what an update changes before it writes it, and no more than that changes', async () => {
    done(await trimeter('gate', '--update'));
    const before = lockText().split('\n');
    await writeCounter('.', { idle: 3 });
    assert.match(
      done(await trimeter('gate', '--update')),
      /^counter +add +flat-v2 .*\+3 \(.*\n(?:.*\n)*\nwriting trimeter\.lock\.json\n$/m,
    );
    const after = lockText().split('\n');
    const changed = after.filter((line, at) => line !== before[at]);
    assert.deepEqual(
      changed.map((line) => /"(counter\.wasm|entry": "\w+)"/.exec(line)?.[1]),
      ['counter.wasm', 'entry": "add', 'entry": "add'],
    );
    assert.match(done(await trimeter('gate')), /as in trimeter\.lock\.json/);
    assert.equal(done(await trimeter('gate', '--update')), 'trimeter.lock.json stays as it is\n');
  });

  it('counts gas under all schedules that are wanted, and says which of them the lock lacks', async () => {
    done(await trimeter('gate', '--update', '--schedules', 'flat-v2,stylus-ink-v1'));
    await writeCounter('.', { idle: 1 });
    const both = await trimeter('gate', '--schedules', 'stylus-ink-v1,flat-v2');
    assert.equal(both.exitCode, 1);
    assert.match(both.output, /^counter +add +flat-v2 .* FAIL\ncounter +add +stylus-ink-v1 .*\(<\+0\.001%\).* FAIL$/m);
    await writeCounter('.');
    const other = await trimeter('gate', '--schedules', 'flat-v2,cosmwasm-v2');
    assert.equal(other.exitCode, 2);
    assert.match(other.output, /not compared: counter: gas under stylus-ink-v1, which the lock has, was not counted\n/);
    assert.match(other.output, /not compared: counter: the lock has no gas under cosmwasm-v2\n/);
    assert.match(other.output, /not everything was compared/);
  });

  it('says that a lock is of another version instead of failing by the numbers', async () => {
    done(await trimeter('gate', '--update'));
    const own = lockText();
    writeFileSync('trimeter.lock.json', own.replace('"trimeter": "', '"trimeter": "9'));
    assert.match(
      done(await trimeter('gate')),
      /^since the lock was written, trimeter was 9\S+ and is \S+\n5 calls of 1 contract as in/m,
    );
    await writeCounter('.', { idle: 1 });
    const { exitCode, output } = await trimeter('gate');
    assert.equal(exitCode, 2);
    assert.match(output, /what differs may come of how it was counted/);
    writeFileSync('trimeter.lock.json', own.replace('"version": 1', '"version": 2'));
    refused(await trimeter('gate'), /is of version 2 of the format, this trimeter reads 1/);
  });

  it('never writes over a lock that it cannot read', async () => {
    for (const text of [
      '',
      '{',
      '{"format": "trimeter-lock", "version": 2}',
      '[]',
      `{"format": "trimeter-lock", "format": 1}`,
    ]) {
      writeFileSync('trimeter.lock.json', text);
      refused(await trimeter('gate', '--update'), /^trimeter: trimeter\.lock\.json/);
      assert.equal(lockText(), text);
    }
  });

  it('never writes a lock that holds less than it says', async () => {
    done(await trimeter('gate', '--update'));
    const before = lockText();
    writeConfig('.', { calls: ['examples'] });
    refused(await trimeter('gate', '--update'), /counter: there are no calls to hold/);
    writeFileSync('counter.wasm', readFileSync('counter.wasm').subarray(0, 40));
    writeConfig('.');
    assert.equal((await trimeter('gate', '--update')).exitCode, 2);
    assert.equal(lockText(), before);
  });

  it('does not pass where it compared nothing, or not all, and says why', async () => {
    done(await trimeter('gate', '--update'));
    writeConfig('.', { calls: ['examples'] });
    const none = await trimeter('gate');
    assert.equal(none.exitCode, 2);
    assert.match(none.output, /not compared: counter: there are no calls to hold/);
    writeConfig('.', { calls: ['calls.json', 'more.json'] });
    writeFileSync('more.json', '{"steps": [{"method": "add", "args": []}]}');
    const more = await trimeter('gate');
    assert.equal(more.exitCode, 2);
    assert.match(more.output, /not compared: counter: more is not in the lock\n/);
    writeConfig('.');
    writeFileSync('calls.json', '{"steps": [{"method": "add", "args": []}, {"method": "get", "args": []}]}');
    const other = await trimeter('gate');
    assert.equal(other.exitCode, 2);
    assert.match(other.output, /calls: its calls are others than the lock's from call 2 on\n/);
    writeFileSync('trimeter.json', '{"contracts": []}');
    refused(await trimeter('gate'), /names no contract, so that nothing would be held/);
    refused(await trimeter('gate', '--config', 'none.json'), /none\.json: no such file/);
    writeFileSync('trimeter.json', JSON.stringify({ contracts: [{ contract: 'noop' }] }));
    const gone = await trimeter('gate');
    assert.equal(gone.exitCode, 2);
    assert.match(gone.output, /not compared: the lock is about counter too, which was not run\n/);
  });

  it('writes every format, and in each says what was not compared', async () => {
    const all = ['--json', 'r.json', '--junit', 'r.xml', '--sarif', 'r.sarif', '--markdown', 'r.md', '--github'];
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    process.env['GITHUB_STEP_SUMMARY'] = 'summary.md';
    try {
      const { exitCode, output } = await trimeter('gate', ...all);
      assert.equal(exitCode, 2);
      assert.match(
        output,
        /^::error file=trimeter\.lock\.json,title=trimeter gate%3A not-compared::not compared: there is no/m,
      );
    } finally {
      if (summary === undefined) delete process.env['GITHUB_STEP_SUMMARY'];
      else process.env['GITHUB_STEP_SUMMARY'] = summary;
    }
    assert.equal(JSON.parse(readFileSync('r.json', 'utf8')).verdict, 'not-compared');
    assert.match(readFileSync('r.xml', 'utf8'), /errors="1">[\s\S]*<error type="not-compared"/);
    const { results, invocations } = JSON.parse(readFileSync('r.sarif', 'utf8')).runs[0];
    assert.deepEqual([results[0].level, invocations[0].executionSuccessful], ['error', false]);
    assert.match(readFileSync('r.md', 'utf8'), /\*\*nothing was compared\.\*\*/);
    assert.equal(readFileSync('summary.md', 'utf8'), `${readFileSync('r.md', 'utf8')}\n`);
  });

  it('shows an error as an annotation where annotations are asked for', async () => {
    writeFileSync('trimeter.lock.json', '{');
    const { exitCode, errors } = await trimeter('gate', '--github');
    assert.equal(exitCode, 2);
    assert.match(errors, /^::error title=trimeter::trimeter\.lock\.json: is not valid JSON \(line 1\)$/m);
  });

  it('fits 80 columns, with and without colour', async () => {
    done(await trimeter('gate', '--update'));
    await writeCounter('.', { idle: 1 });
    const plain = await trimeterOn(capture({ columns: 80 }), 'gate');
    for (const line of plain.output.split('\n')) assert.ok(line.length <= 80, line);
    const coloured = await trimeterOn(capture({ columns: 80, hasColour: true }), 'gate');
    assert.ok(coloured.output.includes('\u001b[31mFAIL\u001b[0m\n'));
    assert.equal(stripVTControlCharacters(coloured.output), plain.output);
  });

  it('refuses options that make no sense together, in one line', async () => {
    refused(await trimeter('gate', '--update', '--shard', '1/2'), /--shard holds a part/);
    refused(await trimeter('gate', '--update', '--junit', 'x.xml'), /--update compares nothing, so that --junit/);
    refused(await trimeter('gate', '--config', 'trimeter.json', '--abi', 'counter.abi.json'), /--abi/);
    refused(await trimeter('gate', 'elsewhere'), /trimeter\.json has no contract elsewhere/);
    refused(await trimeter('gate', '--tolerance', '2%'), /--tolerance: expected exact/);
    refused(await trimeter('gate', '--shard', '3/2'), /--shard takes i\/n/);
    refused(await trimeter('gate', '--json', './trimeter.lock.json'), /each need a place of their own/);
    writeConfig('.', { tolerance: { subtract: '+1' } });
    done(await trimeter('gate', 'counter.wasm', '--update'));
    refused(await trimeter('gate'), /counter: tolerance: no call is of subtract; there are/);
  });

  it('takes a contract by its name alone, with a script', async () => {
    const named = ['gate', './counter.wasm', '--abi', 'counter.abi.json', '--script', 'calls.json'];
    done(await trimeter(...named, '--update'));
    assert.match(done(await trimeter(...named)), /^5 calls of 1 contract as in/m);
  });
});

describe('trimeter gate --draw', () => {
  inFolderOfItsOwn();

  it('writes down random calls that a gate then holds, the same from the same seed, and over nothing', async () => {
    await writeCounter('.');
    const counter = ['gate', 'counter.wasm', '--abi', 'counter.abi.json'];
    assert.equal(
      done(await trimeter(...counter, '--draw', 'drawn.json', '--calls', '9')),
      'drawn.json: 9 calls of counter\n',
    );
    done(await trimeter(...counter, '--draw', 'again.json', '--calls', '9', '--seed', '1'));
    assert.equal(readFileSync('again.json', 'utf8'), readFileSync('drawn.json', 'utf8'));
    refused(await trimeter(...counter, '--draw', 'drawn.json'), /is there already/);
    refused(await trimeter(...counter, '--calls', '9'), /go with --draw/);
    const none = await trimeter(...counter, '--update');
    assert.equal(none.exitCode, 2);
    assert.match(none.errors, /counter: there are no calls to hold/);
    done(await trimeter(...counter, '--script', 'drawn.json', '--update'));
    assert.match(done(await trimeter(...counter, '--script', 'drawn.json')), /^10 calls of 1 contract as in/m);
  });
});

describe('a gate that is dealt out', () => {
  inFolderOfItsOwn();

  it('is joined to the bytes that it has in one piece, whatever the order of the parts', async () => {
    const config = {
      contracts: [{ contract: 'storage', tolerance: '+1' }, { contract: 'triangle' }, { contract: 'auth-gate' }],
    };
    writeFileSync('trimeter.json', JSON.stringify({ schedules: ['flat-v2'], ...config }));
    done(await trimeter('gate', '--update'));
    const worse = lockText()
      .replaceAll(
        /"entry": "write",(.*)"flat-v2": "(\d+)"/g,
        (_, rest, gas) => `"entry": "write",${rest}"flat-v2": "${Number(gas) - 1}"`,
      )
      .replace(/"result": "\d+"/, '"result": "0"');
    writeFileSync('trimeter.lock.json', worse);
    const whole = await trimeter('gate', '--json', 'whole.json', '--junit', 'whole.xml');
    assert.equal(whole.exitCode, 1);
    for (const part of [1, 2, 3]) await trimeter('gate', '--shard', `${part}/3`, `--json=${part}.json`);
    for (const order of [
      ['1.json', '2.json', '3.json'],
      ['3.json', '1.json', '2.json'],
    ]) {
      const merged = await trimeter('merge', ...order, '--json=merged.json', '--junit', 'merged.xml');
      assert.deepEqual([merged.exitCode, merged.output], [1, whole.output]);
      for (const ending of ['json', 'xml']) {
        assert.equal(readFileSync(`merged.${ending}`, 'utf8'), readFileSync(`whole.${ending}`, 'utf8'));
      }
    }
    refused(await trimeter('merge', '1.json', '3.json'), /parts: of 3 there is no part 2/);
    refused(await trimeter('merge', '1.json', '2.json', '3.json', '2.json'), /parts: part 2 of 3 is there twice/);
    refused(await trimeter('merge', 'whole.json'), /which is no part/);
    writeFileSync('2.json', readFileSync('2.json', 'utf8').replace(/"lockSha256": "./, '"lockSha256": "0'));
    assert.equal((await trimeter('merge', '1.json', '2.json', '3.json')).exitCode, 2);
  });

  it('says of a part in which there is nothing that it compared nothing', async () => {
    writeFileSync('trimeter.json', JSON.stringify({ contracts: [{ contract: 'noop' }], schedules: ['flat-v2'] }));
    done(await trimeter('gate', '--update'));
    const { exitCode, output } = await trimeter('gate', '--shard', '2/2');
    assert.equal(exitCode, 2);
    assert.match(output, /shard 2 of 2 is empty: there is 1 sequence/);
  });
});

describe('a check that is dealt out', () => {
  inFolderOfItsOwn();

  it('is joined to what it is in one piece, and only with its own parts', async () => {
    const all = ['check', 'noop', 'triangle', 'storage', '--on', 'wasm,reference', '--calls', '20', '--seed', '5'];
    const whole = await trimeter(...all, '--json', 'whole.json', '--sarif', 'whole.sarif');
    for (const part of [1, 2]) done(await trimeter(...all, '--shard', `${part}/2`, `--json=${part}.json`));
    const merged = await trimeter('merge', '2.json', '1.json', '--json', 'merged.json', '--sarif', 'merged.sarif');
    assert.equal(done(merged), done(whole));
    assert.equal(readFileSync('merged.json', 'utf8'), readFileSync('whole.json', 'utf8'));
    assert.equal(readFileSync('merged.sarif', 'utf8'), readFileSync('whole.sarif', 'utf8'));
    refused(await trimeter(...all, '--shard', '4/4'), /--shard 4\/4 is empty: there are 3 contracts/);
    done(await trimeter(...all.slice(0, -1), '6', '--shard', '1/2', '--json', 'other.json'));
    refused(await trimeter('merge', 'other.json', '2.json'), /part 2: has another seed than part 1/);
    done(await trimeter('gate', 'noop', '--schedules', 'flat-v2', '--update'));
    await trimeter('gate', 'noop', '--schedules', 'flat-v2', '--shard', '1/1', '--json', 'gate.json');
    refused(await trimeter('merge', 'gate.json', '2.json'), /is a result of another command/);
  });
});
