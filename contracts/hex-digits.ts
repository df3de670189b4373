/** Whether text is hex digits, two per byte. Without groups: V8 runs out of stack on a repeated group of millions. */
export function isHexBytes(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text);
}
