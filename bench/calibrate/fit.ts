import { median } from '../stats/median.ts';
import { nonNegativeLeastSquares } from './nnls.ts';

export interface Fit {
  /** One per column. */
  readonly coefficients: readonly number[];
  /** Share of the variance of the targets that the fit explains: 1 - SSE / SST, over all rows and unweighted. */
  readonly rSquared: number;
  /** Per row, (predicted - measured) / measured. */
  readonly residuals: readonly number[];
}

const ROUNDS = 30;
/** Huber's constant: rows within this many standard deviations count in full. */
const HUBER = 1.345;
/** Of a normal distribution, standard deviation over median absolute deviation. */
const SIGMA_PER_MAD = 1.4826;

/**
 * Fits `targets`, all above 0, as non-negative combinations of columns. What counts is the relative error, so that long
 * programs do not outweigh short ones; and a row further off than most counts less the further it is (iteratively
 * reweighted, Huber), so that single outliers do not bend the rest.
 */
export function fitRobustly(rows: readonly (readonly number[])[], targets: readonly number[]): Fit {
  const relative = rows.map((row, at) => row.map((value) => value / (targets[at] as number)));
  const ones = targets.map(() => 1);
  let weights: readonly number[] = ones;
  let coefficients = nonNegativeLeastSquares(relative, ones, weights);
  for (let round = 0; round < ROUNDS; round++) {
    const errors = residualsOf(relative, coefficients).map(Math.abs);
    const scale = HUBER * SIGMA_PER_MAD * Math.max(median(errors), 1e-9);
    weights = errors.map((error) => (error <= scale ? 1 : scale / error));
    coefficients = nonNegativeLeastSquares(relative, ones, weights);
  }
  const predicted = rows.map((row) => dot(row, coefficients));
  return { coefficients, rSquared: rSquared(targets, predicted), residuals: residualsOf(relative, coefficients) };
}

function residualsOf(relative: readonly (readonly number[])[], coefficients: readonly number[]): readonly number[] {
  return relative.map((row) => dot(row, coefficients) - 1);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

export function rSquared(measured: readonly number[], predicted: readonly number[]): number {
  const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
  const squares = (of: (value: number, at: number) => number) =>
    measured.reduce((sum, value, at) => sum + of(value, at) ** 2, 0);
  return 1 - squares((value, at) => value - (predicted[at] as number)) / squares((value) => value - mean);
}
