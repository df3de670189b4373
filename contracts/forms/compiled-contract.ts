import type { Abi } from 'ox';
import { InputRejected } from '../input-rejected.ts';

/** What solc made of one contract: just now (`contracts/solidity/`), or earlier, in an artifact. */
export interface CompiledContract {
  /** As in the source. */
  readonly name: string;
  /** What made it, and how, for people: `solc 0.8.30, optimizer with 200 runs, for prague`. An artifact does not say. */
  readonly compiler?: string;
  /** Path of the source as the compiler knows it: `src/Token.sol`. Empty if the artifact does not say. */
  readonly source: string;
  readonly abi: Abi.Abi;
  /** Creation code: hex without 0x, 40 characters of placeholder wherever the address of a library goes. Empty for an interface. */
  readonly code: string;
  /** Libraries by qualified name (`src/Math.sol:Math`), each with the byte offsets of its placeholders. */
  readonly links: Readonly<Record<string, readonly number[]>>;
  /** The library of that qualified name; undefined where there is none. @throws InputRejected for a file that is not what it should be. */
  readonly library: (qualifiedName: string) => CompiledContract | undefined;
}

/**
 * Code for a contract folder, which has no place for libraries.
 *
 * @param path of its source, for errors
 * @throws InputRejected
 */
export function unlinkedCode({ code, links }: CompiledContract, path: string): string {
  const [library] = Object.keys(links);
  if (library === undefined) return code;
  throw new InputRejected(path, `links the library ${library}, which a contract folder cannot have`);
}
