import * as fc from 'fast-check';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { parseScript } from '../agreement/replay-file.ts';
import type { ReplayCall } from '../subjects/replay-call.ts';
import type { Subject } from '../subjects/subject.ts';
import { escapeInJson } from '../text/printable.ts';

/**
 * A script of calls drawn at random, for a contract that nobody has written any for. They are to be written down: what is drawn
 * depends on the code, so that another draw after a change would be of other calls.
 *
 * @throws InputRejected for a contract of which none can be drawn, or none that a script can hold.
 */
export function drawCalls({ id, randomCalls }: Subject, count: number, seed: number): string {
  if (randomCalls === undefined) throw new InputRejected(id, 'there is nothing that draws calls of it');
  // Every sequence has a call at least.
  const drawn = fc.sample(randomCalls(), { numRuns: count, seed }).flat().slice(0, count).map(withSmallMoves);
  const steps = drawn.map((call) => `    ${escapeInJson(JSON.stringify(call))}`).join(',\n');
  const text = `{\n  "case": ${JSON.stringify(id)},\n  "steps": [\n${steps}\n  ]\n}\n`;
  parseScript(text);
  return text;
}

/** Sequences that were made to begin at the first block follow one another here: only moves that add up to no odd time stay. */
function withSmallMoves({ block, ...call }: ReplayCall): ReplayCall {
  const isSmall = Object.values(block ?? {}).every((move) => /^\+\d{1,8}$/.test(move));
  return block !== undefined && isSmall ? ({ ...call, block } as ReplayCall) : (call as ReplayCall);
}
