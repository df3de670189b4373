import { EXIT } from '../flow/edges.ts';
import type { FlowGraph } from '../flow/flow-graph.ts';
import type { Step } from './charge-placement.ts';

/**
 * Where a function that takes the stack budget by value makes sure of a frame for the calls that take one: once on every way,
 * before the outermost loop around a call or else where the call's block begins. What is left of the budget does not
 * change while a function runs, so that a check holds for all that follows it.
 *
 * The check may come before the call is certain: a trap is then found to be none by the exact run (docs/adr/0004).
 *
 * @param needsFrame By block: it ends with a call of a function that takes the budget by value.
 */
export function frameSteps(graph: FlowGraph, needsFrame: readonly boolean[], words: number): readonly Step[] {
  const { blocks, edges, loops, loopOf } = graph;
  const isAnchor = new Uint8Array(blocks.length);
  for (const [block, isNeeded] of needsFrame.entries()) {
    if (!isNeeded) continue;
    let anchor = block;
    for (let loop = loopOf[block] ?? -1; loop !== -1; loop = loops[loop]?.parent ?? -1) {
      // A loop is entered from the block before its header alone.
      anchor = (loops[loop]?.header ?? 1) - 1;
    }
    isAnchor[anchor] = 1;
  }
  // By block: it is checked on every way that comes to it. Back edges lead to where that was known before.
  const isChecked = new Uint8Array(blocks.length).fill(1);
  isChecked[0] = 0;
  const steps: Step[] = [];
  for (const [block, { start, isReachable }] of blocks.entries()) {
    if (!isReachable) continue;
    if (isAnchor[block] === 1 && isChecked[block] === 0) {
      steps.push({ kind: 'frame', place: { kind: 'before', index: start, rank: 1 }, words });
      isChecked[block] = 1;
    }
    if (isChecked[block] === 1) continue;
    for (let edge = edges.firstOf[block] ?? 0; edge < (edges.firstOf[block + 1] ?? 0); edge += 1) {
      const to = edges.to[edge] ?? EXIT;
      if (to > block) isChecked[to] = 0;
    }
  }
  return steps;
}
