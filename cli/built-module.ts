import { InputRejected } from '../contracts/input-rejected.ts';
import { moduleInterfaceOf } from '../engine/abi/module-interface-of.ts';
import { stylusAbi } from '../engine/abi/stylus/stylus-abi.ts';
import { checkIsStylus } from '../harness/subjects/ecosystems.ts';
import { checkInterface } from '../metering/format/check-interface.ts';
import { decodeModule } from '../metering/format/decode.ts';
import { defaultLimits } from '../metering/format/limits.ts';
import { ModuleRejected } from '../metering/format/module-rejected.ts';
import { validateModule } from '../metering/format/validate.ts';

/**
 * What rustc calls a feature, by what a refusal calls it. Its defaults are all right: these were asked for.
 * https://doc.rust-lang.org/rustc/platform-support/wasm32-unknown-unknown.html
 */
const rustFeatures: readonly (readonly [found: RegExp, feature: string])[] = [
  [/SIMD/, 'simd128'],
  [/threads/, 'atomics'],
  [/tail calls/, 'tail-call'],
  [/multi-value/, 'multivalue'],
  [/reference types/, 'reference-types'],
  [/passive segment/, 'bulk-memory'],
  [/extended constants/, 'extended-const'],
  [/exception handling/, 'exception-handling'],
];

/**
 * Refuses a module that was built and that no machine would take. @param isOfCrate Then it is said what to change in the crate.
 *
 * @throws InputRejected
 */
export function checkBuiltModule(path: string, bytes: Uint8Array, isOfCrate: boolean): void {
  checkIsStylus(bytes, path);
  try {
    const module = decodeModule(bytes, defaultLimits);
    validateModule(module, defaultLimits);
    checkInterface(module, moduleInterfaceOf(stylusAbi));
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    throw new InputRejected(path, `${error.message}${isOfCrate ? crateRemedy(error.actual) : ''}`);
  }
}

function crateRemedy(found: string): string {
  if (/floating point|float-to-int/.test(found)) {
    return ': do without f32 and f64, in the crates that it uses too; there is no flag for it';
  }
  const feature = rustFeatures.find(([pattern]) => pattern.test(found))?.[1];
  return feature === undefined ? '' : `: build it with -Ctarget-feature=-${feature} (rustflags in .cargo/config.toml)`;
}
