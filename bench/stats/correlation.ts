/**
 * Pearson's correlation, squared: the share of the variance of y that a straight line over x explains.
 *
 * @returns 0 where all x or all y are equal.
 */
export function squaredCorrelation(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(xs), mean(ys)];
  let [products, squaresX, squaresY] = [0, 0, 0];
  for (const [at, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, (ys[at] as number) - meanY];
    products += dx * dy;
    squaresX += dx * dx;
    squaresY += dy * dy;
  }
  return squaresX === 0 || squaresY === 0 ? 0 : (products * products) / (squaresX * squaresY);
}
