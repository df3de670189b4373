/**
 * The name of a contract or file as cases are called: lower-case words joined by dashes.
 * `UniswapV2Pair` is `uniswap-v2-pair`, and `my_token.min` is `my-token-min`.
 */
export function caseId(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const id = (words ?? []).join('-');
  return /^[a-z]/.test(id) ? id : `contract${id === '' ? '' : `-${id}`}`;
}
