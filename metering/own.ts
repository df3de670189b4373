/** An object's own property, or undefined: what somebody has put on Object.prototype is no option of ours. */
export function own<T extends object, K extends keyof T>(object: T, name: K): T[K] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
