/** Input from outside (a file, a manifest, an argument) that is not what it should be. One line: what, where, what was seen. */
export class InputRejected extends Error {
  override readonly name = 'InputRejected';
  /** File, field or argument. */
  readonly where: string;

  constructor(where: string, problem: string) {
    super(`${where === '' ? '""' : where}: ${problem}`);
    this.where = where;
  }
}
