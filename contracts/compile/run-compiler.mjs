// Compiles one contract to WebAssembly. The question is JSON on standard input: `language`, `id`, `files` by name, and the folder
// `toolchain` whose `node_modules` has the compilers. The answer is JSON on standard output: `wasm` in base64 with `messages`, or
// the `errors` of the compiler.
import { readFileSync } from 'node:fs';
import { compileAssemblyscript } from './assemblyscript.mjs';
import { BuildFailed } from './build-failed.mjs';
import { compileCpp } from './cpp.mjs';
import { readAssemblyscriptSdk, readCppSdk } from './source-texts.mjs';

const { language, id, files, toolchain } = JSON.parse(readFileSync(0, 'utf8'));
let messages = '';
const onMessages = (text) => {
  messages += text;
};
const compilers = {
  cpp: () => compileCpp(toolchain, `${id}.cpp`, files, readCppSdk(), { onMessages }),
  assemblyscript: () => compileAssemblyscript(toolchain, id, files, readAssemblyscriptSdk(), { onMessages }),
};
let answer;
try {
  const wasm = await compilers[language]();
  answer = { wasm: Buffer.from(wasm).toString('base64'), messages };
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  answer = { errors: error.message };
}
process.stdout.write(JSON.stringify(answer));
