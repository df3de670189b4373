/** How many times `WebAssembly.Instance`, or `Module`, is constructed while `body` runs. */
export async function countMade(kind: 'Instance' | 'Module', body: () => Promise<void>): Promise<number> {
  const original = WebAssembly[kind];
  let made = 0;
  const counting = new Proxy(original as new (...args: unknown[]) => object, {
    construct(target, args) {
      made++;
      return Reflect.construct(target, args);
    },
  });
  Object.assign(WebAssembly, { [kind]: counting });
  try {
    await body();
  } finally {
    Object.assign(WebAssembly, { [kind]: original });
  }
  return made;
}
