/**
 * One pass over the tokens of an instrumented function along its control flow: states are taken forwards, split where
 * control splits and merged where it comes together. WebAssembly is structured, so that all ways to a point have been
 * seen when the pass comes to it, but for the back edges to a loop: a domain has to know beforehand what those bring.
 */
import { Op } from '../format/opcodes.ts';
import type { Token } from './erase.ts';
import type { CodeInstruction } from './read-module.ts';
import type { Handover, Step } from './step-reader.ts';

/** What the states are, and what happens to them. A state may be changed in place. What is left out leaves it as it is. */
export interface Domain<State> {
  readonly entry: State;
  /** A state for a second way. */
  copy?(state: State): State;
  /** An instruction of the guest, before control moves. `undefined` if control never comes out of it. */
  visit(
    state: State,
    instruction: CodeInstruction,
    index: number,
    offset: number,
    handover?: Handover,
  ): State | undefined;
  step?(state: State, step: Step, offset: number): State;
  /** One of the two ways out of a `br_if` or, at its first arm or past it, an `if`. */
  decide?(state: State, index: number, isTaken: boolean): State;
  /** Operands on the stack, if they are of interest. */
  height?(state: State): number;
  /** What comes to a label: the operands above `height` but for the last `arity` are gone. */
  arrive(state: State, height: number, arity: number): State;
  merge(left: State, right: State): State;
  /** `index` is that of the `loop` instruction, `depth` the number of loops around it. */
  enterLoop(state: State, index: number, depth: number): State;
  takeBack(state: State, index: number): void;
  /** Leaves all loops but so many. */
  leaveLoops?(state: State, depth: number): State;
  leaveFunction?(state: State): void;
}

interface Frame<State> {
  readonly kind: 'function' | 'block' | 'loop' | 'if';
  readonly index: number;
  readonly height: number;
  readonly arity: number;
  /** Loops around what a branch to the label comes to. */
  readonly loopDepth: number;
  /** What has come to the label so far. */
  label: State | undefined;
  /** Of an `if`, until its second arm: the way on which the condition is zero. */
  otherwise: State | undefined;
  /** The second arm is injected, so that its `end` is not the guest's. */
  hasArm: boolean;
}

export function walk<State>(tokens: readonly Token[], domain: Domain<State>): void {
  const frames: Frame<State>[] = [];
  let state: State | undefined = domain.entry;
  let loopDepth = 0;
  let otherWay: State | undefined;
  let takenLabel = 0;
  open('function', -1, 0);
  for (const token of tokens) {
    const { offset } = token;
    switch (token.kind) {
      case 'step':
        if (state !== undefined) state = domain.step?.(state, token.step, offset) ?? state;
        break;
      case 'taken':
        takenLabel = Number(token.instruction.immediate);
        if (state !== undefined) state = domain.visit(state, token.instruction, token.index, offset);
        if (state === undefined) break;
        otherWay = decide(copy(state), token.index, false);
        state = decide(state, token.index, true);
        break;
      case 'taken-end':
        if (state !== undefined) branch(state, takenLabel);
        state = otherWay;
        otherWay = undefined;
        break;
      case 'arm':
        if (state !== undefined) state = domain.visit(state, token.instruction, token.index, offset);
        beginSecondArm();
        top().hasArm = true;
        break;
      case 'guest':
        guest(token.instruction, token.index, offset, token.handover);
    }
  }

  function guest(instruction: CodeInstruction, index: number, offset: number, handover: Handover | undefined): void {
    const { opcode, immediate, arity, labels } = instruction;
    const isOwnEnd = opcode === Op.end && top().hasArm;
    if (state !== undefined && !isOwnEnd) state = domain.visit(state, instruction, index, offset, handover);
    switch (opcode) {
      case Op.block:
        open('block', index, arity);
        break;
      case Op.loop:
        loopDepth += 1;
        open('loop', index, arity);
        if (state !== undefined) state = domain.enterLoop(state, index, loopDepth - 1);
        break;
      case Op.if:
        open('if', index, arity);
        if (state === undefined) break;
        top().otherwise = decide(copy(state), index, false);
        state = decide(state, index, true);
        break;
      case Op.else:
        beginSecondArm();
        break;
      case Op.end:
        close();
        break;
      case Op.br:
        if (state !== undefined) branch(state, Number(immediate));
        state = undefined;
        break;
      case Op.brIf:
        if (state === undefined) break;
        branch(decide(copy(state), index, true), Number(immediate));
        state = decide(state, index, false);
        break;
      case Op.brTable:
        if (state !== undefined) for (const label of new Set(labels)) branch(copy(state), label);
        state = undefined;
        break;
      case Op.return:
        if (state !== undefined) domain.leaveFunction?.(leaveLoops(state, 0));
        state = undefined;
        break;
      case Op.unreachable:
        state = undefined;
        break;
    }
  }

  function copy(from: State): State {
    return domain.copy?.(from) ?? from;
  }

  function decide(from: State, index: number, isTaken: boolean): State {
    return domain.decide?.(from, index, isTaken) ?? from;
  }

  function leaveLoops(from: State, depth: number): State {
    return domain.leaveLoops?.(from, depth) ?? from;
  }

  function beginSecondArm(): void {
    const frame = top();
    if (state !== undefined) comeTo(frame, state);
    state = frame.otherwise;
    frame.otherwise = undefined;
  }

  function top(): Frame<State> {
    const frame = frames.at(-1);
    if (frame === undefined) throw new RangeError('code after the end of the function');
    return frame;
  }

  function open(kind: Frame<State>['kind'], index: number, arity: number): void {
    const height = state === undefined ? 0 : (domain.height?.(state) ?? 0);
    frames.push({ kind, index, height, arity, loopDepth, label: undefined, otherwise: undefined, hasArm: false });
  }

  function close(): void {
    const frame = top();
    if (frame.kind === 'loop') {
      loopDepth -= 1;
      if (state !== undefined) state = leaveLoops(state, loopDepth);
    } else {
      if (state !== undefined) comeTo(frame, state);
      if (frame.otherwise !== undefined) comeTo(frame, frame.otherwise);
      state = frame.label;
    }
    frames.pop();
    if (frame.kind === 'function' && state !== undefined) domain.leaveFunction?.(state);
  }

  function comeTo(frame: Frame<State>, from: State): void {
    const arrived = domain.arrive(from, frame.height, frame.arity);
    frame.label = frame.label === undefined ? arrived : domain.merge(frame.label, arrived);
  }

  function branch(from: State, depth: number): void {
    const frame = frames.at(-1 - depth);
    if (frame === undefined) throw new RangeError(`no label ${depth}`);
    const left = leaveLoops(from, frame.loopDepth);
    if (frame.kind === 'loop') domain.takeBack(left, frame.index);
    else if (frame.kind === 'function') domain.leaveFunction?.(left);
    else comeTo(frame, left);
  }
}
