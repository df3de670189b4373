import { toHex } from '../engine/bytes.ts';
import { EngineError } from '../engine/errors.ts';
import type { Schedule } from '../engine/schedule.ts';
import type { TraceEvent, Tracer } from '../engine/trace/tracer.ts';
import { encodeObservation, type Observation } from '../harness/agreement/observe.ts';
import { machineNames, openMachine, tracesOf } from '../harness/machines/register.ts';
import type { Sequence } from '../harness/session/sequence.ts';
import { partsOf, type Subject } from '../harness/subjects/subject.ts';
import { type parseArguments, parseInteger } from './arguments.ts';
import { runCalls } from './run-calls.ts';
import { UsageError } from './usage-error.ts';

/** For `parseArguments`. */
export const traceOptions = {
  trace: { type: 'boolean', default: false },
  'trace-on': { type: 'string' },
  'trace-instructions': { type: 'boolean', default: false },
  'trace-limit': { type: 'string' },
} as const;

const DEFAULT_LIMIT = 2000n;
const LARGEST_LIMIT = 1_000_000n;

export const traceUsage: string = `  --trace                    shows frames, host calls and storage of the call,
                             on the first machine that can be traced
  --trace-on <machine>       on this one
  --trace-instructions       with every instruction: on reference or an EVM
  --trace-limit <events>     at most so many; default ${DEFAULT_LIMIT}`;

export interface TraceChoice {
  readonly machine: string;
  readonly wantsInstructions: boolean;
  readonly mostEvents: number;
}

/** @param running Names of the machines that run. @throws UsageError for what cannot be traced. Undefined if nothing is asked for. */
export function chooseTrace(
  values: ReturnType<typeof parseArguments<typeof traceOptions>>['values'],
  running: readonly string[],
): TraceChoice | undefined {
  const { 'trace-on': on, 'trace-instructions': wantsInstructions, 'trace-limit': limit } = values;
  if (!values.trace && on === undefined && !wantsInstructions && limit === undefined) return undefined;
  const mostEvents = Number(parseInteger('--trace-limit', limit ?? String(DEFAULT_LIMIT), 1n, LARGEST_LIMIT));
  const canTrace = (name: string) => {
    const traces = tracesOf(name);
    return wantsInstructions ? traces === 'instructions' : traces !== undefined;
  };
  const machine = on ?? running.find(canTrace);
  const able = running.filter(canTrace).join(', ') || 'none';
  const what = wantsInstructions ? '--trace-instructions' : '--trace';
  if (machine === undefined)
    throw new UsageError(`${what}: no machine that runs can do that; ${machineNames.filter(canTrace).join(', ')} can`);
  if (!running.includes(machine)) {
    throw new UsageError(`--trace-on ${machine}: the machines are ${running.join(', ')}`);
  }
  if (!canTrace(machine)) throw new UsageError(`--trace-on ${machine}: of the machines that run, ${able} can do that`);
  return { machine, wantsInstructions, mostEvents };
}

export interface CallTrace {
  readonly machine: string;
  /** Addresses (hex) of the companions and the contract, by their names. */
  readonly contracts: Readonly<Record<string, string>>;
  readonly events: readonly TraceEvent[];
  /** How many came after those. */
  readonly leftOut: number;
}

interface TracedCall {
  readonly gasLimit: bigint;
  readonly schedule: Schedule;
  /** What the call came to without a tracer. */
  readonly expected: Observation;
}

/**
 * Runs the first call of a sequence on a world of its own and keeps what happened, the deployment left out.
 *
 * @throws EngineError `internal` if it came to anything else than without a tracer.
 */
export async function traceCall(
  { machine, wantsInstructions, mostEvents }: TraceChoice,
  subject: Subject,
  sequence: Sequence,
  { gasLimit, schedule, expected }: TracedCall,
): Promise<CallTrace> {
  const events: TraceEvent[] = [];
  let leftOut = 0;
  let isCalling = false;
  const tracer: Tracer = {
    wantsInstructions,
    onEvent: (event) => {
      if (!isCalling) return;
      if (events.length < mostEvents) events.push(event);
      else leftOut += event.kind === 'lost' ? event.count : 1;
    },
  };
  const backend = await openMachine(machine, schedule, tracer);
  const names = partsOf(subject).map(({ name }) => name);
  let contracts: CallTrace['contracts'] = {};
  const [seen] = await runCalls(backend, subject, sequence, gasLimit, (addresses) => {
    contracts = Object.fromEntries(addresses.map((address, at) => [names[at] as string, toHex(address)]));
    isCalling = true;
  });
  if (toHex(encodeObservation(seen as Observation)) !== toHex(encodeObservation(expected))) {
    throw new EngineError('internal', `${machine} comes to something else when it is traced`);
  }
  return { machine, contracts, events, leftOut };
}

/** Bytes as 0x hex, integers beyond 2^53 as decimal strings. */
export function traceJson(events: readonly TraceEvent[]): unknown {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return toHex(value);
    if (typeof value === 'bigint') return String(value);
    return Array.isArray(value) ? value.map(plain) : value;
  };
  return events.map((event) =>
    Object.fromEntries(
      Object.entries(event)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, plain(value)]),
    ),
  );
}
