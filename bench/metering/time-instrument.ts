/**
 * Runs in a process of its own: takes a job, times the instrumenter on modules of every shape, and answers what it saw.
 */

import { instrument } from '../../metering/instrument.ts';
import type { Strategy } from '../../metering/plan/strategies.ts';
import { answerRequests } from '../../processes/answers.ts';
import { median } from '../stats/median.ts';
import { kernelOptions } from './kernel-abi.ts';
import { makeShape, shapeLimits, shapes } from './shapes.ts';

export interface InstrumentJob {
  readonly strategies: readonly Strategy[];
  readonly sizeBytes: number;
  readonly repeats: number;
}

export interface InstrumentTiming {
  readonly originalBytes: number;
  readonly instrumentedBytes: number;
  /** From the module's bytes to the instrumented ones. */
  readonly ns: number;
  /** Time per byte over the time per byte of a module a quarter of the size: 1 for linear work. */
  readonly linearity: number;
}

/** By strategy and shape. */
export type InstrumentTimings = Readonly<Record<string, Readonly<Record<string, InstrumentTiming>>>>;

function timeOne(bytes: Uint8Array, strategy: Strategy, repeats: number): { ns: number; instrumentedBytes: number } {
  const samplesNs: number[] = [];
  let instrumentedBytes = 0;
  // The first runs compile the instrumenter itself.
  for (let turn = -2; turn < repeats; turn++) {
    const start = process.hrtime.bigint();
    instrumentedBytes = instrument(bytes, { ...kernelOptions, limits: shapeLimits, strategy }).bytes.length;
    if (turn >= 0) samplesNs.push(Number(process.hrtime.bigint() - start));
  }
  return { ns: median(samplesNs), instrumentedBytes };
}

function timeInstrument({ strategies, sizeBytes, repeats }: InstrumentJob): InstrumentTimings {
  return Object.fromEntries(
    strategies.map((strategy) => {
      const byShape = shapes.map((shape): [string, InstrumentTiming] => {
        const quarter = makeShape(shape, sizeBytes / 4);
        const whole = makeShape(shape, sizeBytes);
        const { ns: quarterNs } = timeOne(quarter, strategy, repeats);
        const { ns, instrumentedBytes } = timeOne(whole, strategy, repeats);
        const linearity = ns / whole.length / (quarterNs / quarter.length);
        return [shape.name, { originalBytes: whole.length, instrumentedBytes, ns, linearity }];
      });
      return [strategy, Object.fromEntries(byShape)];
    }),
  );
}

await answerRequests(async (job: InstrumentJob) => timeInstrument(job));
