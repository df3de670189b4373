import type { GuestFunction, Operation, ProgramFunction } from './program.ts';
import type { Activation, Run } from './run.ts';

/** Tells whoever looks on what an instruction has left. What a function of the guest returns is told when it does. */
export function tellValue(run: Run, depthBefore: number, operation: Operation): void {
  if (run.observed?.observer.detail !== 'values') return;
  const hasReturned = run.activations.length === depthBefore && callResults(run, operation) > 0;
  if (operation.leavesValue || hasReturned) tell(run, operation);
}

/** @param caller Undefined for the entry point, whose result is the machine's to read. */
export function tellReturn(run: Run, { type }: GuestFunction, caller: Activation | undefined): void {
  if (run.observed?.observer.detail !== 'values' || caller === undefined || type.results.length === 0) return;
  tell(run, caller.function.operations[caller.next - 1] as Operation);
}

function tell({ observed, stack }: Run, { instruction }: Operation): void {
  const value = stack.at(-1);
  if (observed !== undefined && value !== undefined) observed.observer.value(observed.view, instruction.offset, value);
}

/** How many results an instruction that calls leaves; 0 for all others. */
function callResults({ program }: Run, { mnemonic, instruction }: Operation): number {
  const index = Number(instruction.immediate);
  if (mnemonic === 'call') return (program.functions[index] as ProgramFunction).type.results.length;
  return mnemonic === 'call_indirect' ? (program.module.types[index]?.results.length ?? 0) : 0;
}
