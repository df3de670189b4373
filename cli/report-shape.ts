import {
  absentOr,
  flag,
  integerFrom,
  listOf,
  nullOr,
  numberFrom,
  objectOf,
  oneOf,
  recordOf,
  type Shape,
  text,
} from './shape.ts';

/** Wider than anything that was ever measured, and narrow enough for arithmetic and axes. */
const duration = numberFrom(1e-9, 1e18);
const timeOrNone = numberFrom(0, 1e18);
const ratioNumber = numberFrom(1e-12, 1e12);
const count = integerFrom(0, 1e12);
/** `--blocks` goes to 100, and an extension doubles it. */
const MAX_BLOCKS = 200;
const MIN_BLOCKS = 6;
const MAX_MACHINES = 100;
const MAX_ROWS = 10_000;

function estimateOf(bound: Shape): Shape {
  const fields = objectOf({ point: bound, low: bound, high: bound });
  return (value, where) => {
    const damage = fields(value, where);
    if (damage !== undefined) return damage;
    const { point, low, high } = value as { point: number; low: number; high: number };
    return low <= point && point <= high ? undefined : where;
  };
}

const ratio = estimateOf(ratioNumber);
const mean: Shape = (value, where) => ratio(value, where) ?? objectOf({ workloadCount: count })(value, where);
const verdicts = oneOf('faster', 'slower', 'no measurable difference', 'unstable', null);

const slot = objectOf({
  nsPerOperation: duration,
  gasPerOperation: nullOr(numberFrom(0, 1e30)),
  coldNs: nullOr(
    objectOf({
      prepare: timeOrNone,
      deploy: timeOrNone,
      setup: timeOrNone,
      call: timeOrNone,
    }),
  ),
  steadiness: objectOf({ flat: count, 'warm-up': count, slowdown: count, 'not steady': count }),
  disturbedCount: count,
  blocksNs: listOf(duration, MIN_BLOCKS, MAX_BLOCKS),
  samplesNs: listOf(listOf(duration, 1, MAX_ROWS), 1, MAX_BLOCKS),
});

const comparison = objectOf({
  ratio,
  pValue: nullOr(numberFrom(0, 1)),
  verdict: verdicts,
  breakEvenCalls: absentOr(nullOr(count)),
});

const caseFields = objectOf({
  id: text,
  workload: text,
  size: text,
  operation: text,
  operationsPerCall: numberFrom(1, 1e12),
  difference: nullOr(text),
  agreed: absentOr(nullOr(flag)),
  failure: absentOr(text),
  blockCount: count,
  isExtended: flag,
  self: nullOr(objectOf({ machine: text, ratio, floor: numberFrom(1, 1e12), isBiased: flag })),
  slots: recordOf(slot, MAX_MACHINES),
  comparisons: recordOf(comparison, MAX_MACHINES),
});

/** Comparisons are between machines that were measured. */
const protocolCase: Shape = (value, where) => {
  const damage = caseFields(value, where);
  if (damage !== undefined) return damage;
  const { slots, comparisons } = value as { slots: object; comparisons: object };
  const key = Object.keys(comparisons).find((names) => {
    const pair = names.split('/');
    return pair.length !== 2 || pair.some((name) => !Object.hasOwn(slots, name));
  });
  return key === undefined ? undefined : `${where}.comparisons.${key}`;
};

const environment = objectOf({
  trimeter: absentOr(text),
  runtime: text,
  engine: text,
  cpu: text,
  cores: count,
  os: text,
  flags: text,
  date: text,
  backends: recordOf(text, MAX_MACHINES),
});

const plan = objectOf({
  inOneProcess: absentOr(flag),
  blockCount: count,
  anchorBlockCount: count,
  seed: count,
  slot: objectOf({ warmUpNs: duration, settleNs: nullOr(duration), sampleNs: duration, sampleCount: count }),
});

const phase = objectOf({
  id: text,
  machine: text,
  instrumentNs: timeOrNone,
  compileNs: timeOrNone,
  instantiateNs: timeOrNone,
});

const curve = objectOf({
  machine: text,
  operation: text,
  points: listOf(objectOf({ crossings: numberFrom(0, 1e12), nsPerCall: duration }), 2, MAX_ROWS),
  nsPerCrossing: estimateOf(numberFrom(-1e18, 1e18)),
});

const start = objectOf({
  id: text,
  plainNs: estimateOf(duration),
  preinitialisedNs: estimateOf(duration),
  ratio,
});

const protocolReport = objectOf({
  environment,
  plan,
  durationMs: numberFrom(0, 1e15),
  rerunCount: count,
  isTooNoisy: flag,
  scheduleId: absentOr(text),
  cases: listOf(protocolCase, 0, MAX_ROWS),
  phases: listOf(phase, 0, MAX_ROWS),
  boundary: listOf(curve, 0, MAX_ROWS),
  suite: recordOf(mean, MAX_MACHINES),
  preinitialised: absentOr(listOf(start, 0, MAX_ROWS)),
});

/** Where a report of version 1 is not as it should be, everything that is shown or compared included. */
export function damageOf(report: Readonly<Record<string, unknown>>): string | undefined {
  return protocolReport(report, '');
}
