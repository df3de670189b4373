/** How many times `WebAssembly.Instance` is constructed while `body` runs. */
export async function countInstances(body: () => Promise<void>): Promise<number> {
  const original = WebAssembly.Instance;
  let made = 0;
  WebAssembly.Instance = new Proxy(original, {
    construct(target, args) {
      made++;
      return Reflect.construct(target, args);
    },
  });
  try {
    await body();
  } finally {
    WebAssembly.Instance = original;
  }
  return made;
}
