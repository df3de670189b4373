import { EngineError } from '../engine/errors.ts';
import { ModuleRejected } from '../metering/format/module-rejected.ts';
import { inParts } from './in-parts.ts';
import { fromMessageText, linesOf, toLine, toMessageText } from './message-text.ts';

/** What a child sends. Requests are answered in order; a list comes in as many messages of `items` as it needs. */
export type Answer =
  | { readonly items: readonly unknown[] }
  | { readonly result?: unknown; readonly isList?: boolean }
  | { readonly error: ErrorText };

/** An error on its way between processes. */
type ErrorText =
  | Pick<EngineError, 'name' | 'code' | 'message'>
  | Pick<ModuleRejected, 'name' | 'code' | 'offset' | 'limit' | 'actual'>;

const MAX_ERROR_MESSAGE = 2000;
/** Items are sent when they are so long together. */
const LIST_BYTES = 1 << 20;

/**
 * The error as it was thrown, for all that the engine throws; anything else is a failure of the host.
 *
 * @throws Error in words that go after the child's name.
 */
export function errorOf(text: ErrorText | null | undefined): Error {
  if (text?.name === 'EngineError') return new EngineError(text.code, text.message);
  if (text?.name !== 'ModuleRejected') throw new Error('wrote an error that is none');
  const { code, offset, limit, actual } = text;
  return new ModuleRejected(code, offset, limit, actual);
}

function textOf(error: unknown): ErrorText {
  if (error instanceof ModuleRejected) {
    const { name, code, offset, limit, actual } = error;
    return { name, code, offset, limit, actual };
  }
  const message = String(error instanceof Error ? error.message : error).slice(0, MAX_ERROR_MESSAGE);
  return { name: 'EngineError', code: error instanceof EngineError ? error.code : 'internal', message };
}

/** A child's side: answers what comes on standard input, one request after the other, until nothing more comes. */
export async function answerRequests<R>(answer: (request: R) => Promise<unknown>): Promise<void> {
  for await (const line of linesOf(process.stdin)) {
    try {
      for (const text of answerTexts(await answer(fromMessageText(line) as R))) await send(text);
    } catch (error) {
      await send(toMessageText({ error: textOf(error) }));
    }
  }
}

async function send(text: string): Promise<void> {
  const line = toLine(text);
  await new Promise((sent) => process.stdout.write(line, sent));
}

function* answerTexts(result: unknown): Generator<string, undefined> {
  if (!Array.isArray(result)) return yield toMessageText({ result });
  for (const texts of inParts(textsOf(result), ({ length }) => length, LIST_BYTES)) yield `{"items":[${texts.join()}]}`;
  yield toMessageText({ isList: true });
}

function* textsOf(items: readonly unknown[]): Generator<string, undefined> {
  for (const item of items) yield toMessageText(item);
}
