import { createHash } from 'node:crypto';

/**
 * Text of at most so many characters, then a few digits of the hash of all of it, so that what differs stays different.
 *
 * @param whole What the hash is of, where the text does not say all of it.
 */
export function shortened(text: string, most: number, whole: unknown = text): string {
  const characters = Array.from(text.slice(0, 2 * most + 2));
  if (characters.length <= most) return text;
  const hash = createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 16);
  return `${characters.slice(0, most).join('')}... #${hash}`;
}
