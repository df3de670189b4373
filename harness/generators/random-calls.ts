import * as fc from 'fast-check';
import type { AbiParameters } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { accounts } from '../../contracts/accounts.ts';
import type { ArgumentText, BlockText, CallText, ContractCase } from '../../contracts/contract-case.ts';
import { type BlockContext, defaultBlock } from '../../engine/context.ts';
import { movedBlock } from '../session/moved-block.ts';
import { codeValues } from './code-values.ts';
import { bothFound, type FoundValues, nothingFound } from './found-values.ts';
import {
  afterWorkloads,
  type CalledContract,
  callableMethods,
  type DraftCall,
  methodCall,
  randomAddresses,
} from './method-calls.ts';
import { onwards, randomBlock } from './random-block.ts';
import { randomValue } from './random-values.ts';
import { rawCall } from './raw-calls.ts';

export interface RandomCallsOptions {
  /** Most random calls in a sequence, and most calls of a workload's set-up before them; default 12. The fewest is one call. */
  readonly maxLength?: number;
  /** Values to try besides those in the code. */
  readonly seen?: FoundValues;
}

/** What a call is left to take from those before it, and the block that it runs in. */
interface Draft extends DraftCall {
  readonly reuse?: readonly (number | undefined)[];
  readonly caller?: number | undefined;
  readonly block?: BlockText | undefined;
}

/** One of them is for the caller. */
const MOST_REUSED = 6;
const MOST_BACK = 7;
/** From here on an address is the caller's own: who sends to oneself finds what is read before it is written. */
const OWN = 6;

/**
 * Sequences of calls on a freshly deployed contract: any method of its Solidity ABI from any account, with arguments at
 * the edges of their types, near constants of its code, or the same as of calls before. Mostly without value, sometimes
 * with some, because refusing it is part of what machines must agree on. Addresses include zero, those of the case's
 * contracts and one that nobody uses. Now and then call data is none at all, or of no method, or damaged, and now and then
 * the block moves on. Between them come the calls that set up the case's workloads and its examples, and half of the
 * sequences begin with the set-up of a workload: both lead to states that chance alone would seldom reach. All begin with
 * the manifest's `setup`.
 *
 * @throws InputRejected for an ABI without functions that can be called, and without a fallback.
 *
 * @example
 * const calls = randomCalls(erc20, { maxLength: 3 });
 * const report = await check(soliditySubject(erc20), ['wasm', 'reference'], { calls, callBudget: 20 });
 * console.log(report.agreed); // true
 */
export function randomCalls(
  contract: CalledContract & Partial<Pick<ContractCase, 'setup' | 'wasm' | 'evmInitcode'>>,
  { maxLength = 12, seen = nothingFound }: RandomCallsOptions = {},
): fc.Arbitrary<readonly CallText[]> {
  const { wasm, evmInitcode, setup = [] } = contract;
  const inCode = codeValues({ wasm, evmInitcode });
  const found = bothFound({ ...inCode, selectors: strangersFirst(contract, inCode.selectors) }, seen);
  // What is there to take any call data takes it without methods, too: a proxy.
  const takesAny = contract.abi.some(({ type }) => type === 'fallback' || type === 'receive');
  const hasMethods = callableMethods(contract).length > 0 || !takesAny;
  const call = hasMethods ? methodCall(contract, found) : undefined;
  const raw = rawCall(
    contract,
    call?.map((draft) => draft.call),
    found,
  ).map((text): DraftCall => ({ call: text }));
  const draft = fc
    .record({
      made:
        call === undefined
          ? raw
          : fc.oneof({ withCrossShrink: true }, { weight: 6, arbitrary: call }, { weight: 1, arbitrary: raw }),
      reuse: fc.array(seldom(3, fc.nat(MOST_BACK)), { minLength: MOST_REUSED, maxLength: MOST_REUSED }),
      block: seldom(5, randomBlock(found)),
    })
    .map(({ made, reuse, block }): Draft => ({ ...made, reuse: reuse.slice(1), caller: reuse[0], block }));
  const first = fc.tuple(...setup.map((text) => new LeftOutLast(text)));
  return fc
    .tuple(first, afterWorkloads(contract, draft, maxLength))
    .map(([before, drafts]) =>
      wholeCalls([...before.flatMap((text) => (text === undefined ? [] : [{ call: text }])), ...drafts]),
    );
}

/** Selectors that the ABI does not have before those that it has: a method or an interface that one form alone knows is there. */
function strangersFirst({ abi }: CalledContract, selectors: readonly number[]): readonly number[] {
  const items = abi.filter((item) => item.type === 'function' || item.type === 'error');
  const known = new Set(items.map((item) => Number.parseInt(AbiItem.getSelector(item), 16)));
  return [...selectors.filter((value) => !known.has(value)), ...selectors.filter((value) => known.has(value))];
}

/** Mostly those of the manifest: others mostly lead to a contract of no use. Undefined where there are none. @throws InputRejected */
export function randomConstructorArgs(
  contract: CalledContract & Pick<ContractCase, 'constructorArgs'>,
  found: FoundValues = nothingFound,
): fc.Arbitrary<readonly ArgumentText[]> | undefined {
  const inputs = contract.abi.find((item) => item.type === 'constructor')?.inputs ?? [];
  if (inputs.length === 0) return undefined;
  const addresses = randomAddresses(contract);
  const other = fc.tuple(...inputs.map((input) => randomValue(input, addresses, found)));
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 9, arbitrary: fc.constant(contract.constructorArgs) },
    { weight: 1, arbitrary: other },
  );
}

function seldom<T>(weight: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ withCrossShrink: true }, { weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** There, unless shrinking finds that it need not be. */
class LeftOutLast<T> extends fc.Arbitrary<T | undefined> {
  readonly #thing: T;

  constructor(thing: T) {
    super();
    this.#thing = thing;
  }

  override generate(): fc.Value<T | undefined> {
    return new fc.Value<T | undefined>(this.#thing, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is T | undefined {
    return value === undefined || value === this.#thing;
  }

  override shrink(value: T | undefined): fc.Stream<fc.Value<T | undefined>> {
    if (value === undefined) return fc.Stream.nil();
    return fc.Stream.of(new fc.Value<T | undefined>(undefined, undefined));
  }
}

/**
 * Gives calls some of the arguments of those before them, of the same type, the last first: an allowance is spent by who
 * was named in it, and an order is cancelled by its number. No block comes before that of the call before it.
 */
function wholeCalls(drafts: readonly Draft[]): readonly CallText[] {
  const seen = new Map<string, ArgumentText[]>();
  const see = (type: string, value: ArgumentText) => {
    const values = (seen.get(type) ?? []).filter((other) => other !== value);
    seen.set(type, [value, ...values]);
  };
  const pick = (type: string, index: number | undefined): ArgumentText | undefined => {
    const values = seen.get(type);
    return index === undefined || values === undefined ? undefined : values[index % values.length];
  };
  let now: BlockContext = defaultBlock;
  return drafts.map(({ call, inputs, reuse = [], caller, block: drawn }) => {
    const block = drawn && onwards(now, drawn);
    now = movedBlock(now, block ?? call.block ?? {});
    const whole: CallText = { ...call, ...(block !== undefined && { block }) };
    if (call.data !== undefined) return whole;
    if (inputs === undefined) return whole;
    const acting = pick('address', caller);
    const from = typeof acting === 'string' && Object.hasOwn(accounts, acting) ? acting : call.caller;
    const args = call.args.map((argument, at) => {
      const type = inputs[at]?.type ?? '';
      if (!isReusable(inputs[at])) return argument;
      const isOwn = type === 'address' && (reuse[at] ?? 0) >= OWN;
      return (isOwn ? from : pick(type, reuse[at])) ?? argument;
    });
    for (const [at, argument] of args.entries()) if (isReusable(inputs[at])) see(inputs[at]?.type ?? '', argument);
    if (from !== undefined) see('address', from);
    return { ...call, args, ...(from !== undefined && { caller: from }), ...(block !== undefined && { block }) };
  });
}

function isReusable(input: AbiParameters.Parameter | undefined): boolean {
  return input !== undefined && /^(?:u?int\d+|address|bytes\d+)$/.test(input.type);
}
