import type { ModuleLimits } from '../../metering/format/limits.ts';
import type { ModuleInterface } from '../../metering/format/module-interface.ts';
import { Op } from '../../metering/format/opcodes.ts';
import type { ModuleFacts } from './module-facts.ts';

interface Found {
  readonly offset: number | null;
  readonly reason: string;
}

interface AuditRule {
  readonly id: string;
  /** What it looks for, and why it matters. */
  readonly what: string;
  readonly severity: 'warning' | 'note';
  readonly source: string;
  readonly find: (
    facts: ModuleFacts,
    options: { readonly limits: ModuleLimits; readonly interface: ModuleInterface },
  ) => readonly Found[];
}

const MOST_IMPORTS = 5;

/** What is not a refusal by itself, or is one that hides others: a refusal names the first thing alone. */
export const auditRules: readonly AuditRule[] = [
  {
    id: 'float',
    what: 'floating point, whose NaNs have other bits on other machines',
    severity: 'warning',
    source: 'https://webassembly.github.io/spec/core/exec/numerics.html#nan-propagation',
    find: ({ refusal }) =>
      refusal !== undefined && /float/.test(refusal.actual)
        ? [{ offset: refusal.offset, reason: `${refusal.actual}: results may differ between machines` }]
        : [],
  },
  {
    id: 'unknown-import',
    what: 'host functions that the guest ABI does not have',
    severity: 'warning',
    source: 'https://docs.arbitrum.io/stylus/advanced/hostio-exports',
    find: ({ module }, { interface: { imports } }) => {
      const known = new Set(imports.map((one) => `${one.module}.${one.name}`));
      const unknown = (module?.importedFunctions ?? []).filter((one) => !known.has(`${one.module}.${one.name}`));
      const shown = unknown
        .slice(0, MOST_IMPORTS)
        .map((one) => ({ offset: one.offset, reason: `imports ${one.module}.${one.name}` }));
      const more = unknown.length - shown.length;
      return more > 0 ? [...shown, { offset: null, reason: `and ${more} more unknown imports` }] : shown;
    },
  },
  {
    id: 'start',
    what: 'a start function, which runs before anything is metered',
    severity: 'warning',
    source: 'OffchainLabs/nitro, arbitrator/prover/src/programs/start.rs',
    find: ({ start }) =>
      start === undefined ? [] : [{ offset: start, reason: 'a start function runs before a call begins' }],
  },
  {
    id: 'uncapped-memory',
    what: 'memory that grows without a maximum of its own, so that a limit of the host ends it',
    severity: 'note',
    source: 'https://docs.wasmtime.dev/examples-deterministic-wasm-execution.html',
    find: ({ memory, module }, { limits }) => {
      if (memory === undefined || memory.most !== undefined) return [];
      const grow = module?.functions
        .flatMap(({ instructions }) => instructions)
        .find(({ opcode }) => opcode === Op.memoryGrow);
      if (grow === undefined) return [];
      return [{ offset: grow.offset, reason: `memory grows without a maximum; here to ${limits.memoryPages} pages` }];
    },
  },
  {
    id: 'unreachable-limit',
    what: 'a maximum that nothing can reach',
    severity: 'note',
    source: 'the limits of the schedule (metering/format/limits.ts)',
    find: ({ memory, tables }, { limits }) => [
      ...(memory?.most !== undefined && memory.most > limits.memoryPages
        ? [
            {
              offset: memory.offset,
              reason: `memory may have ${memory.most} pages; growth ends at ${limits.memoryPages}`,
            },
          ]
        : []),
      ...tables.flatMap(({ least, most, offset }) =>
        most !== undefined && most > least
          ? [{ offset, reason: `a table of ${least} may have ${most}; no instruction that runs here makes it grow` }]
          : [],
      ),
    ],
  },
  {
    id: 'table-changes',
    what: 'instructions that change a table, and tables that others can reach',
    severity: 'warning',
    source: 'CosmWasm/cosmwasm, packages/vm/src/wasm_backend/gatekeeper.rs',
    find: ({ refusal, module }) => [
      ...(refusal !== undefined && /^table\.|elem\.drop/.test(refusal.actual)
        ? [{ offset: refusal.offset, reason: `${refusal.actual} changes which functions are called` }]
        : []),
      ...(module?.exports ?? [])
        .filter(({ kind }) => kind === 'table')
        .map(({ offset, name }) => ({
          offset,
          reason: `the table is exported as ${JSON.stringify(name)}; here nobody gets it`,
        })),
    ],
  },
  {
    id: 'mutable-export',
    what: 'globals that somebody else could write',
    severity: 'note',
    source: 'https://webassembly.github.io/spec/core/syntax/modules.html#exports',
    find: ({ module }) =>
      (module?.exports ?? [])
        .filter(({ kind, index }) => kind === 'global' && module?.globals[index]?.isMutable === true)
        .map(({ offset, name }) => ({
          offset,
          reason: `exports the mutable global ${JSON.stringify(name)}; here nobody gets it`,
        })),
  },
];
