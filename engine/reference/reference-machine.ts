import { checkInterface } from '../../metering/format/check-interface.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { sha256Hex } from '../../metering/format/sha256.ts';
import { validateModule } from '../../metering/format/validate.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { moduleInterfaceOf } from '../abi/module-interface-of.ts';
import { EngineError } from '../errors.ts';
import { type FrameContext, newFrame } from '../frame.ts';
import { GuestExit, type GuestReturn } from '../guest-exit.ts';
import type { Budget, EntryName, GuestModule, GuestRun, Machine } from '../machine.ts';
import type { Schedule } from '../schedule.ts';
import type { Instruction } from '../trace/tracer.ts';
import { GasCounter } from './gas-counter.ts';
import { invoke } from './interpreter.ts';
import { LinearMemory } from './linear-memory.ts';
import { makeProgram, type Program } from './program.ts';
import type { Run } from './run.ts';

/**
 * Executes original modules one instruction at a time and charges by the letter of docs/gas.md. Slow and obvious: it
 * decides what a result and its gas must be.
 */
export function referenceMachine(onInstruction?: (instruction: Instruction) => void): Machine {
  return {
    name: 'reference',
    description: 'reference interpreter in TypeScript',
    isMetered: true,
    prepare: (bytes, abi, schedule) => new ReferenceModule(bytes, abi, schedule, onInstruction),
  };
}

class ReferenceModule implements GuestModule {
  readonly abi: GuestAbi;
  readonly bytes: Uint8Array;
  readonly moduleHash: string;
  readonly exact: undefined;
  readonly inWorld: undefined;
  readonly #program: Program;
  readonly #onInstruction: Run['onInstruction'];

  constructor(bytes: Uint8Array, abi: GuestAbi, schedule: Schedule, onInstruction: Run['onInstruction']) {
    const module = decodeModule(bytes, schedule.limits);
    const facts = validateModule(module, schedule.limits);
    checkInterface(module, moduleInterfaceOf(abi));
    this.abi = abi;
    this.bytes = bytes;
    this.moduleHash = sha256Hex(bytes);
    this.#program = makeProgram(module, facts, abi, schedule);
    this.#onInstruction = onInstruction;
  }

  hasEntry(entry: EntryName): boolean {
    return this.#entryIndex(entry) !== undefined;
  }

  run(entry: EntryName, budget: Budget, context: FrameContext): GuestRun {
    const functionIndex = this.#entryIndex(entry);
    if (functionIndex === undefined) throw new EngineError('bad-argument', `the module has no entry for ${entry}`);
    const { module, minPages, maxPages } = this.#program;
    const memory = new LinearMemory(minPages, maxPages);
    for (const { memoryOffset, bytes } of module.dataSegments) memory.range(memoryOffset, bytes.length).set(bytes);
    const gas = new GasCounter(budget);
    const frame = newFrame(context, memory, gas);
    const run: Run = {
      program: this.#program,
      frame,
      memory,
      gas,
      globals: module.globals.map(({ initial }) => initial),
      stack: [],
      activations: [],
      onInstruction: this.#onInstruction,
    };
    return { guestReturn: this.#enter(run, functionIndex), gasLeft: gas.left() };
  }

  #enter(run: Run, functionIndex: number): GuestReturn {
    const { frame } = run;
    try {
      return this.abi.readReturn(frame, invoke(run, functionIndex, this.abi.entryArguments(frame)));
    } catch (error) {
      if (error instanceof GuestExit) return error.guestReturn;
      throw error;
    }
  }

  #entryIndex(entry: EntryName): number | undefined {
    const { name } = this.abi[entry];
    return this.#program.module.exports.find((row) => row.kind === 'function' && row.name === name)?.index;
  }
}
