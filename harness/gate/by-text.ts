/** By code units, whatever the locale is. */
export function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
