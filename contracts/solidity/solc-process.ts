import { fileURLToPath } from 'node:url';
import { askProgram } from '../ask-program.ts';
import { InputRejected } from '../input-rejected.ts';
import type { SolcPackage } from './solc-package.ts';

/** What solc says in standard JSON (https://docs.soliditylang.org/en/latest/using-the-compiler.html#output-description), as far as we ask. */
export interface SolcOutput {
  readonly errors?: readonly SolcMessage[];
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, SolcContract>>>>;
}

export interface SolcMessage {
  readonly severity: string;
  readonly type: string;
  readonly message: string;
  readonly formattedMessage?: string;
  /** Byte offsets, -1 if there is no place. */
  readonly sourceLocation?: { readonly file: string; readonly start: number };
}

export interface SolcContract {
  readonly abi: readonly Readonly<Record<string, unknown>>[];
  readonly evm: {
    readonly bytecode: {
      readonly object: string;
      readonly linkReferences?: Readonly<
        Record<string, Readonly<Record<string, readonly { readonly start: number }[]>>>
      >;
    };
  };
}

const LIMIT_MS = 300_000;
const program = fileURLToPath(new URL('./run-solc.mjs', import.meta.url));

/**
 * Runs a compiler in a process of its own, so that releases do not disturb each other.
 *
 * @throws InputRejected
 */
export async function runSolc(
  { version, folder }: SolcPackage,
  input: unknown,
  limitMs: number = LIMIT_MS,
): Promise<SolcOutput> {
  const name = `solc ${version}`;
  return readAnswer(name, version, folder, await askProgram(name, program, [folder], input, { limitMs }));
}

function readAnswer(name: string, version: string, folder: string, text: string): SolcOutput {
  let answer: { version: string; output: string };
  let output: SolcOutput;
  try {
    answer = JSON.parse(text);
    output = JSON.parse(answer.output);
  } catch {
    throw new InputRejected(name, `wrote what is no answer: ${JSON.stringify(text.slice(0, 80))}`);
  }
  // It happened: the npm package 0.8.7 has the compiler 0.7.5.
  if (!answer.version.startsWith(`${version}+`)) {
    throw new InputRejected(folder, `says it is solc ${version}, and has ${answer.version}: remove it`);
  }
  return output;
}
