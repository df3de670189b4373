/** Documents of ours with something changed, through everything that reads JSON from outside: a value or a typed error. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArtifactLock } from '../../contracts/artifact-lock.ts';
import { parseHexCode } from '../../contracts/forms/hex-code.ts';
import { parseInkBundle } from '../../contracts/ink/bundle.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { parseManifest } from '../../contracts/manifest.ts';
import { parseAbi } from '../../contracts/parse-abi.ts';
import { parseReplayFile, parseScript, ReplayRejected } from '../../harness/agreement/replay-file.ts';
import { parseJsonList } from '../../harness/subjects/json-list.ts';
import type { Random } from '../random.ts';
import { shorterTexts } from '../shrink.ts';
import { Discarded, Finding, type FuzzTarget } from '../target.ts';
import { randomArguments } from './abi-decoders.ts';

export interface TextInput {
  readonly reader: string;
  readonly text: string;
}

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  manifest: (text) => parseManifest(text, 'manifest'),
  replay: parseReplayFile,
  script: parseScript,
  abi: (text) => parseAbi(text, 'abi'),
  lock: (text) => parseArtifactLock(text, 'lock'),
  ink: (text) => parseInkBundle(new TextEncoder().encode(text), 'bundle'),
  hex: (text) => parseHexCode(text, 'code'),
  list: (text) => parseJsonList('list', text),
};

const CONTRACTS = fileURLToPath(new URL('../../contracts/', import.meta.url));

/** Which documents a reader's texts are made of. */
const samples: Readonly<Record<string, RegExp>> = {
  manifest: /^[^/]+\/manifest\.json$/,
  abi: /^[^/]+\/build\/[^/]+\.abi\.json$/,
  lock: /^artifacts\.lock\.json$/,
};

const script = {
  case: 'erc20',
  constructorArgs: ['Example', 'EXM', '1000'],
  steps: [
    { method: 'mint', args: ['bob', ['5', true]], caller: 'alice', value: '7', gasLimit: '1000' },
    { data: '0x01' },
  ],
};
const replay = {
  format: 'trimeter-replay',
  version: 3,
  backends: ['wasm', 'reference'],
  seed: 1,
  ...script,
  origin: {
    schedule: 'flat-v2',
    trimeter: '0.1.0',
    engine: 'v8 1',
    code: [{ name: 'a.wasm', sha256: '0'.repeat(64) }],
  },
  disagreement: { step: 1, field: 'gas', backends: ['wasm', 'reference'], left: '1', right: '2' },
};
const bundle = {
  source: { hash: '0x00', wasm: '0x0061736d01000000' },
  contract: { name: 'a' },
  version: '5',
  spec: {},
  types: [],
};

const own: Readonly<Record<string, string>> = {
  replay: JSON.stringify(replay),
  script: JSON.stringify(script),
  ink: JSON.stringify(bundle),
  hex: '0x6080604052',
  list: '["1", ["2"]]',
};

export function jsonReadersTarget(): FuzzTarget<TextInput> {
  const texts = new Map<string, readonly string[]>();
  const textsOf = (reader: string): readonly string[] => {
    const found = texts.get(reader) ?? readSamples(reader);
    texts.set(reader, found);
    return found;
  };
  return {
    name: 'json-readers',
    title: 'changed documents through the readers of manifests, ABIs, locks, replay files, scripts and bundles',
    share: 4,
    make: async (random) => {
      const reader = random.pick(Object.keys(readers));
      return { reader, text: changed(random.pick(textsOf(reader)), random) };
    },
    run: async ({ reader, text }) => {
      const read = readers[reader];
      if (read === undefined) throw new Discarded(`no reader ${reader}`);
      const prototype = Object.getOwnPropertyNames(Object.prototype).length;
      let isRead = true;
      try {
        read(text);
      } catch (error) {
        if (!(error instanceof InputRejected || error instanceof ReplayRejected)) throw error;
        if (error.message.includes('\n')) throw new Finding('failure', `an error of several lines: ${error.message}`);
        isRead = false;
      }
      if (Object.getOwnPropertyNames(Object.prototype).length !== prototype) {
        throw new Finding('failure', 'Object.prototype has another property');
      }
      return { texts: 1, [`${reader}: ${isRead ? 'read' : 'refused'}`]: 1 };
    },
    smaller: function* ({ reader, text }) {
      for (const shorter of shorterTexts(text)) yield { reader, text: shorter };
    },
  };
}

function readSamples(reader: string): readonly string[] {
  const written = own[reader];
  if (written !== undefined) return [written];
  const pattern = samples[reader] ?? /^$/;
  const paths = readdirSync(CONTRACTS, { recursive: true, withFileTypes: false }) as string[];
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => pattern.test(path))
    .sort()
    .map((path) => readFileSync(join(CONTRACTS, path), 'utf8'));
}

/** In its values as often as in its letters. */
function changed(text: string, random: Random): string {
  let changedText = text;
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    changedText = random.chance(60) ? withOtherValue(changedText, random) : withOtherLetters(changedText, random);
  }
  return changedText;
}

/** Exchanges one JSON value or key in the text for another. */
function withOtherValue(text: string, random: Random): string {
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\[\]|\{\}/g)];
  if (tokens.length === 0) return text;
  const token = random.pick(tokens);
  const other = random.pickWeighted<() => string>([
    [4, () => JSON.stringify(randomArguments(random)[0] ?? null)],
    [2, () => random.pick(tokens)[0]],
    [2, () => random.pick(['"__proto__"', '"constructor"', '"then"', '"\\ud800"', '"\\u0000"', '"then": 1, "x"'])],
    [1, () => random.pick(['1e999', '-0', '1e-7', '9007199254740993', '[[[[[[[[[[]]]]]]]]]]', '{"a":{"a":{}}}'])],
    [1, () => `${'['.repeat(random.pick([10, 100, 5_000]))}`],
    [1, () => `"${'a'.repeat(random.pick([100, 10_000]))}"`],
  ])();
  return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
}

function withOtherLetters(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(12);
  const inserted = random.pick([
    '',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\ud800',
    '\u0000',
    '\ufeff',
    '0',
    '-',
    ' ',
  ]);
  return text.slice(0, at) + inserted + text.slice(at + (random.chance(50) ? length : 0));
}
