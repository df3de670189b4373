import { AssertionError } from 'node:assert';
import { Discarded, Finding, type FindingKind, type FuzzTarget } from '../target.ts';

export interface Seen {
  readonly kind: FindingKind;
  readonly message: string;
}

/** What is wrong with an input; undefined if nothing is. @throws Discarded */
export async function seeWrong<Input>(target: FuzzTarget<Input>, input: Input): Promise<Seen | undefined> {
  try {
    await target.run(input);
    return undefined;
  } catch (error) {
    return whatIsWrong(error);
  }
}

/** @throws Discarded, which is no finding. */
export function whatIsWrong(error: unknown): Seen {
  if (error instanceof Discarded) throw error;
  if (error instanceof Finding) return { kind: error.kind, message: error.message };
  if (error instanceof AssertionError) return { kind: 'difference', message: error.message };
  return { kind: 'failure', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** Tries smaller inputs as long as one is wrong in the same way, and no more than so many. */
export async function minimise<Input>(
  target: FuzzTarget<Input>,
  input: Input,
  seen: Seen,
  mostTries = 1_500,
): Promise<{ readonly input: Input; readonly seen: Seen; readonly tries: number }> {
  let best = { input, seen };
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < mostTries; ) {
    isSmaller = false;
    for (const candidate of target.smaller(best.input)) {
      if (tries >= mostTries) break;
      tries += 1;
      const found = await seeWrong(target, candidate).catch(() => undefined);
      if (found === undefined || kindOf(found) !== kindOf(seen)) continue;
      best = { input: candidate, seen: found };
      isSmaller = true;
      break;
    }
  }
  return { ...best, tries };
}

/** Of failures the class of the error as well: another one would be another finding. */
function kindOf({ kind, message }: Seen): string {
  return kind === 'failure' ? `${kind} ${/^\w*/.exec(message)?.[0]}` : kind;
}
