import { boundaryCurves } from '../../bench/result/boundary.ts';
import type { Comparison, ProtocolCase, ProtocolReport, SlotReport } from '../../bench/result/protocol-report.ts';
import { median } from '../../bench/stats/median.ts';
import { throughputRatio } from '../../bench/stats/ratio.ts';

interface Sampled {
  readonly id: string;
  readonly workload: string;
  readonly operation: string;
  readonly operationsPerCall?: number;
  readonly gas: number;
  /** By machine; those that are missing did not run it. */
  readonly ns: Readonly<Record<string, number>>;
}

const BLOCKS = 6;
const SAMPLES = 20;

/** About what the machines take. `revm` is an anchor and runs two of them, `wasm-unmetered` all but one. */
const sampled: readonly Sampled[] = [
  {
    id: 'auth-gate',
    workload: 'decide',
    operation: 'request decided',
    gas: 44136,
    ns: { wasm: 2070, native: 1320, evm: 6.38e6, 'wasm-unmetered': 2000 },
  },
  {
    id: 'bn254',
    workload: 'mul-precompile',
    operation: 'the same; on the EVM by the precompiled contract',
    gas: 2.1e7,
    ns: { wasm: 9.1e5, native: 4.2e5, evm: 5.9e5, revm: 8.1e4 },
  },
  {
    id: 'erc20',
    workload: 'transfer',
    operation: 'transfer',
    gas: 7884,
    ns: { wasm: 1150, native: 797, evm: 242e3, 'wasm-unmetered': 1120, revm: 2600 },
  },
  {
    id: 'fibonacci',
    workload: 'iterative',
    operation: 'step of the loop',
    operationsPerCall: 10_000,
    gas: 4.05,
    ns: { wasm: 0.29, native: 0.56, evm: 3940, 'wasm-unmetered': 0.29 },
  },
  {
    id: 'fibonacci',
    workload: 'recursive',
    operation: 'recursive(18)',
    gas: 96617,
    ns: { wasm: 4180, native: 2770, evm: 36.7e6, 'wasm-unmetered': 3990 },
  },
  ...[4, 16, 64].map((crossings) => ({
    id: 'host-calls',
    workload: `block-number-${crossings}`,
    operation: 'host call that returns a number',
    operationsPerCall: crossings,
    gas: 61,
    ns: {
      wasm: 3 + 90 / crossings,
      native: 2 + 40 / crossings,
      evm: 1900 + 26e3 / crossings,
      'wasm-unmetered': 2.9 + 88 / crossings,
    },
  })),
  {
    id: 'json-tokenizer',
    workload: 'records',
    operation: 'byte read',
    operationsPerCall: 600,
    gas: 65,
    ns: { wasm: 2.4, native: 1.2, evm: 11e3, 'wasm-unmetered': 2.2 },
  },
];

/** A report of a run that never was: the same numbers every time. */
export function sampleReport(changes: Partial<ProtocolReport> = {}): ProtocolReport {
  const noise = scatter();
  const cases = sampled.map((row) => sampledCase(row, noise));
  const contracts = [...new Set(cases.map(({ id }) => id))];
  return {
    format: 'trimeter-bench-protocol',
    version: 2,
    environment: {
      runtime: 'Node v24.21.0',
      engine: 'V8 13.6.233.17-node.53',
      cpu: 'AMD EPYC',
      cores: 2,
      os: 'linux 6.18 x64',
      flags: '',
      date: '2026-01-02T03:04:05.678Z',
      backends: {
        wasm: 'WebAssembly in this JavaScript engine, metering strategy default, schedule flat-v1',
        native: 'g++ 12.2.0 -O3 -march=native -mno-avx512f',
        evm: '@ethereumjs/evm 10.1.3, prague',
        'wasm-unmetered': 'as wasm, without charges',
        revm: 'revm in Rust',
      },
    },
    plan: {
      blockCount: BLOCKS,
      anchorBlockCount: BLOCKS,
      halfWidthGoal: 0.025,
      budgetMs: 28 * 60_000,
      rerunShare: 0.25,
      batchNs: 1e6,
      phaseCount: 6,
      seed: 1,
      slot: {
        warmUpNs: 60e6,
        settleNs: 200e6,
        sampleNs: 2e6,
        sampleCount: SAMPLES,
        measureNs: 120e6,
        minSampleCount: 3,
      },
    },
    durationMs: 312_000,
    rerunCount: 2,
    isTooNoisy: false,
    cases,
    phases: contracts.flatMap((id, at) =>
      ['wasm', 'wasm-unmetered'].map((machine) => ({
        id,
        machine,
        instrumentNs: 9e5 + 2e5 * at,
        compileNs: 2.2e5 + 6e4 * at,
        instantiateNs: 6e4,
      })),
    ),
    boundary: boundaryCurves(cases, ['wasm', 'native', 'evm', 'wasm-unmetered', 'wasm-plain']),
    suite: {
      'wasm/native': { point: 0.72, low: 0.71, high: 0.73, workloadCount: 9 },
      'wasm/evm': { point: 410, low: 402, high: 419, workloadCount: 9 },
      'wasm/wasm-unmetered': { point: 0.98, low: 0.975, high: 0.985, workloadCount: 8 },
    },
    ...changes,
  };
}

function sampledCase(
  { id, workload, operation, operationsPerCall = 1, gas, ns }: Sampled,
  noise: () => number,
): ProtocolCase {
  const machines = { ...ns, "native'": ns['native'] as number };
  const slots = Object.fromEntries(
    Object.entries(machines).map(([name, level]) => [name, sampledSlot(level, name === 'wasm' ? gas : null, noise)]),
  );
  const own = slots['wasm'] as SlotReport;
  const copies = throughputRatio((slots["native'"] as SlotReport).blocksNs, (slots['native'] as SlotReport).blocksNs);
  const comparisons = Object.keys(ns)
    .filter((name) => name !== 'wasm')
    .map((name): [string, Comparison] => {
      const ratio = throughputRatio(own.blocksNs, (slots[name] as SlotReport).blocksNs);
      const differs = ratio.low > 1.02 ? 'faster' : ratio.high < 0.98 ? 'slower' : 'no measurable difference';
      const verdict = name === 'revm' ? null : differs;
      return [`wasm/${name}`, { ratio, pValue: name === 'revm' ? null : 0.03, breakEvenCalls: 12, verdict }];
    });
  return {
    id,
    workload,
    size: 'typical',
    operation,
    operationsPerCall,
    difference: null,
    blockCount: BLOCKS,
    isExtended: false,
    self: { machine: 'native', ratio: copies, floor: Math.max(copies.high, 1 / copies.low, 1.001), isBiased: false },
    slots,
    comparisons: Object.fromEntries(comparisons),
  };
}

function sampledSlot(level: number, gasPerOperation: number | null, noise: () => number): SlotReport {
  const samplesNs = Array.from({ length: BLOCKS }, () => {
    const process = level * Math.exp(0.01 * noise());
    return Array.from({ length: SAMPLES }, () => process * Math.exp(0.02 * noise()));
  });
  const blocksNs = samplesNs.map(median);
  return {
    nsPerOperation: median(blocksNs),
    gasPerOperation,
    coldNs: { prepare: 2.1e6, deploy: 4e5, setup: 1e5, call: 9e5 + 3 * level },
    steadiness: { flat: BLOCKS - 1, 'warm-up': 1, slowdown: 0, 'not steady': 0 },
    disturbedCount: 0,
    blocksNs,
    samplesNs,
  };
}

/** About normal, with mean 0 and variance 1: a sum of uniform numbers from a fixed sequence. */
function scatter(): () => number {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
}
