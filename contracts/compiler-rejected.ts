import { InputRejected } from './input-rejected.ts';

/** What a compiler refuses. The message is its first error on one line. */
export class CompilerRejected extends InputRejected {
  /** All that it says, as it prints it. */
  readonly formatted: string;

  constructor(where: string, problem: string, formatted: string) {
    super(where, problem);
    this.formatted = formatted;
  }
}
