/**
 * Input from outside (a file, a manifest, an argument) that is not what it should be. One line: what, where, what was seen.
 *
 * @example
 * try {
 *   bundledCaseDirectory('erc21');
 * } catch (error) {
 *   console.log(error instanceof InputRejected && error.where); // erc21
 * }
 */
export class InputRejected extends Error {
  override readonly name = 'InputRejected';
  /** File, field or argument. */
  readonly where: string;
  /** What was expected there, and what was seen. */
  readonly problem: string;

  constructor(where: string, problem: string) {
    super(`${where === '' ? '""' : where}: ${problem}`);
    this.where = where;
    this.problem = problem;
  }
}
