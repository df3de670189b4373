import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFile } from '../../cli/write-file.ts';
import { readInput } from '../../contracts/read-input.ts';

describe('files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-files-'));
  after(() => rmSync(directory, { recursive: true }));
  const at = (name: string) => join(directory, name);

  it('are written whole, over what was there, and leave nothing beside them', () => {
    mkdirSync(at('written'));
    writeFile(at('written/report.json'), 'first');
    writeFile(at('written/report.json'), 'second');
    assert.equal(readFileSync(at('written/report.json'), 'utf8'), 'second');
    assert.deepEqual(readdirSync(at('written')), ['report.json']);
  });

  it('are left as they were when the writing fails', () => {
    mkdirSync(at('kept'));
    mkdirSync(at('kept/report.json'));
    assert.throws(() => writeFile(at('kept/report.json'), 'new'), /is a directory/);
    assert.throws(() => writeFile(at('none/report.json'), 'new'), /its directory does not exist/);
    const tooLong = `${'x'.repeat(300)}.json`;
    assert.throws(() => writeFile(at(`kept/${tooLong}`), 'new'), /cannot be written \(ENAMETOOLONG\)/);
    assert.deepEqual(readdirSync(at('kept')), ['report.json']);
  });

  it('are read only if they are files, are there, and are not too large', () => {
    writeFileSync(at('input'), 'four');
    symlinkSync(at('loop'), at('loop'));
    assert.equal(new TextDecoder().decode(readInput(at('input'), 4)), 'four');
    assert.throws(() => readInput(at('input'), 3), /input: is 4 bytes, at most 3 are read/);
    assert.throws(() => readInput(at('missing'), 9), /missing: no such file/);
    assert.throws(() => readInput(directory, 9), /is a directory, expected a file/);
    assert.throws(() => readInput('/dev/null', 9), /is not a regular file/);
    assert.throws(() => readInput(at('loop'), 9), /cannot be read \(ELOOP\)/);
  });
});
