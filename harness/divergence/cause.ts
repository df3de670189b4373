/**
 * Of two recordings of one call whose steps part in a known interval: which step is the first that differs, and which
 * instruction that makes it. All before it is equal, so that what led there can be read off either.
 */
import { toHex } from '../../engine/bytes.ts';
import { type TrapCode, trapName } from '../../engine/outcome.ts';
import type { RecordedLook, RecordedStep, Recording } from '../../engine/recording.ts';
import type { Schedule } from '../../engine/schedule.ts';
import type { Instruction } from '../../metering/format/module.ts';
import { Op, opcodeOf } from '../../metering/format/opcodes.ts';
import { sha256Hex } from '../../metering/format/sha256.ts';
import { CodeView, type Value } from './code-view.ts';
import { suspectedWeights } from './suspected-weights.ts';

export type Look = RecordedLook | undefined;

export type CauseKind =
  /** What an instruction has left: a result, what a local, a global or memory holds, what a function returned. */
  | 'value'
  | 'global'
  | 'memory'
  | 'storage'
  | 'host argument'
  | 'host result'
  | 'gas'
  /** Where control goes: another block, a trap, another host function. */
  | 'control'
  /** What a frame is given or hands back. */
  | 'frame'
  /** What is done once the guest has ended. */
  | 'after the call';

/** The first thing that differs. */
export interface Cause {
  readonly kind: CauseKind;
  /** In words: `result of i32.rotl`, `argument 0 of vm_hooks.storage_load_bytes32`, `memory at 1024`. */
  readonly what: string;
  /** On the machine, and on what it is held against. */
  readonly left: string;
  readonly right: string;
  /** Where it happens. Undefined for what no instruction does. */
  readonly place: CodePlace | undefined;
  /** The instructions around it, with what they cost where it is about gas. */
  readonly listing: readonly ListedInstruction[];
  /** What may explain it. */
  readonly note: string | undefined;
}

export interface CodePlace {
  readonly depth: number;
  /** SHA-256 (hex). */
  readonly module: string;
  readonly functionIndex: number;
  /** An export's, if it is one. */
  readonly functionName: string | undefined;
  /** In the module, in bytes. */
  readonly offset: number;
  readonly mnemonic: string;
  /** `<module>.<name>` where a function of the host is called. */
  readonly hostFunction: string | undefined;
}

export interface ListedInstruction {
  readonly offset: number;
  readonly text: string;
  /** Gas; undefined where it is not about that. */
  readonly weight: number | undefined;
  readonly isIt: boolean;
}

export interface CauseContext {
  readonly modules: readonly Uint8Array[];
  readonly schedule: Schedule;
  /** Whether one of the two could not say in which block things happen. */
  readonly isOfCalls: boolean;
}

const LINES_AROUND = 3;

/** @param look What there was at a step, on both sides. */
export async function causeOf(
  recordings: readonly [Recording, Recording],
  look: (step: number) => Promise<readonly [Look, Look]>,
  { modules, schedule, isOfCalls }: CauseContext,
): Promise<Cause | undefined> {
  const [ours, theirs] = [recordings[0].steps, recordings[1].steps];
  const at = firstDifferentStep(ours, theirs, isOfCalls);
  if (at === undefined) {
    const isCut = recordings.some(({ lostSteps }) => lostSteps > 0);
    return isCut ? undefined : afterTheCall(recordings);
  }
  const views = new Map<string, CodeView>();
  for (const bytes of modules) views.set(sha256Hex(bytes), new CodeView(bytes, schedule.limits));
  const around = new Around(theirs, at, views, schedule);
  const [left, right] = [ours[at], theirs[at]];
  if (left === undefined || right === undefined) return around.control(left, right);
  if (!isSamePlace(left, right, isOfCalls)) return around.control(left, right);
  if (left.kind === 'value' && right.kind === 'value' && left.value !== right.value) {
    return around.value(right.from, left.value, right.value);
  }
  if (left.kind === 'host' && right.kind === 'host') {
    const argument = right.args.findIndex((arg, i) => arg !== left.args[i]);
    if (argument !== -1) {
      const what = `argument ${argument} of ${right.name}`;
      return around.hostCall('host argument', what, String(left.args[argument]), String(right.args[argument]));
    }
  }
  if (left.gasLeft !== right.gasLeft) return isOfCalls ? around.gasAtCall(left, right) : around.gas(left, right, ours);
  if (left.kind === 'host' && right.kind === 'host') return around.store(...(await look(at)));
  if (left.kind === 'block' && right.kind === 'block') {
    const [a, b] = await look(at);
    if (left.memory !== right.memory) return around.store(a, b);
    return around.global(a, b);
  }
  if (left.kind === 'result' && right.kind === 'result') {
    const { name } = right;
    if (left.result !== right.result) {
      return around.hostCall('host result', `result of ${name}`, String(left.result), String(right.result));
    }
    const [a, b] = await look(at);
    const kind = left.memory === right.memory ? 'storage' : 'memory';
    const differs = kind === 'memory' ? byteThatDiffers(a, b) : slotThatDiffers(a, b);
    return around.hostCall(kind, `${differs.what}, after ${name}`, differs.left, differs.right);
  }
  return around.frame(left, right);
}

function firstDifferentStep(
  left: readonly RecordedStep[],
  right: readonly RecordedStep[],
  isOfCalls: boolean,
): number | undefined {
  const text = (step: RecordedStep | undefined): string =>
    JSON.stringify(step && (isOfCalls ? { ...step, functionIndex: 0, at: 0 } : step), (_, item: unknown) =>
      typeof item === 'bigint' ? `${item}n` : item,
    ) ?? '';
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    if (text(left[at]) !== text(right[at])) return at;
  }
  return undefined;
}

/** The same thing at the same place, whatever it comes to. */
function isSamePlace(left: RecordedStep, right: RecordedStep, isOfCalls: boolean): boolean {
  const place = (step: RecordedStep): string =>
    [
      step.kind,
      step.depth,
      step.module,
      isOfCalls ? '' : `${step.functionIndex} ${step.at}`,
      step.kind === 'value' ? step.from : '',
      step.kind === 'host' || step.kind === 'result' ? step.name : '',
      step.kind === 'end' ? `${step.status} ${step.trapCode}` : '',
    ].join(' ');
  return place(left) === place(right);
}

/** The last thing that is equal, and the code in which it is. */
class Around {
  readonly #steps: readonly RecordedStep[];
  readonly #at: number;
  readonly #schedule: Schedule;
  readonly #views: ReadonlyMap<string, CodeView>;
  /** The step that differs, or the last one, where the reference has ended. */
  readonly #step: RecordedStep | undefined;
  readonly #before: RecordedStep | undefined;

  constructor(steps: readonly RecordedStep[], at: number, views: ReadonlyMap<string, CodeView>, schedule: Schedule) {
    this.#steps = steps;
    this.#at = at;
    this.#views = views;
    this.#schedule = schedule;
    this.#step = steps[at] ?? steps.at(-1);
    this.#before = steps[at - 1];
  }

  value(from: number, left: Value, right: Value): Cause {
    const view = this.#view(this.#step);
    const instruction = view?.instructionAt(from);
    const what = instruction === undefined ? 'value' : this.#valueWords(view as CodeView, instruction);
    return this.#cause('value', what, String(left), String(right), instruction);
  }

  hostCall(kind: CauseKind, what: string, left: string, right: string): Cause {
    return this.#cause(kind, what, left, right, this.#blockEnd(this.#step));
  }

  gas(left: RecordedStep, right: RecordedStep, ours: readonly RecordedStep[]): Cause {
    const before = this.#steps.slice(0, this.#at).findLast(({ depth }) => depth === right.depth);
    const charged = (step: RecordedStep): string =>
      before === undefined ? `${step.gasLeft} left` : String(before.gasLeft - step.gasLeft);
    const view = this.#view(right);
    const [a, b] = [charged(left), charged(right)];
    if (right.kind === 'host') return this.hostCall('gas', `price of ${right.name}`, a, b);
    if (right.kind === 'value') {
      const instruction = view?.instructionAt(right.from);
      return this.#cause('gas', `charge of ${this.#mnemonic(instruction)}`, a, b, instruction);
    }
    if (right.kind !== 'block') return this.#cause('gas', `gas left at its ${right.kind}`, a, b, this.#blockEnd(right));
    const suspects = suspectedWeights(ours, this.#steps, this.#views);
    const [suspect] = suspects;
    const block = view?.blockFrom(right.at) ?? [];
    const first = block.find(({ opcode }) => opcodeOf(opcode).mnemonic === suspect?.mnemonic) ?? block[0];
    const names = suspects.map(({ mnemonic }) => mnemonic).join(' or ');
    const note =
      suspect && `it is as if ${names} cost ${suspect.by > 0 ? `${suspect.by} more` : `${-suspect.by} less`}`;
    return { ...this.#cause('gas', `charge of the block at ${right.at}`, a, b, first, block), note };
  }

  /** Where the blocks that were paid for since are not known. */
  gasAtCall(left: RecordedStep, right: RecordedStep): Cause {
    const named = right.kind === 'host' || right.kind === 'result' ? ` of ${right.name}` : '';
    const what = `gas left at the ${right.kind === 'host' ? 'call' : right.kind}${named}`;
    const note = 'what it has paid since the call of the host before is not the same';
    return { ...this.hostCall('gas', what, String(left.gasLeft), String(right.gasLeft)), note };
  }

  /** Something in the last block has written other bytes. */
  store(left: Look, right: Look): Cause {
    const { address, ...differs } = byteThatDiffers(left, right);
    const { view, block, operands } = this.#lastBlock();
    const writes = block.filter(({ opcode }) => isWrite(opcode));
    const covers = (instruction: Instruction): boolean => {
      const range =
        view && address !== undefined ? writtenBy(instruction, operands.get(instruction.offset) ?? []) : undefined;
      return range !== undefined && (address as number) >= range.start && (address as number) < range.end;
    };
    const writer = writes.findLast(covers) ?? writes.at(-1);
    const note = writes.some(covers) ? undefined : 'on the reference no store of this block writes there';
    return { ...this.#cause('memory', differs.what, differs.left, differs.right, writer), note };
  }

  global(left: Look, right: Look): Cause {
    const index = (right?.globals ?? []).findIndex((value, i) => value !== left?.globals[i]);
    const { block } = this.#lastBlock();
    const sets = block.filter(({ opcode }) => opcode === Op.globalSet);
    const set = sets.findLast(({ immediate }) => Number(immediate) === index) ?? sets.at(-1) ?? block.at(-1);
    const [a, b] = [left, right].map((look) => String(look?.globals[index] ?? 'unknown')) as [string, string];
    return this.#cause('global', index === -1 ? 'a global' : `global ${index}`, a, b, set);
  }

  /** One goes on where the other does not. */
  control(left: RecordedStep | undefined, right: RecordedStep | undefined): Cause {
    const { view, block, rest } = this.#lastBlock();
    const named = [left, right].map((step) => (step === undefined ? 'nothing more' : this.#stepWords(step))) as [
      string,
      string,
    ];
    const instruction = this.#parting(left, right, rest) ?? block.at(-1);
    const what = view === undefined ? 'what comes next' : `what comes of ${this.#mnemonic(instruction)}`;
    return this.#cause('control', what, ...named, instruction);
  }

  frame(left: RecordedStep, right: RecordedStep): Cause {
    const [a, b] = [Object.entries(left), Object.entries(right)];
    const at = b.findIndex(([, value], i) => value !== a[i]?.[1]);
    const what = `${b[at]?.[0] ?? 'something'} at the ${right.kind} of a frame of depth ${right.depth}`;
    return this.#cause('frame', what, String(a[at]?.[1]), String(b[at]?.[1]), this.#blockEnd(this.#before));
  }

  /** The instruction behind which the two are not at the same place any more. */
  #parting(
    left: RecordedStep | undefined,
    right: RecordedStep | undefined,
    rest: readonly Instruction[],
  ): Instruction | undefined {
    const told = [left, right].find((step) => step?.kind === 'value');
    const isTold = told?.kind === 'value' ? rest.find(({ offset }) => offset === told.from) : undefined;
    if (isTold !== undefined) return isTold;
    const end = [left, right].find((step) => step?.kind === 'end');
    const code = end?.kind === 'end' ? trapName(end.trapCode as TrapCode) : '';
    if (code === 'MemoryOutOfBounds') {
      return rest.find(({ opcode }) => isWrite(opcode) || opcodeOf(opcode).accessBytes > 0) ?? rest.at(-1);
    }
    return rest.at(-1);
  }

  #stepWords(step: RecordedStep): string {
    switch (step.kind) {
      case 'block':
        return `function ${step.functionIndex} goes on at ${step.at}`;
      case 'value':
        return `${step.value} at ${step.from}`;
      case 'host':
        return `a call of ${step.name}`;
      case 'result':
        return `${step.name} returns`;
      case 'begin':
        return `a frame of depth ${step.depth} begins`;
      case 'end':
        return step.status === 'trap'
          ? `trap ${trapName(step.trapCode as TrapCode)}`
          : `the frame ends (${step.status})`;
    }
  }

  #valueWords(view: CodeView, instruction: Instruction): string {
    const { opcode, immediate, offset } = instruction;
    const { operands, block } = this.#lastBlock();
    const { mnemonic, accessBytes } = opcodeOf(opcode);
    if (opcode === Op.localGet) return `local ${immediate}`;
    if (opcode === Op.globalGet) return `global ${immediate}`;
    const taken = operands.get(offset) ?? [];
    if (accessBytes > 0 && taken[0] !== undefined) {
      return `memory at ${(Number(taken[0]) >>> 0) + Number(immediate)} (${mnemonic})`;
    }
    const isKnown = taken.length > 0 && taken.every((operand) => operand !== undefined);
    const next = block[block.indexOf(instruction) + 1];
    const isKept = next !== undefined && (next.opcode === Op.localSet || next.opcode === Op.localTee);
    const kept = isKept ? `, kept in local ${next.immediate}` : '';
    return `result of ${view.textOf(instruction)}${isKnown ? `(${taken.join(', ')})` : ''}${kept}`;
  }

  /** The block that had begun before the step that differs: all of it, and what of it comes behind the last thing that is equal. */
  #lastBlock(): {
    readonly view: CodeView | undefined;
    readonly block: readonly Instruction[];
    readonly rest: readonly Instruction[];
    readonly operands: ReadonlyMap<number, readonly (Value | undefined)[]>;
  } {
    const before = this.#before ?? this.#step;
    const view = this.#view(before);
    if (before === undefined || view === undefined) return { view, block: [], rest: [], operands: new Map() };
    const isReturn = before.kind === 'value' && !view.blockFrom(before.at).some(({ offset }) => offset === before.from);
    // What a call returned: control is behind the call, in a block that has not begun.
    const behind = isReturn ? view.instructionAt(before.from)?.end : undefined;
    const block = view.blockFrom(behind ?? before.at);
    const told = new Map<number, Value>();
    for (let at = this.#at - 1; at >= 0; at--) {
      const step = this.#steps[at] as RecordedStep;
      if (step.kind === 'block' || step.depth !== before.depth) break;
      if (step.kind === 'value') told.set(step.from, step.value);
    }
    const passed = before.kind === 'value' ? block.findIndex(({ offset }) => offset === before.from) : -1;
    return { view, block, rest: block.slice(passed + 1), operands: view.operandsIn(block, told) };
  }

  /** The instruction that ends the block of a step: the call, where a function of the host is called. */
  #blockEnd(step: RecordedStep | undefined): Instruction | undefined {
    return step && this.#view(step)?.blockFrom(step.at).at(-1);
  }

  #view(step: RecordedStep | undefined): CodeView | undefined {
    return step && this.#views.get(step.module);
  }

  #mnemonic(instruction: Instruction | undefined): string {
    return instruction === undefined ? 'an instruction' : opcodeOf(instruction.opcode).mnemonic;
  }

  #cause(
    kind: CauseKind,
    what: string,
    left: string,
    right: string,
    instruction: Instruction | undefined,
    listed?: readonly Instruction[],
  ): Cause {
    const step = this.#views.has(this.#step?.module ?? '') ? this.#step : this.#before;
    const view = this.#view(step);
    const found = instruction && view?.functionAt(instruction.offset);
    if (view === undefined || found === undefined || instruction === undefined || step === undefined) {
      return { kind, what, left, right, place: undefined, listing: [], note: undefined };
    }
    const { instructions } = found.body;
    const at = instructions.indexOf(instruction);
    const shown = listed ?? instructions.slice(Math.max(0, at - LINES_AROUND), at + LINES_AROUND + 1);
    const isHost =
      instruction.opcode === Op.call && Number(instruction.immediate) < view.module.importedFunctions.length;
    return {
      kind,
      what,
      left,
      right,
      place: {
        depth: step.depth,
        module: step.module,
        functionIndex: found.index,
        functionName: view.nameOf(found.index),
        offset: instruction.offset,
        mnemonic: this.#mnemonic(instruction),
        hostFunction: isHost ? view.nameOf(Number(instruction.immediate)) : undefined,
      },
      listing: shown.map((one) => ({
        offset: one.offset,
        text: view.textOf(one),
        weight: kind === 'gas' ? this.#weight(one) : undefined,
        isIt: one === instruction,
      })),
      note: undefined,
    };
  }

  #weight({ opcode, labels }: Instruction): number {
    const { instructions, brTablePerLabel } = this.#schedule.costs;
    return instructions[opcodeOf(opcode).mnemonic] + (labels?.length ?? 0) * brTablePerLabel;
  }
}

function isWrite(opcode: number): boolean {
  const { operands, accessBytes } = opcodeOf(opcode);
  return opcode === Op.memoryCopy || opcode === Op.memoryFill || (accessBytes > 0 && operands?.length === 2);
}

/** Undefined where the address came from another block. */
function writtenBy(
  { opcode, immediate }: Instruction,
  [address, , length]: readonly (Value | undefined)[],
): { readonly start: number; readonly end: number } | undefined {
  if (address === undefined) return undefined;
  const { accessBytes } = opcodeOf(opcode);
  const start = (Number(address) >>> 0) + (accessBytes > 0 ? Number(immediate) : 0);
  if (accessBytes > 0) return { start, end: start + accessBytes };
  return length === undefined ? undefined : { start, end: start + (Number(length) >>> 0) };
}

interface Differs {
  readonly what: string;
  readonly left: string;
  readonly right: string;
}

function byteThatDiffers(left: Look, right: Look): Differs & { readonly address: number | undefined } {
  const [a, b] = [left?.memory ?? new Uint8Array(), right?.memory ?? new Uint8Array()];
  if (a.length !== b.length) {
    return { what: 'size of memory', left: `${a.length} bytes`, right: `${b.length} bytes`, address: undefined };
  }
  const address = a.findIndex((byte, at) => byte !== b[at]);
  const [one, other] = [a, b].map((memory) => `0x${(memory[address] ?? 0).toString(16).padStart(2, '0')}`);
  return { what: `memory at ${address}`, left: one as string, right: other as string, address };
}

function slotThatDiffers(left: Look, right: Look): Differs {
  const slots = (look: Look): ReadonlyMap<string, string> =>
    new Map(
      (look?.storage ?? []).flatMap(({ address, entries }) =>
        entries.map(({ key, value }) => [`${toHex(address)} slot ${toHex(key)}`, toHex(value)] as const),
      ),
    );
  const [a, b] = [slots(left), slots(right)];
  const name = [...new Set([...b.keys(), ...a.keys()])].find((key) => a.get(key) !== b.get(key));
  if (name === undefined) return { what: 'balances or storage elsewhere', left: 'one state', right: 'another' };
  return { what: `storage of ${name}`, left: a.get(name) ?? 'absent', right: b.get(name) ?? 'absent' };
}

function afterTheCall([left, right]: readonly [Recording, Recording]): Cause | undefined {
  const [a, b] = [left.end, right.end];
  const field = (['status', 'trapCode', 'gasUsed', 'output', 'storage'] as const).find((name) => a[name] !== b[name]);
  if (field === undefined) return undefined;
  const what = { status: 'status', trapCode: 'trap code', gasUsed: 'gas used', output: 'output', storage: 'storage' };
  return {
    kind: 'after the call',
    what: `${what[field]} once the call has ended`,
    left: String(a[field]),
    right: String(b[field]),
    place: undefined,
    listing: [],
    note: field === 'storage' ? 'what a call that fails has done is taken back there' : undefined,
  };
}
