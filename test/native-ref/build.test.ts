import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Builds, buildContract, buildHost, openBuilds } from '../../native-ref/build.ts';
import { findCompiler } from '../../native-ref/compiler.ts';
import { nativeBackendOrSkip } from './native-machine.ts';

describe('native builds', () => {
  let scratch: string;
  let sourceFile: string;
  let header: string;
  let builds: Builds;
  let hostFile: string;

  before(async function () {
    await nativeBackendOrSkip(this);
    const compiler = await findCompiler();
    hostFile = await buildHost(await openBuilds(compiler));
  });

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'trimeter-native-test-'));
    builds = await openBuilds(await findCompiler(), join(scratch, 'build'));
    sourceFile = join(scratch, 'answer.cpp');
    header = join(scratch, 'answer.hpp');
    await writeFile(sourceFile, '#include "answer.hpp"\n');
    await writeFile(header, 'int answer() { return 1; }\n');
  });

  afterEach(() => rm(scratch, { recursive: true }));

  const build = (): Promise<string> => buildContract(builds, hostFile, 'the answer', sourceFile);

  it('are named after the contract and a hash of all that went in', async () => {
    assert.match(basename(await build()), /^the_answer-[0-9a-f]{32}\.so$/);
  });

  it('are made once for one source, by whoever comes first', async () => {
    const files = await Promise.all([build(), build(), build()]);
    assert.deepEqual(new Set(files).size, 1);
    assert.deepEqual(await readdir(builds.directory), [basename(files[0] as string)]);
  });

  it('are made anew when a header file changes', async () => {
    const before = await build();
    await writeFile(header, 'int answer() { return 2; }\n');
    assert.notEqual(await build(), before);
  });

  it('are made anew for other flags and for another host', async () => {
    const before = await build();
    const command = builds.compiler.description.startsWith('g++') ? 'g++' : 'clang++';
    const defining = await findCompiler([`${command} -DOTHER`]);
    assert.match(defining.description, / -DOTHER -O3 /);
    assert.notEqual(await buildContract({ ...builds, compiler: defining }, hostFile, 'the answer', sourceFile), before);
    const otherHost = join(scratch, 'host-other.node');
    await copyFile(hostFile, otherHost);
    assert.notEqual(await buildContract(builds, otherHost, 'the answer', sourceFile), before);
  });

  it('leave nothing behind when they fail', async () => {
    await writeFile(header, '#error broken\n');
    await assert.rejects(build(), /broken/);
    await writeFile(header, 'this is no C++\n');
    await assert.rejects(build());
    assert.deepEqual(await readdir(builds.directory), []);
  });
});
