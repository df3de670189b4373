import type { EVMInterface, EVMResult, InterpreterStep, Message } from '@ethereumjs/evm';
import { bigintToBytes } from '../engine/bytes.ts';
import { beginningOf, tellTo } from '../engine/trace/trace-log.ts';
import type { StorageAccess, TraceEvent, Tracer } from '../engine/trace/tracer.ts';
import type { EvmSetup } from './evm-setup.ts';
import { outcomeOf } from './outcome-map.ts';

const EMPTY: Uint8Array = new Uint8Array(0);

const loads: Readonly<Record<string, StorageAccess['kind']>> = { SLOAD: 'load', TLOAD: 'transient load' };
const stores: Readonly<Record<string, StorageAccess['kind']>> = { SSTORE: 'store', TSTORE: 'transient store' };

/** The same EVM, whose frames, storage and, if they are wanted, instructions are told of. */
export function tracedSetup(setup: EvmSetup, tracer: Tracer): EvmSetup {
  return {
    ...setup,
    description: `${setup.description}, traced`,
    createEvm: async (state, chainId) => {
      const evm = await setup.createEvm(state, chainId);
      listen(evm, tracer);
      return evm;
    },
  };
}

function listen({ events }: EVMInterface, tracer: Tracer): void {
  const tell = (event: TraceEvent): void => tellTo(tracer, event);
  const messages: Message[] = [];
  /** The innermost message creates a contract, whose address is not known yet. */
  let isCreating = false;
  /** A load whose value is on top of the stack when the next instruction runs. One that is the last in the code has no next, and is not told. */
  let load: Omit<StorageAccess, 'value' | 'valueBytes'> | undefined;

  const begin = (message: Message, self: Uint8Array): void =>
    tell({
      kind: 'begin',
      depth: message.depth,
      entry: message.to === undefined ? 'deploy' : 'call',
      isStatic: message.isStatic,
      caller: message.caller.bytes.slice(),
      self: self.slice(),
      value: message.value,
      input: beginningOf(message.data),
      inputBytes: message.data.length,
      gas: message.gasLimit,
    });

  events?.on('beforeMessage', (message) => {
    messages.push(message);
    isCreating = message.to === undefined;
    if (message.to !== undefined) begin(message, message.to.bytes);
  });
  events?.on('newContract', ({ address }) => {
    isCreating = false;
    begin(messages.at(-1) as Message, address.bytes);
  });
  events?.on('afterMessage', ({ execResult }: EVMResult) => {
    load = undefined;
    const message = messages.pop() as Message;
    const wasCreating = isCreating;
    isCreating = false;
    if (wasCreating) return;
    const { depth, gasLimit, isCompiled } = message;
    const outcome = outcomeOf(execResult, gasLimit, isCompiled);
    const { status, gasUsed } = outcome;
    const isTrap = status === 'trap';
    const output = isTrap ? EMPTY : outcome.output;
    tell({
      kind: 'end',
      depth,
      status,
      trapCode: isTrap ? outcome.code : undefined,
      output: beginningOf(output),
      outputBytes: output.length,
      gasUsed,
    });
  });
  events?.on('step', ({ depth, pc, opcode, gasLeft, stack, address }: InterpreterStep) => {
    const top = stack.at(-1);
    if (load !== undefined) tell({ ...load, ...tracedWord(top ?? 0n) });
    load = undefined;
    if (tracer.wantsInstructions === true) {
      tell({ kind: 'instruction', depth, at: pc, functionIndex: undefined, mnemonic: opcode.name, gasLeft, top });
    }
    const kind = loads[opcode.name] ?? stores[opcode.name];
    if (kind === undefined || top === undefined) return;
    const access = { kind, depth, address: address.bytes.slice(), key: bigintToBytes(top, 32) };
    if (opcode.name in loads) load = access;
    else if (stack.length > 1) tell({ ...access, ...tracedWord(stack.at(-2) as bigint) });
  });
}

/** Nothing is stored where the EVM has zero. */
function tracedWord(word: bigint): Pick<StorageAccess, 'value' | 'valueBytes'> {
  const value = word === 0n ? EMPTY : bigintToBytes(word, 32);
  return { value, valueBytes: value.length };
}
