import type { Abi, AbiFunction } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import { accounts } from '../../contracts/accounts.ts';
import { resolveAddress } from '../../contracts/call-argument.ts';
import {
  decodeEvent,
  decodeOutput,
  decodeRevert,
  type PrintedItem,
  type PrintedValue,
} from '../../contracts/call-codec.ts';
import {
  addressBook,
  companionDeployments,
  encodeCaseCall,
  encodeCaseConstructor,
} from '../../contracts/case-calls.ts';
import type { ArgumentText, ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { type Outcome, trapName } from '../../engine/outcome.ts';
import { creationBytes } from '../../engine/payload-limits.ts';
import { codeValues } from '../generators/code-values.ts';
import { randomCalls, randomConstructorArgs } from '../generators/random-calls.ts';
import { namedSequence } from '../session/sequence.ts';
import { closestName } from '../text/closest-name.ts';
import { contractCode } from './contract-code.ts';
import { parseJsonList } from './json-list.ts';
import type { DescribedSubject } from './subject.ts';

/**
 * A contract with a folder, whose calls are encoded as Solidity does.
 *
 * @example
 * const { id, typedArguments } = soliditySubject(await readBundledCase('erc20'));
 * console.log(id, typedArguments('transfer', ['bob', '5'])); // erc20 [ 'bob', '5' ]
 */
export function soliditySubject(contract: ContractCase): DescribedSubject {
  const { id, companions, constructorArgs } = contract;
  return {
    id,
    code: contractCode(contract),
    companions: companions.map((companion) => contractCode(companion.contract)),
    constructorArgs,
    path: contract.path,
    contract,
    randomCalls: (seen) => randomCalls(contract, seen && { seen }),
    get randomConstructorArgs() {
      return randomConstructorArgs(contract, codeValues(contract))?.filter((args) => isLetIn(contract, args));
    },
    describeRevert: (output) => {
      const error = decodeRevert(everyAbi(contract), output);
      return error && describeItem(error);
    },
    encode: (args, calls, constructorName) => {
      if (constructorName !== undefined) throw new InputRejected('--constructor', `${id} has only one constructor`);
      const encoding = {
        companionInputs: companionDeployments(contract).map(({ input }) => input),
        constructorInput: encodeCaseConstructor(contract, args),
        encodeCall: (call: Parameters<typeof encodeCaseCall>[1]) => {
          const { to, input } = encodeCaseCall(contract, call);
          return { ...(call.to !== undefined && { to: fromHex(to) }), input };
        },
      };
      return namedSequence(encoding, calls);
    },
    typedArguments: (method, texts) => {
      const { inputs } = findMethod(contract, method);
      return texts.map((text, at) => {
        const type = inputs[at]?.type ?? '';
        return type.endsWith(']') || type === 'tuple' ? parseJsonList(`${method}: ${inputs[at]?.name}`, text) : text;
      });
    },
    address: (text, where) => fromHex(resolveAddress(text, where, addressBook(contract))),
    describeResult: (method, outcome) => describeResult(contract, method, outcome),
    describeEvent: ({ topics, data }) => {
      const event = decodeEvent(everyAbi(contract), topics, data);
      return event === undefined ? `unknown event ${topics.map(toHex).join(' ')} ${toHex(data)}` : describeItem(event);
    },
  };
}

/** Whether no EVM refuses the creation for its length alone, where another machine has no such limit. */
function isLetIn(contract: ContractCase, args: readonly ArgumentText[]): boolean {
  const codeBytes = contract.evmInitcode?.length ?? 0;
  return args === contract.constructorArgs || codeBytes + encodeCaseConstructor(contract, args).length <= creationBytes;
}

/** With the companions' events and errors, which pass through the contract. */
function everyAbi({ abi, companions }: ContractCase): Abi.Abi {
  return [...abi, ...companions.flatMap((companion) => companion.contract.abi)];
}

function describeResult(contract: ContractCase, method: string, outcome: Outcome): string {
  if (outcome.status === 'trap') return trapName(outcome.code);
  if (outcome.status === 'revert') {
    const error = decodeRevert(everyAbi(contract), outcome.output);
    return error === undefined ? toHex(outcome.output) : describeItem(error);
  }
  return decodeOutput(contract.abi, method, outcome.output)?.map(describeValue).join(', ') ?? toHex(outcome.output);
}

function describeItem({ name, args }: PrintedItem): string {
  return `${name}(${args.map((arg) => `${arg.name}: ${describeValue(arg.value)}`).join(', ')})`;
}

/** As JSON, but without quotes around what needs none, and with names for the accounts that have one. */
function describeValue(value: PrintedValue): string {
  if (typeof value === 'string') {
    const account = Object.entries(accounts).find(([, address]) => address === value.toLowerCase());
    return account?.[0] ?? (/^(?:-?\d+|0x[0-9a-fA-F]*)$/.test(value) ? value : JSON.stringify(value));
  }
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`;
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${describeValue(field)}`);
  return `{${fields.join(', ')}}`;
}

function findMethod({ id, abi }: ContractCase, method: string): AbiFunction.AbiFunction {
  const methods = abi.filter((item) => item.type === 'function');
  const found = methods.find((item) => item.name === method || AbiItem.getSignature(item) === method);
  const alike = methods.filter(({ name }) => name === method).map((item) => AbiItem.getSignature(item));
  if (alike.length > 1) {
    throw new InputRejected(`${id}.${method}`, `is overloaded: write which one, as in '${alike.join("' or '")}'`);
  }
  if (found !== undefined) return found;
  const signatures = methods.map((item) => AbiItem.getSignature(item)).join(', ');
  if (method === '') throw new InputRejected(id, `no method given; there are ${signatures}`);
  const closest = closestName(
    method,
    methods.map(({ name }) => name),
  );
  const meant = closest === undefined ? '' : `did you mean ${closest}? `;
  throw new InputRejected(`${id}.${method}`, `no such method; ${meant}there are ${signatures}`);
}
