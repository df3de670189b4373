// Trains the model of contracts/fraud-score, or checks that the committed one is what training gives.
//
//   node tools/fraud-model.mjs build
//   node tools/fraud-model.mjs check
//
// The transactions are made up from a seed, and training uses nothing but +, -, * and / on doubles, which IEEE 754 rounds
// alike everywhere. Exit codes: 0 done, 1 a file differs, 2 bad usage.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const caseRoot = fileURLToPath(new URL('../contracts/fraud-score/', import.meta.url));

const TREES = 8;
const DEPTH = 5;
const HIDDEN = 16;
const ONE = 65536;

/** The features of a transaction, each with the power of two at which the network sees it as 1. */
const features = [
  { name: 'amount in cents', onePower: 17 },
  { name: 'hour of the day', onePower: 5 },
  { name: 'age of the account in days', onePower: 11 },
  { name: 'transactions in the last hour', onePower: 4 },
  { name: 'kilometres from the last one', onePower: 12 },
  { name: 'risk of the merchant, up to 255', onePower: 8 },
  { name: 'failed attempts before', onePower: 3 },
  { name: 'whether the card was there', onePower: 0 },
];

/** Numbers from 0 up to, but not including, 1: a 32-bit xorshift (Marsaglia 2003). */
function createRandom(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Fraud spends more, at night, from young accounts, in bursts and from afar. Each sign is there most of the time. */
function transaction(random) {
  const isFraud = random() < 0.3;
  const shows = () => random() < (isFraud ? 0.7 : 0.1);
  const between = (low, high) => Math.floor(low + (high - low) * random() * random());
  const values = [
    shows() ? between(20_000, 300_000) : between(100, 30_000),
    shows() ? between(0, 6) : between(7, 24),
    shows() ? between(0, 60) : between(30, 3_000),
    shows() ? between(4, 20) : between(0, 4),
    shows() ? between(300, 9_000) : between(0, 400),
    shows() ? between(120, 256) : between(0, 160),
    shows() ? between(1, 8) : between(0, 2),
    shows() ? 0 : 1,
  ];
  return { values, isFraud };
}

// Forest

/** Of fraud among the samples, drawn towards the share above where there are few. */
function share(samples, prior) {
  return (samples.filter(({ isFraud }) => isFraud).length + 2 * prior) / (samples.length + 2);
}

/** The split that leaves the least doubt (Gini impurity), among some thresholds of some features. */
function bestSplit(samples, random) {
  let best = { feature: 0, threshold: 2 ** 32 - 1, doubt: Number.POSITIVE_INFINITY };
  for (let attempt = 0; attempt < 24 && samples.length > 0; attempt++) {
    const feature = Math.floor(random() * features.length);
    const threshold = samples[Math.floor(random() * samples.length)].values[feature];
    const doubt = [true, false]
      .map((isAbove) => samples.filter(({ values }) => values[feature] > threshold === isAbove))
      .reduce((sum, side) => sum + side.length * share(side, 0.5) * (1 - share(side, 0.5)), 0);
    if (doubt < best.doubt) best = { feature, threshold, doubt };
  }
  return best;
}

/** Nodes and leaves level by level, a node's children side by side: what is not above the threshold goes left. */
function trainTree(samples, random) {
  const nodes = [];
  let level = [{ samples, prior: 0.3 }];
  for (let depth = 0; depth < DEPTH; depth++) {
    level = level.flatMap(({ samples, prior }) => {
      const { feature, threshold } = bestSplit(samples, random);
      nodes.push({ feature, threshold });
      const next = share(samples, prior);
      const isAbove = ({ values }) => values[feature] > threshold;
      return [
        { samples: samples.filter((sample) => !isAbove(sample)), prior: next },
        { samples: samples.filter(isAbove), prior: next },
      ];
    });
  }
  const leaves = level.map(({ samples, prior }) => Math.min(ONE - 1, Math.floor(ONE * share(samples, prior))));
  return { nodes, leaves };
}

// Network

function networkInput({ values }) {
  return values.map((value, i) => Math.min(value, 2 ** features[i].onePower) / 2 ** features[i].onePower);
}

/** One hidden layer with ReLU, and 1/2 + z / (2 (1 + |z|)) at the end; squared error, one sample at a time. */
function trainNetwork(samples, random) {
  const hidden = Array.from({ length: HIDDEN }, () => ({
    weights: features.map(() => random() - 0.5),
    bias: random() - 0.5,
    out: random() - 0.5,
  }));
  let bias = 0;
  for (let epoch = 0; epoch < 12; epoch++) {
    const rate = 0.4 / (1 + epoch);
    for (const sample of samples) {
      const input = networkInput(sample);
      const active = hidden.map(({ weights, bias }) =>
        Math.max(
          0,
          weights.reduce((sum, weight, i) => sum + weight * input[i], bias),
        ),
      );
      const z = hidden.reduce((sum, { out }, j) => sum + out * active[j], bias);
      const scale = 1 + Math.abs(z);
      const error = 0.5 + z / (2 * scale) - (sample.isFraud ? 1 : 0);
      const slope = (rate * error) / (scale * scale);
      for (const [j, unit] of hidden.entries()) {
        const inner = slope * unit.out;
        unit.out -= slope * active[j];
        if (active[j] === 0) continue;
        for (const [i, value] of input.entries()) unit.weights[i] -= inner * value;
        unit.bias -= inner;
      }
      bias -= slope;
    }
  }
  return { hidden, bias };
}

// Files

function hex(value, bytes) {
  return BigInt.asUintN(8 * bytes, BigInt(value))
    .toString(16)
    .padStart(2 * bytes, '0');
}

const fixed = (value) => hex(Math.round(ONE * value), 4);

/** The lines of the model, each with what it is. The contracts know the layout. */
function train() {
  const random = createRandom(20_260_101);
  const samples = Array.from({ length: 1_500 }, () => transaction(random));
  const lines = [];
  for (let tree = 0; tree < TREES; tree++) {
    const drawn = samples.map(() => samples[Math.floor(random() * samples.length)]);
    const { nodes, leaves } = trainTree(drawn, random);
    lines.push(nodes.map(({ feature, threshold }) => hex(feature, 1) + hex(threshold, 4)).join(''));
    lines.push(leaves.map((leaf) => hex(leaf, 2)).join(''));
  }
  const { hidden, bias } = trainNetwork(samples, random);
  lines.push(features.map(({ onePower }) => hex(onePower, 1)).join(''));
  for (const unit of hidden) lines.push([...unit.weights, unit.bias, unit.out].map(fixed).join(''));
  lines.push(fixed(bias));
  return lines;
}

/** Pieces of a string literal, one below the other, that fit the width of a page. */
function literal(lines, prefix) {
  return lines
    .flatMap((line) => line.match(/.{1,104}/g))
    .map((piece) => `    ${prefix}"${piece}"`)
    .join('\n');
}

function filesOf(lines) {
  const about = [
    'Written by tools/fraud-model.mjs. Numbers are big-endian.',
    '',
    `${TREES} trees: ${2 ** DEPTH - 1} nodes level by level, each a feature (1 byte) and a threshold (4); ${2 ** DEPTH} leaves (2 each), in 1/65536.`,
    'The network: for each feature the power of two that counts as 1 (1 byte each);',
    `${HIDDEN} units: ${features.length} weights, bias, and the weight of its output; the bias of the whole. 4 bytes each, signed, in 1/65536.`,
    '',
    'Features:',
    ...features.map(({ name }, i) => `  ${i}  ${name}`),
  ]
    .map((line) => `// ${line}`.trimEnd())
    .join('\n');
  return {
    'model.hpp': `${about}\n#pragma once\n\ninline constexpr char model_hex[] =\n${literal(lines, '')};\n`,
    'Model.sol': `// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\n\n${about}\nbytes constant MODEL =\n${literal(lines, 'hex')};\n`,
  };
}

const command = process.argv[2];
if (process.argv.length !== 3 || (command !== 'build' && command !== 'check')) {
  process.stderr.write('usage: node tools/fraud-model.mjs build|check\n');
  process.exitCode = 2;
} else {
  for (const [name, text] of Object.entries(filesOf(train()))) {
    if (command === 'build') {
      writeFileSync(caseRoot + name, text);
    } else if (readFileSync(caseRoot + name, 'utf8').replaceAll('\r\n', '\n') !== text) {
      process.stderr.write(`${name} is not what training gives\n`);
      process.exitCode = 1;
    }
  }
}
