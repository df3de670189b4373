import type { ModuleFacts } from './module-facts.ts';

/** What a chain takes of a module, and where that is written. */
export interface EcosystemLimit {
  readonly ecosystem: 'Stylus' | 'ink!' | 'CosmWasm' | 'NEAR';
  readonly what: string;
  /** Where a gate holds it: as what. */
  readonly size?: 'bytes' | 'compressed' | 'pages';
  readonly limit: number;
  readonly actual: (facts: ModuleFacts) => number;
  readonly source: string;
}

const stylus = 'https://docs.arbitrum.io/stylus/concepts/activation';
const stylusProver = 'OffchainLabs/nitro, arbitrator/prover/src/binary.rs and programs/config.rs';
const contracts = 'paritytech/polkadot-sdk, substrate/frame/contracts/src/schedule.rs';
const cosmwasm = 'CosmWasm/cosmwasm, packages/vm/src/compatibility.rs and parsed_wasm.rs';
const near = 'near/nearcore, core/parameters/res/runtime_configs/parameters.yaml';

/** Those of a parameter that a chain may change are its defaults. */
export const ecosystemLimits: readonly EcosystemLimit[] = [
  {
    ecosystem: 'Stylus',
    what: 'bytes, compressed with brotli',
    size: 'compressed',
    limit: 24 << 10,
    actual: (facts) => facts.brotliBytes,
    source: stylus,
  },
  { ecosystem: 'Stylus', what: 'bytes', size: 'bytes', limit: 128 << 10, actual: bytes, source: stylus },
  { ecosystem: 'Stylus', what: 'pages of memory', size: 'pages', limit: 128, actual: pages, source: stylusProver },
  {
    ecosystem: 'Stylus',
    what: 'functions',
    limit: 4096,
    actual: ({ counts }) => counts.functions,
    source: stylusProver,
  },
  { ecosystem: 'Stylus', what: 'imports', limit: 513, actual: ({ counts }) => counts.imports, source: stylusProver },
  { ecosystem: 'Stylus', what: 'exports', limit: 1024, actual: ({ counts }) => counts.exports, source: stylusProver },
  { ecosystem: 'Stylus', what: 'globals', limit: 32_768, actual: ({ counts }) => counts.globals, source: stylusProver },
  {
    ecosystem: 'Stylus',
    what: 'locals of a function',
    limit: 348,
    actual: ({ counts }) => counts.locals,
    source: stylusProver,
  },
  {
    ecosystem: 'Stylus',
    what: 'data segments',
    limit: 128,
    actual: ({ counts }) => counts.dataSegments,
    source: stylusProver,
  },
  {
    ecosystem: 'Stylus',
    what: 'element segments',
    limit: 128,
    actual: ({ counts }) => counts.elementSegments,
    source: stylusProver,
  },
  { ecosystem: 'Stylus', what: 'functions in a table', limit: 4096, actual: tableSize, source: stylusProver },
  { ecosystem: 'ink!', what: 'pages of memory', size: 'pages', limit: 16, actual: pages, source: contracts },
  { ecosystem: 'ink!', what: 'globals', limit: 256, actual: ({ counts }) => counts.globals, source: contracts },
  {
    ecosystem: 'ink!',
    what: 'locals of a function',
    limit: 1024,
    actual: ({ counts }) => counts.locals,
    source: contracts,
  },
  { ecosystem: 'ink!', what: 'parameters', limit: 128, actual: ({ counts }) => counts.params, source: contracts },
  { ecosystem: 'ink!', what: 'functions in a table', limit: 4096, actual: tableSize, source: contracts },
  {
    ecosystem: 'ink!',
    what: 'labels of a br_table',
    limit: 256,
    actual: ({ counts }) => counts.brTableLabels,
    source: contracts,
  },
  { ecosystem: 'CosmWasm', what: 'pages of memory', limit: 512, actual: pages, source: cosmwasm },
  {
    ecosystem: 'CosmWasm',
    what: 'functions',
    limit: 20_000,
    actual: ({ counts }) => counts.functions,
    source: cosmwasm,
  },
  { ecosystem: 'CosmWasm', what: 'imports', limit: 100, actual: ({ counts }) => counts.imports, source: cosmwasm },
  { ecosystem: 'CosmWasm', what: 'parameters', limit: 100, actual: ({ counts }) => counts.params, source: cosmwasm },
  {
    ecosystem: 'CosmWasm',
    what: 'locals of a function',
    limit: 100,
    actual: ({ counts }) => counts.locals,
    source: cosmwasm,
  },
  { ecosystem: 'CosmWasm', what: 'functions in a table', limit: 2500, actual: tableSize, source: cosmwasm },
  { ecosystem: 'NEAR', what: 'bytes', limit: 4 << 20, actual: bytes, source: near },
  { ecosystem: 'NEAR', what: 'pages of memory', limit: 1024, actual: pages, source: near },
  { ecosystem: 'NEAR', what: 'functions', limit: 10_000, actual: ({ counts }) => counts.functions, source: near },
];

/** The chain whose host an ABI is. @param abi Its name. */
export function ecosystemOf(abi: string): EcosystemLimit['ecosystem'] {
  return abi === 'seal' ? 'ink!' : 'Stylus';
}

function bytes(facts: ModuleFacts): number {
  return facts.bytes.length;
}

function pages({ memory, module }: ModuleFacts): number {
  return (memory?.least ?? module?.importedMemory?.minPages) || 0;
}

function tableSize({ tables }: ModuleFacts): number {
  return tables.reduce((most, { least }) => Math.max(most, least), 0);
}
