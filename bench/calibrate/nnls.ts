/** More sweeps than any of our fits needs; one sweep updates every unknown once. */
const MAX_SWEEPS = 200_000;
const TOLERANCE = 1e-12;

/**
 * The x >= 0 that makes the weighted sum of squares of `rows x - targets` least, by sequential coordinate descent on the
 * normal equations: the problem is convex, so that the best step in one unknown after another ends in the optimum.
 * Source: Franc, Hlavac, Navara, "Sequential Coordinate-wise Algorithm for the Non-negative Least Squares Problem"
 * (2005). Where several x are best, one of them.
 *
 * @param weights One per row, of its square; all 1 if left out.
 */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  weights: readonly number[] = targets.map(() => 1),
): readonly number[] {
  const count = rows[0]?.length ?? 0;
  const { matrix, vector } = normalEquations(rows, targets, weights, count);
  const x = new Float64Array(count);
  // The gradient of half the sum of squares at x.
  const gradient = vector.map((value) => -value);
  const largest = Math.max(...vector.map(Math.abs), Number.MIN_VALUE);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let change = 0;
    for (let k = 0; k < count; k++) {
      const row = matrix[k] as Float64Array;
      const diagonal = row[k] as number;
      if (diagonal === 0) continue;
      const before = x[k] as number;
      const after = Math.max(0, before - (gradient[k] as number) / diagonal);
      const step = after - before;
      if (step === 0) continue;
      x[k] = after;
      for (let i = 0; i < count; i++) gradient[i] = (gradient[i] as number) + step * (row[i] as number);
      change = Math.max(change, Math.abs(step) * diagonal);
    }
    if (change <= TOLERANCE * largest) break;
  }
  return [...x];
}

function normalEquations(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  weights: readonly number[],
  count: number,
): { readonly matrix: readonly Float64Array[]; readonly vector: readonly number[] } {
  const matrix = Array.from({ length: count }, () => new Float64Array(count));
  const vector = new Array<number>(count).fill(0);
  for (const [at, row] of rows.entries()) {
    const weight = weights[at] as number;
    for (let i = 0; i < count; i++) {
      const scaled = weight * (row[i] as number);
      if (scaled === 0) continue;
      vector[i] = (vector[i] as number) + scaled * (targets[at] as number);
      const line = matrix[i] as Float64Array;
      for (let j = 0; j < count; j++) line[j] = (line[j] as number) + scaled * (row[j] as number);
    }
  }
  return { matrix, vector };
}
