// C++ to WebAssembly.
import { BuildFailed } from './build-failed.mjs';
import { finishModule, importTool } from './finish-module.mjs';

export const clangFlags = [
  '--target=wasm32',
  '-mcpu=mvp',
  '-msign-ext',
  '-mbulk-memory',
  '-std=c++20',
  '-O3',
  '-ffreestanding',
  '-nostdlibinc',
  '-nostdinc++',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
];
/** The kernel gives 32-byte words back in registers. Guests do without: metering takes one result at most. */
export const kernelFlags = ['-mmultivalue', '-Xclang', '-target-abi', '-Xclang', 'experimental-mv'];
export const linkFlags = ['--no-entry', '--gc-sections', '--strip-all', '--stack-first', '-z', 'stack-size=16384'];

/**
 * @param toolchain Folder whose `node_modules` has the compilers.
 * @param source what is compiled of the files @param files by name @param sdk as `readCppSdk` reads it
 * @param onMessages is told warnings
 */
export async function compileCpp(toolchain, source, files, sdk, { flags = [], onMessages = () => {} } = {}) {
  const { commands, Exit } = await importTool(toolchain, '@yowasp/clang');
  const run = async (command, args, files) => {
    let messages = '';
    const collect = (bytes) => {
      if (bytes !== null) messages += Buffer.from(bytes).toString();
    };
    try {
      const output = await commands[command](args, files, { stdout: collect, stderr: collect, decodeASCII: false });
      onMessages(messages);
      return output;
    } catch (error) {
      if (error instanceof Exit) throw new BuildFailed(messages.trim());
      throw error;
    }
  };
  // Loading the compiler ahead of its first use keeps it from reporting that on the console.
  await commands['clang++'](null, {}, { fetchProgress: () => {} });
  const compiled = await run(
    'clang++',
    [...clangFlags, ...flags, '-Iinclude', '-c', `case/${source}`, '-o', 'contract.o'],
    {
      include: { sdk },
      case: files,
    },
  );
  const linked = await run('wasm-ld', [...linkFlags, 'contract.o', '-o', 'contract.wasm'], {
    'contract.o': compiled['contract.o'],
  });
  return finishModule(toolchain, linked['contract.wasm'], flags === kernelFlags);
}
