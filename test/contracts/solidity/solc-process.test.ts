import assert from 'node:assert/strict';
import { runSolc } from '../../../contracts/solidity/solc-process.ts';
import { temporaryProject } from './temporary-project.ts';

/** A package in place of solc. */
function solcOf(compile: string, version = '0.8.20+commit.a1b79de6'): { version: string; folder: string } {
  const code = `exports.version = () => ${JSON.stringify(version)}; exports.compile = (input) => { ${compile} };`;
  return { version: '0.8.20', folder: temporaryProject({ 'index.js': code }) };
}

async function rejects(solc: { version: string; folder: string }, message: RegExp, limitMs?: number): Promise<void> {
  await assert.rejects(runSolc(solc, {}, limitMs), { name: 'InputRejected', message });
}

describe('runSolc', () => {
  it('hands input and output through, however long', async () => {
    const long = 'x'.repeat(5_000_000);
    const output = await runSolc(solcOf('return input'), { contracts: long });
    assert.equal(output.contracts, long);
  });

  it('takes compilers of before 0.6 by their older name', async () => {
    const solc = solcOf('throw new Error("takes something else")');
    const folder = temporaryProject({
      'index.js': `module.exports = { ...require(${JSON.stringify(solc.folder)}), compileStandardWrapper: () => '{}' };`,
    });
    assert.deepEqual(await runSolc({ ...solc, folder }, {}), {});
  });

  it('says in one line that a compiler crashed', async () => {
    await rejects(solcOf('throw new TypeError("oops")'), /^solc 0\.8\.20: ended with 1: TypeError: oops$/);
    await rejects(solcOf('process.abort()'), /^solc 0\.8\.20: ended with SIGABRT/);
  });

  it('ends a compiler that does not end', async () => {
    await rejects(solcOf('for (;;);'), /^solc 0\.8\.20: did not end within 0\.5 s, the limit$/, 500);
  });

  it('refuses what is no answer, and another compiler than it should be', async () => {
    await rejects(solcOf('return "no JSON"'), /^solc 0\.8\.20: wrote what is no answer: ".*$/);
    await rejects(
      solcOf('return "{}"', '0.7.5+commit.eb77ed08'),
      /: says it is solc 0\.8\.20, and has 0\.7\.5\+commit\.eb77ed08: remove it$/,
    );
  });
});
