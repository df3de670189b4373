import { checkInterface } from '../../metering/format/check-interface.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { sha256Hex } from '../../metering/format/sha256.ts';
import { validateModule } from '../../metering/format/validate.ts';
import type { GuestAbi } from '../abi/guest-abi.ts';
import { moduleInterfaceOf } from '../abi/module-interface-of.ts';
import { EngineError } from '../errors.ts';
import { newFrame } from '../frame.ts';
import { GuestExit, type GuestReturn } from '../guest-exit.ts';
import type { GuestObserver, GuestView } from '../guest-observer.ts';
import type { EntryName, GuestModule, Machine } from '../machine.ts';
import type { Schedule } from '../schedule.ts';
import type { Instruction } from '../trace/tracer.ts';
import { GasCounter } from './gas-counter.ts';
import { invoke } from './interpreter.ts';
import { LinearMemory } from './linear-memory.ts';
import { makeProgram } from './program.ts';
import type { Run } from './run.ts';

/**
 * Executes original modules one instruction at a time and charges by the letter of docs/gas.md. Slow and obvious: it
 * decides what a result and its gas must be.
 */
export function referenceMachine(
  onInstruction?: (instruction: Instruction) => void,
  observer?: GuestObserver,
): Machine {
  return {
    name: 'reference',
    description: 'reference interpreter in TypeScript',
    isMetered: true,
    prepare: (bytes, abi, schedule) => referenceModule(bytes, abi, schedule, onInstruction, observer),
    observed: (looking) => referenceMachine(onInstruction, looking),
    isObservedAsUsual: true,
  };
}

function referenceModule(
  bytes: Uint8Array,
  abi: GuestAbi,
  schedule: Schedule,
  onInstruction: Run['onInstruction'],
  observer: GuestObserver | undefined,
): GuestModule {
  const module = decodeModule(bytes, schedule.limits);
  const facts = validateModule(module, schedule.limits);
  checkInterface(module, moduleInterfaceOf(abi));
  const program = makeProgram(module, facts, abi, schedule);
  const entryIndex = (entry: EntryName): number | undefined => {
    const { name } = abi[entry];
    return module.exports.find((row) => row.kind === 'function' && row.name === name)?.index;
  };
  return {
    abi,
    bytes,
    moduleHash: sha256Hex(bytes),
    exact: undefined,
    inWorld: undefined,
    hasEntry: (entry) => entryIndex(entry) !== undefined,
    run: (entry, budget, context) => {
      const functionIndex = entryIndex(entry);
      if (functionIndex === undefined) throw new EngineError('bad-argument', `the module has no entry for ${entry}`);
      const memory = new LinearMemory(program.minPages, program.maxPages);
      for (const { memoryOffset, bytes } of module.dataSegments) memory.range(memoryOffset, bytes.length).set(bytes);
      const gas = new GasCounter(budget);
      const frame = newFrame(context, memory, gas);
      const globals = module.globals.map(({ initial }) => initial);
      const view: GuestView = { gasLeft: () => gas.left(), memory: () => memory.view(), globals: () => globals };
      const observed = observer && { observer, view };
      const run: Run = { program, frame, memory, gas, globals, stack: [], activations: [], onInstruction, observed };
      return { guestReturn: returnOf(run, functionIndex, abi), gasLeft: gas.left() };
    },
  };
}

function returnOf(run: Run, functionIndex: number, abi: GuestAbi): GuestReturn {
  try {
    return abi.readReturn(run.frame, invoke(run, functionIndex, abi.entryArguments(run.frame)));
  } catch (error) {
    if (error instanceof GuestExit) return error.guestReturn;
    throw error;
  }
}
