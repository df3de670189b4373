import type { ValueType } from '../../metering/format/module.ts';
import { EngineError } from '../errors.ts';
import type { Value } from './numeric.ts';
import type { GuestFunction, ImportedHostFunction, ProgramFunction } from './program.ts';
import type { Activation, Run } from './run.ts';

/** Calls a function whose arguments are on the stack: enters it if it is the guest's own, runs it if it is the host's. */
export function callFunction(run: Run, callee: ProgramFunction): void {
  const { length } = callee.type.params;
  const args = run.stack.splice(run.stack.length - length, length);
  if (callee.kind === 'guest') enter(run, callee, args);
  else callHost(run, callee, args);
}

function enter(run: Run, callee: GuestFunction, args: readonly Value[]): void {
  const { frameWords, zeroLocals, operations, type } = callee;
  run.gas.takeStack(frameWords);
  const body = { target: operations.length, arity: type.results.length, height: run.stack.length, isLoop: false };
  run.activations.push({ function: callee, locals: [...args, ...zeroLocals], labels: [body], next: 0 });
}

/** Ends a function that control has run out of; its results are on the stack. */
export function leave(run: Run, { function: { frameWords } }: Activation): void {
  run.gas.giveBackStack(frameWords);
  run.activations.pop();
}

function callHost(run: Run, { name, type, call }: ImportedHostFunction, args: readonly Value[]): void {
  const result = call(run.frame, args);
  const [resultType] = type.results;
  if (resultType !== undefined) run.stack.push(asGuestValue(name, result, resultType));
}

/** What the guest sees of a host's value: hosts may hand over unsigned integers. */
export function asGuestValue(from: string, value: Value | undefined, type: ValueType): Value {
  if (type === 'i32' && typeof value === 'number') return value | 0;
  if (type === 'i64' && typeof value === 'bigint') return BigInt.asIntN(64, value);
  throw new EngineError('internal', `${from} gave ${typeof value} for ${type}`);
}
