import { resolveAddress } from '../../contracts/call-argument.ts';
import type { InkArgument } from '../../contracts/ink/argument.ts';
import { readInkBundle } from '../../contracts/ink/bundle.ts';
import { createInkCodec } from '../../contracts/ink/ink-codec.ts';
import { accountIdOf } from '../../engine/abi/seal/account-id.ts';
import { sealAbi } from '../../engine/abi/seal/seal-abi.ts';
import { fromHex, toHex } from '../../engine/bytes.ts';
import { trapName } from '../../engine/outcome.ts';
import { parseJsonList } from './json-list.ts';
import type { Subject } from './subject.ts';

/** An ink! contract from a `.contract` file. Only the WebAssembly machines can run it. @throws InputRejected */
export function inkSubject(path: string): Subject {
  const bundle = readInkBundle(path);
  const codec = createInkCodec(bundle);
  return {
    id: bundle.name,
    code: { name: bundle.name, wasm: { bytes: bundle.wasm, abi: sealAbi } },
    companions: [],
    machines: ['wasm', 'wasm-fresh', 'wasm-unmetered', 'reference'],
    contract: undefined,
    constructorInput: (name, text = '[]') => {
      const args = parseJsonList<InkArgument>('--constructor-args', text).map(withAccount);
      return codec.encodeConstructor(name ?? codec.constructorFor(args.length), args);
    },
    callInput: (method, args) => codec.encodeMessage(method, args.map(argument)),
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
function argument(text: string): InkArgument {
  if (!/^(?:true|false|null|[[{"].*)$/s.test(text)) return withAccount(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `@alice` is the account id of alice. */
function withAccount(argument: InkArgument): InkArgument {
  if (typeof argument !== 'string' || !argument.startsWith('@')) return argument;
  return toHex(accountIdOf(addressOf(argument.slice(1))));
}

function addressOf(text: string, where?: string): Uint8Array {
  return fromHex(resolveAddress(text, where));
}
