import { own } from '../metering/own.ts';
import { badArgument, checkCount, checkObject, checkOptions } from './argument-checks.ts';
import {
  defaultRecordEvery,
  mostCommitments,
  mostRecordedSteps,
  noChain,
  type RecordDetail,
  type RecordOptions,
} from './recording.ts';

const details: readonly RecordDetail[] = ['calls', 'blocks', 'values'];

/** @throws EngineError `bad-argument` */
export function copyRecordOptions(options: RecordOptions): RecordOptions {
  checkObject('options', options);
  checkOptions(options, ['every', 'detail', 'after', 'window']);
  const every = own(options, 'every') ?? defaultRecordEvery;
  const detail = own(options, 'detail') ?? 'blocks';
  const after = own(options, 'after') ?? noChain;
  const window = own(options, 'window');
  checkCount('options.every', every, 1, Number.MAX_SAFE_INTEGER);
  if (!details.includes(detail)) throw badArgument('options.detail', `one of ${details.join(', ')}`, detail);
  if (typeof after !== 'string' || !/^[0-9a-f]{64}$/.test(after)) {
    throw badArgument('options.after', '64 hex digits', after);
  }
  if (window === undefined) return { every, detail, after };
  checkObject('options.window', window);
  checkOptions(window, ['from', 'to', 'lookAt']);
  const from = own(window, 'from') as number;
  const to = own(window, 'to') as number;
  const lookAt = own(window, 'lookAt');
  checkCount('options.window.from', from, -1, mostCommitments);
  checkCount('options.window.to', to, 0, mostCommitments);
  if (lookAt === undefined) return { every, detail, after, window: { from, to } };
  checkCount('options.window.lookAt', lookAt, 0, mostRecordedSteps);
  return { every, detail, after, window: { from, to, lookAt } };
}
