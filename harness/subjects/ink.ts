import { resolve } from 'node:path';
import { resolveAddress } from '../../contracts/call-argument.ts';
import type { ArgumentText } from '../../contracts/contract-case.ts';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import { readInkBundle } from '../../contracts/ink/bundle.ts';
import { createInkCodec } from '../../contracts/ink/ink-codec.ts';
import { accountIdOf } from '../../engine/abi/seal/account-id.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { trapName } from '../../engine/outcome.ts';
import { randomInkCalls } from '../generators/random-ink-calls.ts';
import { namedSequence } from '../session/sequence.ts';
import type { ReplayCall } from './replay-call.ts';
import type { DescribedSubject } from './subject.ts';

/** An ink! contract from a `.contract` file. Only the WebAssembly machines can run it. @throws InputRejected */
export function inkSubject(path: string): DescribedSubject {
  const bundle = readInkBundle(path);
  const codec = createInkCodec(bundle);
  return {
    id: bundle.name,
    code: { name: bundle.name, wasm: { bytes: bundle.wasm, abi: sealAbi } },
    constructorArgs: [],
    path: resolve(path),
    contract: undefined,
    randomCalls: () => randomInkCalls(codec.messages),
    encode: (args, calls, constructorName) => {
      const given = inkArguments(args);
      const encoding = {
        companionInputs: [],
        constructorInput: codec.encodeConstructor(constructorName ?? codec.constructorFor(given.length), given),
        encodeCall: ({ method, args: written, data }: ReplayCall) => ({
          input: data === undefined ? codec.encodeMessage(method, inkArguments(written)) : fromHex(data),
        }),
      };
      return namedSequence(encoding, calls);
    },
    typedArguments: (_, texts) => texts.map(typedArgument),
    address: addressOf,
    describeResult: (method, outcome) => {
      if (outcome.status === 'trap') return trapName(outcome.code);
      // A revert from below the contract's own code carries no value of the message's type.
      if (outcome.output.length === 0) return '';
      const { value, error } = codec.decodeOutput(method, outcome.output);
      return error ?? JSON.stringify(value);
    },
    describeEvent: (event) => {
      const decoded = codec.decodeEvent(event);
      if (decoded === undefined) return `unknown event ${event.topics.map(toHex).join(' ')} ${toHex(event.data)}`;
      const args = Object.entries(decoded.args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
      return `${decoded.name}(${args.join(', ')})`;
    },
  };
}

/** JSON where it is JSON, so that `true`, `null`, lists and structs can be written; else text as it is. */
function typedArgument(text: string): ArgumentText {
  if (!/^(?:true|false|null|[[{"].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Structs and absent options are JSON too; nothing but the codec looks at them. */
function inkArguments(args: readonly ArgumentText[]): readonly InkArgument[] {
  return (args as readonly InkArgument[]).map(withAccount);
}

/** `@alice` is the account id of alice. */
function withAccount(argument: InkArgument): InkArgument {
  if (typeof argument !== 'string' || !argument.startsWith('@')) return argument;
  return toHex(accountIdOf(addressOf(argument.slice(1))));
}

function addressOf(text: string, where?: string): Uint8Array {
  return fromHex(resolveAddress(text, where));
}
