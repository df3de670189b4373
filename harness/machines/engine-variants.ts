import { bunBinary } from '../../processes/engine-packages.ts';
import type { EngineVariant } from '../../processes/node-command.ts';
import { nodeLineBinary } from '../../processes/node-lines.ts';

function nodeLine(line: string): EngineVariant {
  return { description: `Node ${line}`, binary: () => nodeLineBinary(line) };
}

/**
 * Each is a machine of the register: `wasm@liftoff`.
 *
 * @example
 * console.log(engineVariants['liftoff']?.flags); // [ '--liftoff-only' ]
 */
export const engineVariants: Readonly<Record<string, EngineVariant>> = {
  liftoff: { description: 'V8 with its baseline compiler alone (--liftoff-only)', flags: ['--liftoff-only'] },
  turbofan: { description: 'V8 with its optimising compiler alone (--no-liftoff)', flags: ['--no-liftoff'] },
  'large-stack': { description: 'V8 with a native stack of 3900 KiB (--stack-size)', flags: ['--stack-size=3900'] },
  node22: nodeLine('22'),
  node24: nodeLine('24'),
  node26: nodeLine('26'),
  jsc: { description: 'JavaScriptCore (bun 1.4.5)', binary: bunBinary, isNode: false },
};
