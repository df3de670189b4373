// Solidity to EVM bytecode, with the toolchain's solc.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BuildFailed } from '../contracts/compile/build-failed.mjs';
import { readText } from '../contracts/compile/source-texts.mjs';
import { toolchainRequire, toolchainRoot } from './contract-toolchain.mjs';

export const solcSettings = {
  optimizer: { enabled: true, runs: 200 },
  evmVersion: 'prague',
  viaIR: false,
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
};

/**
 * Compiles one contract, whose source is `<contract>.sol`, with what it imports: files beside it, or of the toolchain's packages.
 *
 * @param edit what becomes of a source, by the path that Solidity knows it by
 */
export function compileEvm(directory, contract, edit = (_path, text) => text) {
  const solc = toolchainRequire('solc');
  const file = `${contract}.sol`;
  const readImport = (path) => {
    const local = join(directory, path);
    const source = existsSync(local) ? local : join(toolchainRoot, 'node_modules', path);
    return existsSync(source) ? { contents: edit(path, readText(source)) } : { error: 'no such file' };
  };
  const input = {
    language: 'Solidity',
    sources: { [file]: { content: edit(file, readText(join(directory, file))) } },
    settings: { ...solcSettings, outputSelection: { [file]: { [contract]: ['abi', 'evm.bytecode.object'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  const messagesOf = (isError) =>
    (output.errors ?? [])
      .filter(({ severity }) => (severity === 'error') === isError)
      .filter(({ sourceLocation }) => isError || !sourceLocation?.file.startsWith('@'))
      .map(({ formattedMessage }) => `${formattedMessage.trim()}\n`)
      .join('');
  if (messagesOf(true) !== '') throw new BuildFailed(messagesOf(true).trim());
  process.stderr.write(messagesOf(false));
  const compiled = output.contracts[file][contract];
  if (compiled === undefined) throw new BuildFailed(`${file}: has no contract ${contract}`);
  return { abi: compiled.abi, initcode: compiled.evm.bytecode.object };
}
