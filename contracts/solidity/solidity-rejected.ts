import { CompilerRejected } from '../compiler-rejected.ts';
import type { SolcMessage } from './solc-process.ts';
import type { SourceFile } from './source-files.ts';

/** What a Solidity compiler refuses. */
export class SolidityRejected extends CompilerRejected {}

/** @param errors at least one */
export function solidityRejected(errors: readonly SolcMessage[], files: readonly SourceFile[]): SolidityRejected {
  const [first] = errors as readonly [SolcMessage];
  const { where, problem } = messageLine(first, files);
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  return new SolidityRejected(
    where,
    problem + more,
    errors.map(({ formattedMessage, message }) => (formattedMessage ?? message).trim()).join('\n\n'),
  );
}

/** The place as the compiler writes it, `src/Token.sol:12:5`, and what it says there, on one line. */
export function messageLine(
  { type, message, sourceLocation }: SolcMessage,
  files: readonly SourceFile[],
): { readonly where: string; readonly problem: string } {
  const problem = `${type}: ${message.trim().replace(/\s*\n\s*/g, ' ')}`;
  const file = files.find(({ name }) => name === sourceLocation?.file);
  if (sourceLocation === undefined || file === undefined) return { where: 'solc', problem };
  if (sourceLocation.start < 0) return { where: file.name, problem };
  const before = Buffer.from(file.content).subarray(0, sourceLocation.start);
  const line = before.toString('latin1').split('\n').length;
  // The compiler counts bytes, too.
  const column = before.length - before.lastIndexOf('\n');
  return { where: `${file.name}:${line}:${column}`, problem };
}
