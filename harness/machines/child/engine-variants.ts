import { bunBinary } from './engine-packages.ts';
import { nodeLineBinary } from './node-lines.ts';

/** What runs our programs in place of this Node with this process's flags. */
export interface EngineVariant {
  readonly description: string;
  /** In addition to those of this process, as far as it is this Node. */
  readonly flags?: readonly string[];
  /** @throws EngineError `backend-unavailable` */
  readonly binary?: () => string;
  /** Whether it takes Node's flags; unless it does it runs TypeScript by itself. Default true. */
  readonly isNode?: boolean;
}

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
