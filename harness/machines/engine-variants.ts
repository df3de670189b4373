import { bunBinary, denoBinary, nodeLineBinary, polywasmModule } from '../../processes/engine-packages.ts';
import type { EngineVariant } from '../../processes/node-command.ts';

function nodeLine(line: string): EngineVariant {
  return {
    description: `Node ${line}`,
    binary: () => nodeLineBinary(line),
    expects: ({ runtime }) => runtime.startsWith(`Node v${line}.`),
  };
}

/**
 * Each is a machine of the register: `wasm@liftoff`. What can be seen of an engine from inside is looked at when it has started,
 * so that one whose flag or variable is ignored is refused, and does not pass for what it is not.
 *
 * @example
 * console.log(engineVariants['liftoff']?.flags); // [ '--liftoff-only' ]
 */
export const engineVariants: Readonly<Record<string, EngineVariant>> = {
  liftoff: {
    description: 'V8 with its baseline compiler alone (--liftoff-only)',
    flags: ['--liftoff-only'],
    expects: ({ tiers }) => tiers.every((tier) => tier === 'baseline'),
  },
  turbofan: {
    description: 'V8 with its optimising compiler alone (--no-liftoff)',
    flags: ['--no-liftoff'],
    expects: ({ tiers }) => tiers.every((tier) => tier === 'optimised'),
  },
  'bounds-checks': {
    // Nothing shows it but that Node, which ends at a flag that it does not know, has started.
    description: 'V8 with a comparison before each access to memory (--wasm-enforce-bounds-checks)',
    flags: ['--wasm-enforce-bounds-checks'],
    expects: ({ flags }) => flags.includes('--wasm-enforce-bounds-checks'),
  },
  'small-stack': {
    description: 'V8 with a native stack of 256 KiB (--stack-size)',
    flags: ['--stack-size=256'],
    expects: (there, here) => there.stackFrames < here.stackFrames / 2,
  },
  'large-stack': {
    description: 'V8 with a native stack of 3900 KiB (--stack-size)',
    flags: ['--stack-size=3900'],
    expects: (there, here) => there.stackFrames > 2 * here.stackFrames,
  },
  worker: {
    description: 'a worker thread of this process',
    isThread: true,
    expects: ({ isMainThread }) => !isMainThread,
  },
  node20: nodeLine('20'),
  node22: nodeLine('22'),
  node24: nodeLine('24'),
  node26: nodeLine('26'),
  deno: {
    description: 'V8 in deno',
    binary: denoBinary,
    flags: ['run', '--allow-all', '--quiet'],
    isNode: false,
    expects: ({ runtime }) => runtime.startsWith('Deno '),
  },
  jsc: {
    description: 'JavaScriptCore in bun',
    binary: bunBinary,
    isNode: false,
    expects: ({ runtime, tiers }) => runtime.includes('(JavaScriptCore ') && tiers.every((tier) => tier === 'compiled'),
  },
  'jsc-interpreter': {
    description: 'JavaScriptCore in bun, its interpreter of WebAssembly alone',
    binary: bunBinary,
    env: { BUN_JSC_useBBQJIT: '0', BUN_JSC_useOMGJIT: '0' },
    isNode: false,
    expects: ({ runtime, tiers }) =>
      runtime.includes('(JavaScriptCore ') && tiers.every((tier) => tier === 'interpreted'),
  },
  polywasm: {
    description: 'WebAssembly in JavaScript (polywasm)',
    binary: () => {
      polywasmModule();
      return undefined;
    },
    preload: new URL('../../processes/scripted-wasm.ts', import.meta.url),
    expects: ({ hasNativeWasm }) => !hasNativeWasm,
  },
};
