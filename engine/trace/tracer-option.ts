import { own } from '../../metering/own.ts';
import { badArgument } from '../argument-checks.ts';
import type { Tracer } from './tracer.ts';

/** The option `tracer`, if it is given. @throws EngineError `bad-argument` for one that is none */
export function tracerOf(options: { readonly tracer?: Tracer | undefined }): Tracer | undefined {
  const tracer = own(options, 'tracer');
  if (tracer !== undefined && typeof tracer?.onEvent !== 'function') {
    throw badArgument('options.tracer', 'an object with a function onEvent', tracer);
  }
  return tracer;
}
