import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BuildFailed } from './build-failed.mjs';

/** @param toolchain Folder whose `node_modules` has the compilers. */
export async function importTool(toolchain, name) {
  return import(pathToFileURL(createRequire(join(toolchain, 'package.json')).resolve(name)).href);
}

/** What asc makes of its own heap, that is of arrays, strings, maps and objects of managed classes. */
const startFunction =
  'the module has a start function, and contracts have none: do without variables that have to be computed first, and in ' +
  'AssemblyScript without `new` of what is not @unmanaged';

/**
 * One more pass over a contract, then a look at the module: what it may contain is the integer subset of docs/contracts.md. The
 * kernel is taken as clang leaves it, with which its keccak is 2 to 3 % faster.
 */
export async function finishModule(toolchain, bytes, isKernel = false) {
  const { default: binaryen } = await importTool(toolchain, 'binaryen');
  const { SignExt, BulkMemory, BulkMemoryOpt, Multivalue } = binaryen.Features;
  const module = binaryen.readBinary(bytes);
  try {
    module.setFeatures(SignExt | BulkMemory | BulkMemoryOpt | (isKernel ? Multivalue : 0));
    binaryen.setOptimizeLevel(3);
    binaryen.setShrinkLevel(0);
    if (!isKernel) module.optimize();
    module.runPasses(['strip-debug', 'strip-producers', 'strip-target-features']);
    const text = module.emitText();
    const foreign = /\b(f32|f64|v128|externref|memory\.init|data\.drop|table\.\w+)\b/.exec(text);
    if (foreign !== null) throw new BuildFailed(`the module uses ${foreign[0]}, which is outside the integer subset`);
    if (text.includes('(start $')) throw new BuildFailed(startFunction);
    if (module.validate() !== 1) throw new BuildFailed('the optimised module is not valid');
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
