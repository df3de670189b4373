import type { MethodCallText } from '../../contracts/contract-case.ts';

export interface OpenOrder {
  readonly id: number;
  readonly owner: string;
  readonly isBid: boolean;
  readonly price: number;
  readonly amount: number;
}

const FILL_LIMIT = 16;

/** The order book as plainly as it can be said: a list of open orders in the order of their arrival. */
export class OrderBookModel {
  #open: readonly OpenOrder[] = [];

  get open(): readonly OpenOrder[] {
    return this.#open;
  }

  best(isBid: boolean): OpenOrder | undefined {
    const side = this.#open.filter((order) => order.isBid === isBid);
    const [first, ...others] = side;
    return others.reduce(
      (best, order) =>
        best !== undefined && (isBid ? order.price > best.price : order.price < best.price) ? order : best,
      first,
    );
  }

  /** Returns how much was filled at once. */
  place({ amount, ...terms }: OpenOrder): number {
    const { isBid, price } = terms;
    let filled = 0;
    for (let fills = 0; filled < amount; fills++) {
      const best = this.best(!isBid);
      if (best === undefined || (isBid ? best.price > price : best.price < price)) {
        this.#open = [...this.#open, { ...terms, amount: amount - filled }];
        return filled;
      }
      if (fills === FILL_LIMIT) return filled;
      const traded = Math.min(amount - filled, best.amount);
      const rest = traded === best.amount ? [] : [{ ...best, amount: best.amount - traded }];
      this.#open = this.#open.flatMap((order) => (order === best ? rest : [order]));
      filled += traded;
    }
    return filled;
  }

  cancel(id: number): void {
    this.#open = this.#open.filter((order) => order.id !== id);
  }
}

/** A generator of numbers below a bound: xorshift (Marsaglia, 2003) of 32 bits. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * So many calls, and then those that take every order out again that is still open: orders of four accounts around one
 * price, a quarter of the calls cancellations.
 */
export function randomFlow(seed: number, length: number): readonly MethodCallText[] {
  const next = random(seed);
  const model = new OrderBookModel();
  const calls: MethodCallText[] = [];
  const cancel = ({ id, owner }: OpenOrder): void => {
    model.cancel(id);
    calls.push({ method: 'cancel', args: [id], caller: owner });
  };
  while (calls.length < length) {
    const { open } = model;
    if (open.length > 0 && next(4) === 0) {
      cancel(open[next(open.length)] as OpenOrder);
      continue;
    }
    const owner = ['alice', 'bob', 'carol', 'dave'][next(4)] as string;
    const isBid = next(2) === 0;
    const price = 1020 + (isBid ? -next(24) : next(24)) + (isBid ? 8 : -8);
    const id = 1 + calls.length;
    const amount = 1 + next(100);
    model.place({ id, owner, isBid, price, amount });
    calls.push({ method: 'place', args: [id, isBid, price, amount], caller: owner });
  }
  for (const order of model.open) cancel(order);
  return calls;
}
