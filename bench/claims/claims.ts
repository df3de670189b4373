import type { Claim, Source } from './claim.ts';
import { coldStartAtMost } from './cold-start-at-most.ts';
import { crossingAtMost } from './crossing-at-most.ts';
import { fasterThan } from './faster-than.ts';
import { noDivergence } from './no-divergence.ts';
import { preinitialisedAtLeast } from './preinitialised-at-least.ts';
import { ratioAtLeast } from './ratio-at-least.ts';
import { requestTax } from './request-tax.ts';
import { shareAtLeast } from './share-at-least.ts';

const realityCheck: Source = {
  title: 'tianpan.co forum, "WASM Performance Reality Check"',
  url: 'http://tianpan.co/forum/t/wasm-performance-reality-check-is-near-native-still-near/1235',
};

const subject = 'wasm';
const other = 'native';

/** A row per claim, in the order in which reports show them. docs/benchmarking.md says how to add one. */
export const claims: readonly Claim[] = [
  {
    id: 'fibonacci-88-percent',
    text: 'WebAssembly runs at 88 % of native speed on Fibonacci numbers.',
    sources: [realityCheck],
    how: ratioAtLeast({
      subject,
      other,
      threshold: 0.88,
      workloads: ['fibonacci/iterative', 'fibonacci/recursive'],
    }),
  },
  {
    id: 'branchy-45-percent',
    // The paper's 45 % is a mean over SPEC CPU in Firefox: 1.45 times native's time. Retold, it became a bound for branches.
    text: 'On branchy code WebAssembly is up to 45 % slower than native code.',
    sources: [
      realityCheck,
      {
        title:
          'Jangda et al., "Not So Fast", USENIX ATC 2019: 45 % is the mean over SPEC CPU in Firefox, 55 % in Chrome',
        url: 'https://ar5iv.labs.arxiv.org/html/1901.09056',
      },
    ],
    how: ratioAtLeast({
      subject,
      other,
      threshold: 1 / 1.45,
      workloads: [
        'json-tokenizer/records',
        'orderbook/flow',
        'orderbook/sweep',
        'fraud-score/review',
        'auth-gate/decide',
      ],
    }),
  },
  {
    id: 'sub-millisecond-cold-start',
    text: 'WebAssembly starts cold in less than a millisecond.',
    sources: [
      realityCheck,
      {
        title: 'byteiota.com, "WebAssembly Serverless at Edge"',
        url: 'https://byteiota.com/webassembly-serverless-at-edge-sub-1ms-cold-starts-kill-docker',
      },
    ],
    how: coldStartAtMost(subject, 1e6),
  },
  {
    id: 'six-times-under-10-ms',
    text: 'A request of under 10 ms pays a sixfold tax: 8 to 15 ms cold and 3 to 5 ms hot, against 0.5 to 1 ms native.',
    sources: [
      {
        title:
          'blog.suryarao.in, "Your WASM Future-Proofing Is Actually a 6x Performance Tax": sixfold under 10 ms; source of the milliseconds not found',
        url: 'https://blog.suryarao.in/2026/05/15/your-wasm-future-proofing-is-actually-a-6x-performance-tax/',
      },
    ],
    how: requestTax({ workload: 'auth-gate/decide', subject, other, coldNs: 8e6, warmNs: 3e6, slowdown: 6 }),
  },
  {
    id: 'preinitialised-32-percent',
    text: 'Pre-initialisation makes start-up 32 % faster.',
    sources: [
      realityCheck,
      {
        title: "Wizer's own figures: 1.35 to 6 times faster",
        url: 'https://github.com/bytecodealliance/wasmtime/blob/main/crates/wizer/README.md',
      },
    ],
    how: preinitialisedAtLeast(1.32),
  },
  {
    id: 'boundary-near-zero',
    text: 'Crossing the JavaScript boundary constantly costs next to nothing.',
    sources: [
      {
        title: 'Mozilla Hacks, "Calls between JavaScript and WebAssembly are finally fast"',
        url: 'https://hacks.mozilla.org/2018/10/calls-between-javascript-and-webassembly-are-finally-fast-%F0%9F%8E%89/',
      },
      {
        title: 'The opposite: datadaily.pages.dev, "When WebAssembly Isn\'t Faster"',
        url: 'https://datadaily.pages.dev/when-webassembly-isnt-faster-typescript-vs-wasm',
      },
    ],
    // Some forty machine instructions.
    how: crossingAtMost({ machine: 'wasm-plain', thresholdNs: 10, beside: ['wasm', 'native'] }),
  },
  {
    id: 'way-faster-than-the-evm',
    text: 'WebAssembly is way faster than the EVM.',
    sources: [
      {
        title: 'Pendulum, "The Bright Future of WebAssembly Smart Contracts", part 1',
        url: 'https://medium.com/pendulum-chain/the-bright-future-of-webassembly-smart-contracts-fd7e74301aea',
      },
    ],
    how: fasterThan({
      subject,
      others: {
        evm: '@ethereumjs, an interpreter in JavaScript',
        'evm-default': '@ethereumjs with its own state manager, an interpreter in JavaScript',
        'evm-tuned': '@ethereumjs with hashing in WebAssembly, an interpreter in JavaScript',
        revm: 'an interpreter in Rust',
      },
      threshold: 10,
    }),
  },
  {
    id: 'deterministic',
    text: 'Deterministic execution is guaranteed.',
    sources: [{ title: 'rfq.news, "WASM Contract Execution"', url: 'https://rfq.news/feed/wasm-contract-execution' }],
    how: noDivergence,
  },
  {
    id: '99-percent-of-native',
    text: 'WebAssembly gives the 99 % of native speed that we need.',
    sources: [],
    how: shareAtLeast({ subject, other, thresholds: [0.99, 0.9, 0.5] }),
  },
];
