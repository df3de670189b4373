/** Runs before the program of a process that is to have polywasm's WebAssembly in place of the engine's own. */
import { pathToFileURL } from 'node:url';
import { hasStackRoom } from '../engine/native-stack.ts';
import { polywasmModule } from './engine-packages.ts';

// It looks at the host's own stack, with a function whose operands are more than polywasm takes.
hasStackRoom();

const { WebAssembly: scripted } = await import(pathToFileURL(polywasmModule()).href);

/** What polywasm throws where an engine traps. It has no class for it, and the sentences are those of JavaScript. */
const trapSentences: readonly RegExp[] = [
  /^"unreachable" is not a function$/,
  /^Division by zero$/,
  /^Offset is outside the bounds of the DataView$/,
];

class RuntimeError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && trapSentences.some((sentence) => sentence.test(value.message));
  }
}

globalThis.WebAssembly = { ...scripted, RuntimeError };
