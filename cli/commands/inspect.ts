import type { ContractCase } from '../../contracts/contract-case.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { readInput } from '../../contracts/read-input.ts';
import type { GuestAbi } from '../../engine/abi/guest-abi.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import type { Schedule } from '../../engine/schedule.ts';
import { instrumentModule } from '../../engine/wasm/module-cache.ts';
import type { ModuleVerdict } from '../../engine/wasm/module-verdict.ts';
import { auditText } from '../../harness/audit/audit-text.ts';
import { isForInk } from '../../harness/subjects/ecosystems.ts';
import { type LoadOptions, loadForms } from '../../harness/subjects/load.ts';
import { printable } from '../../harness/text/printable.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import { auditFor } from '../audit-notes.ts';
import type { Command } from '../command.ts';
import { contractForms, contractOptions, loadOptionsOf } from '../contract-options.ts';
import { evmText, summarizeEvm } from '../evm-summary.ts';
import { ExitCode } from '../exit-code.ts';
import { guestAbi, guestAbiNames } from '../guest-abis.ts';
import { judgeFile } from '../judge-file.ts';
import { type ModuleSummary, summarizeModule } from '../module-summary.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { style } from '../style.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const MAX_FILE_BYTES = 64 << 20;
/** Of functions, unless all are asked for. */
const SHOWN_FUNCTIONS = 20;

const { 'constructor-args': _, ...inspectedForms } = contractOptions;

export const inspect: Command = {
  usage: `trimeter inspect <contract> [options]

Shows a module's imports, exports, sizes against the limits, each function's
blocks and gas, and whether its metered form is proved right: one that is not
runs slower, and is a bug of ours. A module that would not run ends in exit
code 2 and the reason. Of EVM code: its size, its methods and its libraries.

${contractForms}

  --abi <file>      ABI of a form that has none: JSON, or an artifact; or stylus
                    or seal: what the module may import; default by what it
                    imports
  --evm <file>      one more form of it: .sol, artifact or hex
  --wasm <file>     one more form of it: a Stylus module
  --contract <Name> which one of a .sol file; also file.sol:Name
  --library <Name=file>
                    where a library is that has to be linked
${scheduleUsage(20)}
  --all             every function, not only the ${SHOWN_FUNCTIONS} with the most gas
  --wat             the disassembly instead (by wabt)
  --audit           what to know of a module before it runs instead: floats,
                    unknown imports, start functions, memory and tables, and
                    its size against the limits of four chains
${jsonUsage(20, 'everything as JSON')}

Examples:
  trimeter inspect erc20
  trimeter inspect target/wasm32-unknown-unknown/release/vault2.wasm --wat
  trimeter inspect contract.wasm --audit
  trimeter inspect Token.sol:Token --json token.json
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      ...inspectedForms,
      all: { type: 'boolean', default: false },
      wat: { type: 'boolean', default: false },
      audit: { type: 'boolean', default: false },
    });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError('inspect takes one contract, such as x.wasm');
    checkPlaces({ '--json': values.json }, { 'the contract': path });
    const json = jsonTarget(terminal, values.json);
    const schedule = parseSchedule(values.schedule);
    const isGuestAbi = values.abi !== undefined && guestAbiNames.includes(values.abi);
    const guest = isGuestAbi ? values.abi : undefined;
    const abi = isGuestAbi ? undefined : values.abi;
    const { module, contract } = await formsOf(path, loadOptionsOf(terminal, { ...values, abi }));
    if (values.wat) {
      if (module === undefined) throw new InputRejected(path, 'has no WebAssembly form to disassemble');
      terminal.out(await disassemble(path, module));
      return ExitCode.Done;
    }
    if (values.audit) {
      if (module === undefined) throw new InputRejected(path, 'has no WebAssembly form to audit');
      const { name, abi: ofModule } = await abiOf(path, module, guest);
      const audit = auditFor(module, ofModule, schedule);
      if (!json.isQuiet) terminal.out(auditText(audit, terminal.columns));
      const isWritten = json.write({ file: path, schedule: schedule.id, abi: name, audit });
      const refused = audit.findings.find(({ severity }) => severity === 'refused');
      if (refused !== undefined) {
        throw new InputRejected(path, `${refused.rule} at byte ${refused.offset}: ${refused.reason}`);
      }
      return exitWith(ExitCode.Done, [isWritten]);
    }
    const evm = contract?.evmInitcode && summarizeEvm(contract, contract.evmInitcode);
    const inspected = module === undefined ? undefined : await inspectModule(path, module, guest, schedule);
    if (!json.isQuiet) {
      const mostFunctions = values.all ? Number.POSITIVE_INFINITY : SHOWN_FUNCTIONS;
      if (inspected !== undefined) terminal.out(moduleText(inspected, mostFunctions, terminal));
      if (inspected !== undefined && evm !== undefined) terminal.out('\n');
      if (evm !== undefined) terminal.out(evmText(evm, terminal));
    }
    const { verdict, summary } = inspected ?? {};
    const isWritten = json.write({
      file: path,
      schedule: schedule.id,
      ...(inspected !== undefined && { abi: inspected.abi }),
      ...summary,
      ...(verdict !== undefined && proofOf(verdict)),
      ...(evm !== undefined && { evm }),
    });
    const [refusal] = summary?.refusals ?? [];
    if (refusal !== undefined) throw new InputRejected(path, refusal);
    return exitWith(ExitCode.Done, [isWritten]);
  },
};

interface Forms {
  readonly module: Uint8Array | undefined;
  /** Absent for a module alone. */
  readonly contract?: ContractCase;
}

/** @throws InputRejected */
async function formsOf(path: string, options: LoadOptions): Promise<Forms> {
  if (path.endsWith('.contract')) {
    // Loads the SCALE codec, which nothing else needs.
    const { readInkBundle } = await import('../../contracts/ink/bundle.ts');
    return { module: readInkBundle(path).wasm };
  }
  // A module of any kind and size: why it would not run is what is asked.
  const { abi, evm, wasm } = options;
  const isAlone = (abi ?? evm ?? wasm) === undefined;
  if (path.endsWith('.wasm') && isAlone) return { module: readInput(path, MAX_FILE_BYTES) };
  const contract = await loadForms(path, options);
  return { module: contract.wasm, contract };
}

interface InspectedModule {
  readonly abi: string;
  readonly summary: ModuleSummary;
  /** Undefined for a module that would not run. */
  readonly verdict: ModuleVerdict | undefined;
}

/** @param wanted Name of the guest ABI; undefined to go by the module's imports. */
async function abiOf(
  path: string,
  bytes: Uint8Array,
  wanted: string | undefined,
): Promise<{ readonly name: string; readonly abi: GuestAbi }> {
  const name = wanted ?? (isForInk(bytes, path) ? 'seal' : 'stylus');
  return { name, abi: await guestAbi(name) };
}

async function inspectModule(
  path: string,
  bytes: Uint8Array,
  wanted: string | undefined,
  schedule: Schedule,
): Promise<InspectedModule> {
  const { name, abi } = await abiOf(path, bytes, wanted);
  const { costs, limits } = schedule;
  const summary = judgeFile(path, () => summarizeModule(bytes, { costs, limits, interface: moduleInterfaceOf(abi) }));
  // As the engine runs it; the reason why it would not run is shown below.
  const isRefused = summary.refusals.length > 0;
  const request = { bytes, abi, schedule, strategy: 'default', forKernel: true } as const;
  return { abi: name, summary, verdict: isRefused ? undefined : instrumentModule(request).verdict };
}

function moduleText({ summary, verdict }: InspectedModule, mostFunctions: number, terminal: Terminal): string {
  const proof = verdict === undefined ? '' : wrapText(`\n${describeProof(verdict)}\n`, terminal.columns);
  return describe(summary, mostFunctions, terminal) + proof;
}

function proofOf(verdict: ModuleVerdict): { readonly proved: boolean; readonly unprovedReason?: string } {
  return verdict.kind === 'unproved'
    ? { proved: false, unprovedReason: verdict.reason }
    : { proved: verdict.kind === 'proved' };
}

function describeProof(verdict: ModuleVerdict): string {
  return verdict.kind === 'unproved'
    ? `metering: not proved (${printable(verdict.reason)}); it runs under the exact strategy. Please report this.`
    : 'metering: proved';
}

async function disassemble(path: string, bytes: Uint8Array): Promise<string> {
  const wabt = await (await import('wabt')).default();
  try {
    const module = wabt.readWasm(bytes, { readDebugNames: true });
    const text = module.toText({ foldExprs: false, inlineExport: false });
    module.destroy();
    return text.split('\n').map(printable).join('\n');
  } catch (error) {
    throw new InputRejected(path, `wabt cannot read it: ${(error as Error).message.split('\n').at(-1)}`);
  }
}

function describe(summary: ModuleSummary, shownFunctions: number, terminal: Terminal): string {
  const { imports, exports, limits, functions } = summary;
  const byGas = functions.toSorted((a, b) => b.gasOfAllBlocks - a.gasOfAllBlocks || a.index - b.index);
  const shown = byGas.slice(0, shownFunctions);
  const rest = functions.length - shown.length;
  const more = rest > 0 ? `, the ${shown.length} with the most gas; --all shows the others` : '';
  const sections = [
    [
      `imports (${imports.length})`,
      columnsOf(['module', 'name', 'type']),
      imports.map(({ module, name, type }) => [module, name, type]),
    ],
    [
      `exports (${exports.length})`,
      columnsOf(['name', 'kind'], ['index']),
      exports.map(({ name, kind, index }) => [name, kind, String(index)]),
    ],
    [
      'limits',
      [...columnsOf(['what'], ['actual', 'limit']), ...columnsOf([''])],
      limits.map(({ name, actual, limit }) => [name, String(actual), String(limit), actual > limit ? 'exceeded' : '']),
    ],
    [
      `functions (${functions.length})${more}`,
      [
        ...columnsOf([], ['index']),
        ...columnsOf(['export', 'type'], ['locals', 'instructions', 'blocks', 'gas, each block once', 'stack words']),
      ],
      shown.map(({ index, name, type, locals, instructions, blocks, gasOfAllBlocks, stackWords }) => [
        String(index),
        name ?? '',
        type,
        ...[locals, instructions, blocks, gasOfAllBlocks, stackWords].map(String),
      ]),
    ],
  ] as const;
  return sections
    .map(([title, columns, rows]) => `${style(terminal, 'bold', title)}\n${textTable(columns, rows, terminal.columns)}`)
    .join('\n');
}
