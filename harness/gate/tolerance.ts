import { InputRejected } from '../../contracts/input-rejected.ts';
import { show } from '../../contracts/json-fields.ts';

/**
 * How much a number may change. A change takes the first step that it fits; one that fits none fails.
 *
 *     tolerance = "exact" | step *( ", " step )
 *     step      = [ "pass " ] range         without "pass" a change within it is a warning
 *     range     = "any" | bound | bound ".." bound
 *     bound     = ( "+" | "-" ) number [ "%" ]
 *
 * One bound with a plus sign lets a number grow to it and shrink as it will; one with a minus sign lets it shrink to it.
 */
export interface Tolerance {
  /** As written. */
  readonly text: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly passes: boolean;
  /** Undefined where there is no end. */
  readonly least: Bound | undefined;
  readonly most: Bound | undefined;
}

/** `+2%` is 2000 thousandths of a percent. */
interface Bound {
  readonly amount: bigint;
  readonly isPercent: boolean;
}

/** `same` where nothing changed, `pass` where a step says so. */
export type ChangeLevel = 'same' | 'pass' | 'warn' | 'fail';

const MAX_TEXT = 100;
const MAX_STEPS = 8;
const THOUSANDTHS = 1000n;
const NOTHING: Bound = { amount: 0n, isPercent: false };

const expected = 'exact, or ranges such as +2%, -5%..+2%, +100 or any, each alone or after "pass ", separated by ", "';

/**
 * Reads a tolerance.
 *
 * @throws InputRejected at `where`
 *
 * @example
 * const { steps } = parseTolerance('pass +0.1%, -5%..+2%');
 * console.log(steps.length); // 2
 */
export function parseTolerance(text: string, where: string = 'tolerance'): Tolerance {
  if (text === 'exact') return { text, steps: [] };
  const parts = text.length > MAX_TEXT ? [] : text.split(', ');
  const steps = parts.map(readStep);
  if (steps.length === 0 || steps.length > MAX_STEPS || steps.includes(undefined)) {
    throw new InputRejected(where, `expected ${expected}; got ${show(text)}`);
  }
  const known = steps as readonly Step[];
  const empty = known.find(({ least, most }) => least && most && isAbove(least, most));
  if (empty !== undefined) throw new InputRejected(where, `a range ends below its start: ${show(text)}`);
  return { text, steps: known };
}

/**
 * What is to be said of a number that was one thing and is another. Exact: nothing is rounded.
 *
 * @example
 * const tolerance = parseTolerance('pass +0.1%, +2%');
 * console.log([1000n, 1001n, 1020n, 1021n].map((is) => judgeChange(tolerance, 1000n, is)).join()); // same,pass,warn,fail
 */
export function judgeChange({ steps }: Tolerance, was: bigint, is: bigint): ChangeLevel {
  if (was === is) return 'same';
  const step = steps.find(({ least, most }) => {
    return (
      (least === undefined || reaches(least, was, is) >= 0n) && (most === undefined || reaches(most, was, is) <= 0n)
    );
  });
  if (step === undefined) return 'fail';
  return step.passes ? 'pass' : 'warn';
}

/** Below, at or above zero as the change lies below, at or above the bound. */
function reaches({ amount, isPercent }: Bound, was: bigint, is: bigint): bigint {
  return isPercent ? (is - was) * 100n * THOUSANDTHS - amount * was : is - was - amount;
}

function readStep(text: string): Step | undefined {
  const passes = text.startsWith('pass ');
  const range = passes ? text.slice('pass '.length) : text;
  if (range === 'any') return { passes, least: undefined, most: undefined };
  const [first, second, ...others] = range.split('..');
  const bound = readBound(first as string);
  if (bound === undefined || others.length > 0) return undefined;
  if (second !== undefined) {
    const most = readBound(second);
    return most && { passes, least: bound, most };
  }
  const isGrowth = range.startsWith('+');
  return { passes, least: isGrowth ? undefined : bound, most: isGrowth ? bound : NOTHING };
}

function readBound(text: string): Bound | undefined {
  const [, sign, whole, fraction = '', percent] = /^([+-])(\d{1,18})(?:\.(\d{1,3}))?(%?)$/.exec(text) ?? [];
  if (whole === undefined || (percent === '' && fraction !== '')) return undefined;
  const size = percent === '' ? BigInt(whole) : BigInt(whole) * THOUSANDTHS + BigInt(fraction.padEnd(3, '0'));
  return { amount: sign === '-' ? -size : size, isPercent: percent !== '' };
}

/** Only of bounds that are alike can it be told without a number. */
function isAbove(least: Bound, most: Bound): boolean {
  return least.isPercent === most.isPercent ? least.amount > most.amount : least.amount > 0n && most.amount < 0n;
}
