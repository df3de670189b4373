// AssemblyScript to WebAssembly. Its sources end in `.as` here, so that nothing takes them for TypeScript; the compiler knows
// them as `.ts`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed } from './build-failed.mjs';
import { finishModule } from './finish-module.mjs';

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

/**
 * @param toolchain Folder whose `node_modules` has the compilers.
 * @param files of the case, by name @param sdk as `readAssemblyscriptSdk` reads it
 * @param onMessages is told warnings
 */
export async function compileAssemblyscript(toolchain, id, files, sdk, { onMessages = () => {} } = {}) {
  const { default: asc } = await import(pathToFileURL(join(toolchain, 'node_modules/assemblyscript/dist/asc.js')).href);
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
  // Optimising once more made it no smaller: nothing that anyone could do something about.
  const messages = stderr
    .toString()
    .replaceAll(/\.ts(?=\(|' not found)/g, '.as')
    .replaceAll('Last converge was suboptimal.\n', '');
  if (error !== null) throw new BuildFailed(messages.trim() || error.message);
  onMessages(messages);
  return finishModule(toolchain, module);
}
