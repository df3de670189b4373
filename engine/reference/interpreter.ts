import { asGuestValue, callFunction, leave } from './calls.ts';
import { actionOf } from './instructions.ts';
import type { Value } from './numeric.ts';
import type { Operation, ProgramFunction } from './program.ts';
import type { Activation, Run } from './run.ts';
import { tellReturn, tellValue } from './told-values.ts';

/**
 * Calls a function of the module and runs until it returns. Returns its result, undefined if it has none.
 * @throws GuestTrap; and whatever a host function throws.
 */
export function invoke(run: Run, functionIndex: number, args: readonly Value[]): Value | undefined {
  const entered = run.program.functions[functionIndex] as ProgramFunction;
  const { params } = entered.type;
  run.stack.push(...params.map((type, i) => asGuestValue('an entry argument', args[i], type)));
  callFunction(run, entered);
  for (;;) {
    const activation = run.activations.at(-1);
    if (activation === undefined) return run.stack.pop();
    const operation = activation.function.operations[activation.next];
    if (operation === undefined) {
      leave(run, activation);
      tellReturn(run, activation.function, run.activations.at(-1));
    } else execute(run, activation, operation);
  }
}

function execute(run: Run, activation: Activation, operation: Operation): void {
  if (operation.blockGas !== undefined) {
    run.gas.charge(operation.blockGas);
    if (operation.blockGas > 0) {
      run.observed?.observer.block(run.observed.view, activation.function.index, operation.instruction.offset);
    }
  }
  run.onInstruction?.({
    kind: 'instruction',
    depth: run.frame.message.depth,
    at: operation.instruction.offset,
    functionIndex: activation.function.index,
    mnemonic: operation.mnemonic,
    gasLeft: run.gas.left(),
    top: run.stack.at(-1),
  });
  activation.next++;
  const depth = run.activations.length;
  actionOf(operation.mnemonic)(run, activation, operation);
  if (run.observed !== undefined) tellValue(run, depth, operation);
}
