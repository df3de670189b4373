/** A small deterministic source of choices: the same seed always gives the same ones. */
export interface Random {
  /** From 0 to `count` - 1. */
  below(count: number): number;
  /** From `least` to `most`. */
  between(least: number, most: number): number;
  /** True so many times out of a hundred. */
  chance(percent: number): boolean;
  /** @throws RangeError of none */
  pick<Item>(items: readonly Item[]): Item;
  /** By weight. @throws RangeError of none */
  pickWeighted<Item>(items: readonly (readonly [weight: number, item: Item])[]): Item;
}

/** G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, in 32 bits. */
export function randomFrom(...seeds: readonly number[]): Random {
  let state = 0;
  const next = (): number => {
    state = (state + 0x9e37_79b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  for (const seed of seeds) state = next() ^ seed;
  const below = (count: number): number => Math.floor((next() / 2 ** 32) * count);
  const pick = <Item>(items: readonly Item[]): Item => {
    if (items.length === 0) throw new RangeError('there is nothing to choose from');
    return items[below(items.length)] as Item;
  };
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (percent) => below(100) < percent,
    pick,
    pickWeighted: (items) => {
      let left = below(items.reduce((sum, [weight]) => sum + weight, 0));
      for (const [weight, item] of items) {
        if (left < weight) return item;
        left -= weight;
      }
      return pick(items)[1];
    },
  };
}
