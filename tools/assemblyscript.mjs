// AssemblyScript to WebAssembly. Its sources end in `.as` here, so that nothing takes them for TypeScript; the compiler knows
// them as `.ts`.
import { join } from 'node:path';
import { BuildFailed, contractsRoot, readTexts } from './contract-files.mjs';
import { finish, toolchainRoot } from './contract-toolchain.mjs';

export const assemblyscriptFlags = [
  '--runtime',
  'stub',
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--initialMemory',
  '1',
  '--use',
  'abort=',
  '--disable',
  'mutable-globals',
  '--disable',
  'nontrapping-f2i',
];

export function readAssemblyscriptSdk() {
  return readTexts(join(contractsRoot, 'sdk/assemblyscript'), /\.as$/);
}

/** @param files of the case, by name @param sdk as `readAssemblyscriptSdk` reads it */
export async function compileAssemblyscript(id, files, sdk) {
  const { default: asc } = await import(join(toolchainRoot, 'node_modules/assemblyscript/dist/asc.js'));
  const sources = new Map([
    ...Object.entries(files).map(([name, text]) => [`${id}/${name}`, text]),
    ...Object.entries(sdk).map(([name, text]) => [`sdk/assemblyscript/${name}`, text]),
  ]);
  let module;
  const { error, stderr } = await asc.main([`${id}/${id}.ts`, '--outFile', 'contract.wasm', ...assemblyscriptFlags], {
    readFile: (name) => sources.get(name.replace(/\.ts$/, '.as')) ?? null,
    writeFile: (_name, content) => {
      module = content;
    },
    listFiles: () => [],
  });
  const messages = stderr.toString().replaceAll('.ts(', '.as(');
  if (error !== null) throw new BuildFailed(messages.trim() || error.message);
  process.stderr.write(messages);
  return finish(module);
}
