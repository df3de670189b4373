import type { Random } from './random.ts';

/** Sums of what was compared, by name: to tell a run that tested from one that did not. */
export type Counts = Readonly<Record<string, number>>;

/** What is wrong with a case. `refused` is the verifier's, of what ran right. */
export type FindingKind = 'difference' | 'refused' | 'failure';

/** Thrown by a target that sees something wrong. Assertion errors are differences, and all others failures. */
export class Finding extends Error {
  readonly kind: FindingKind;

  constructor(kind: FindingKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A generator with an oracle. Inputs are JSON, so that a finding can be a file. */
export interface FuzzTarget<Input = unknown> {
  readonly name: string;
  /** What it makes and what it holds against what, in one line. */
  readonly title: string;
  /** Of the time: targets get theirs in proportion. */
  readonly share: number;
  /** The same choices always make the same input. @throws Discarded where nothing comes of them. */
  make(random: Random): Promise<Input>;
  /** @throws Finding; AssertionError; whatever the code under test should not have thrown. */
  run(input: Input): Promise<Counts>;
  /** Smaller inputs, the boldest first, that may show the same. */
  smaller(input: Input): Iterable<Input>;
}

/** No case: the choices led nowhere. The message is what is counted. */
export class Discarded extends Error {}
