import type { GasMeter } from '../gas.ts';
import { GuestTrap } from '../guest-exit.ts';
import type { Budget } from '../machine.ts';
import { TrapCode } from '../outcome.ts';

/** What one frame has left to spend. Nothing is deducted unless all of it can be. */
export class GasCounter implements GasMeter {
  #gas: bigint;
  #stackWords: number;

  constructor({ gas, stackWords }: Budget) {
    this.#gas = gas;
    this.#stackWords = stackWords;
  }

  charge(amount: number): void {
    this.spend(BigInt(amount));
  }

  spend(amount: bigint): void {
    if (amount > this.#gas) throw new GuestTrap(TrapCode.OutOfGas);
    this.#gas -= amount;
  }

  left(): bigint {
    return this.#gas;
  }

  stackWordsLeft(): number {
    return this.#stackWords;
  }

  takeStack(words: number): void {
    if (words > this.#stackWords) throw new GuestTrap(TrapCode.StackExhausted);
    this.#stackWords -= words;
  }

  giveBackStack(words: number): void {
    this.#stackWords += words;
  }
}
