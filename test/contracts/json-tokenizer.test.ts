import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { decodeOutput, decodeRevert } from '../../contracts/call-codec.ts';
import type { Outcome } from '../../engine/outcome.ts';
import { createWasmBackend } from '../../engine/wasm-backend.ts';
import { createEvmBackend } from '../../evm-baseline/evm-backend.ts';
import { bundledWorld } from '../support/bundled-world.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Text, tokens, depth. */
const counts: readonly (readonly [string, number, number])[] = [
  ['1', 1, 0],
  [' "a" ', 1, 0],
  ['null', 1, 0],
  ['-0.5e+10', 1, 0],
  ['[]', 2, 1],
  ['{}', 2, 1],
  ['[1,2]', 5, 1],
  ['{"a":1}', 5, 1],
  ['[[],[[]],{}]', 12, 3],
  ['{"a":{"b":[true,false]},"c":"\\u00e9\\\\"}', 17, 3],
  ['"\u00fc\u{1f600}"', 1, 0],
  ['" \u007f"', 1, 0],
  [nested(64), 128, 64],
];

/** Text, and the offset of what does not fit. */
const refusals: readonly (readonly [string, number])[] = [
  ['', 0],
  [' \n', 2],
  ['1 2', 2],
  ['01', 1],
  ['-', 1],
  ['+1', 0],
  ['1.', 2],
  ['.5', 0],
  ['1e', 2],
  ['1e+', 3],
  ['1.e5', 2],
  ['tru', 3],
  ['trUe', 2],
  ['nulll', 4],
  ['[1,]', 3],
  ['[,1]', 1],
  ['[1', 2],
  ['[1}', 2],
  ['{"a":1]', 6],
  [']', 0],
  ['[]]', 2],
  ['{"a"}', 4],
  ['{"a":}', 5],
  ['{"a":1,}', 7],
  ['{1:2}', 1],
  ['{"a" 1}', 5],
  ['{"a"::1}', 5],
  ['"', 1],
  ['"\n"', 1],
  ['"\u001f"', 1],
  ['"\\', 2],
  ['"\\x"', 2],
  ['"\\u12g4"', 5],
  ['"\\u123', 6],
  ["'a'", 0],
  ['\u00e9', 0],
  ['\ufeff1', 0],
  ['1\0', 1],
  ['\0', 0],
];

/** What a text is made of, where `JSON.parse` has accepted it. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/g;

function measure(text: string): readonly [bigint, bigint] {
  const tokens = text.match(TOKEN) ?? [];
  let [depth, deepest] = [0, 0];
  for (const token of tokens) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    if (token === '}' || token === ']') depth--;
  }
  return [BigInt(tokens.length), BigInt(deepest)];
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON, and what is nearly JSON: a character replaced, removed or added. */
function nearJson(): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(),
    removed: fc.nat(1),
    added: fc.constantFrom('', ...'{}[],:"\\ \n0123456789.-+eEtfnu', 'é', '\0', '\u007f'),
  });
  return fc.tuple(fc.json({ maxDepth: 4 }), fc.array(edit, { maxLength: 2 })).map(([json, edits]) =>
    edits.reduce((text, { at, removed, added }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + added + text.slice(place + removed);
    }, json),
  );
}

for (const createBackend of [createWasmBackend, createEvmBackend]) {
  const isWasm = createBackend === createWasmBackend;
  describe(`json-tokenizer (${isWasm ? 'wasm' : 'evm'})`, () => {
    const open = async () => {
      const { subject, call } = await bundledWorld(await createBackend(), 'json-tokenizer');
      const tokenize = (json: string): Promise<Outcome> => call({ method: 'tokenize', args: [json] });
      const read = async (json: string) => {
        const outcome = await tokenize(json);
        assert(outcome.status !== 'trap');
        if (outcome.status === 'success') return decodeOutput(subject.abi, 'tokenize', outcome.output)?.map(String);
        const error = decodeRevert(subject.abi, outcome.output);
        return [error?.name, ...(error?.args.map(({ value }) => String(value)) ?? [])];
      };
      return { subject, tokenize, read };
    };

    it('counts tokens and depth', async () => {
      const { read } = await open();
      for (const [json, tokens, depth] of counts) {
        assert.deepEqual(await read(json), [String(tokens), String(depth)], json);
      }
    });

    it('says where a text stops being JSON', async () => {
      const { read } = await open();
      for (const [json, offset] of refusals) {
        assert.deepEqual(await read(json), ['InvalidJson', String(offset)], JSON.stringify(json));
      }
      assert.deepEqual(await read(nested(65)), ['TooDeep', '64', '64']);
    });

    it('accepts what JSON.parse accepts, and nothing else', async () => {
      const { read } = await open();
      await fc.assert(
        fc.asyncProperty(nearJson(), async (json) => {
          const found = await read(json);
          if (parses(json)) assert.deepEqual(found, measure(json).map(String));
          else assert.equal(found?.[0], 'InvalidJson');
        }),
        { numRuns: isWasm ? 300 : 40 },
      );
    });

    it('reads the documents of the workloads, a byte being one operation', async () => {
      const { subject, read } = await open();
      for (const { size, operationsPerCall, calls } of subject.workloads) {
        if (size === 'large' && !isWasm) continue;
        const json = calls[0]?.args?.[0] as string;
        assert.equal(operationsPerCall, Buffer.byteLength(json));
        assert.deepEqual(await read(json), measure(json).map(String));
      }
    });

    it('takes the same gas for every blank', async () => {
      const { tokenize } = await open();
      const gas: bigint[] = [];
      for (const blanks of [1, 2, 3, 31]) gas.push((await tokenize(' '.repeat(blanks))).gasUsed);
      const [one, two, three, many] = gas as [bigint, bigint, bigint, bigint];
      assert(two > one);
      assert.deepEqual([three - two, many - three], [two - one, 28n * (two - one)]);
    });
  });
}
