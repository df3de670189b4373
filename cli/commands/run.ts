import { accounts } from '../../contracts/accounts.ts';
import { toHex } from '../../engine/bytes.ts';
import { defaultGasLimit } from '../../engine/context.ts';
import { type Event, type Outcome, trapName } from '../../engine/outcome.ts';
import {
  defaultMachines,
  defaultMachinesFor,
  type MissingMachine,
  machinesFor,
  variantOf,
} from '../../harness/machines/register.ts';
import { traceText } from '../../harness/results/trace-text.ts';
import { fundsWei } from '../../harness/session/sequence.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import type { ReplayCall } from '../../harness/subjects/replay-call.ts';
import { type DescribedSubject, partsOf } from '../../harness/subjects/subject.ts';
import { printable } from '../../harness/text/printable.ts';
import { columnsOf, textTable } from '../../harness/text/text-table.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import { chooseBackends, missingOptions } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { compareResults, type Result, type Verdict } from '../compare-results.ts';
import { contractForms, contractOptions, contractUsage, loadOptionsOf } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { parseGasLimits } from '../gas-limits.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { runOnce } from '../run-once.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { style } from '../style.ts';
import { trustedDefaults } from '../subject-machines.ts';
import type { Terminal } from '../terminal.ts';
import { type CallTrace, chooseTrace, traceCall, traceJson, traceOptions, traceUsage } from '../trace-call.ts';
import { UsageError } from '../usage-error.ts';

export const run: Command = {
  usage: `trimeter run <contract> <method> [args...] [options]

Deploys a contract on each machine and calls it once. What an argument means
follows from the method's parameters: integers are decimal or 0x, bytes 0x,
addresses 0x or ${Object.keys(accounts).join(', ')} (for ink!: @alice),
lists and structs JSON. Put -- before arguments that begin with a dash. Exit
code 1 if the machines disagree. The C++ of contracts that are not bundled runs
only if --on names native.

${contractForms}

  --on <machines>            separated by commas; default those there of
                             ${defaultMachines.join(',')}
  --require <machines>       these must be there
  --allow-missing <machines> go on without these if --on names them
  --caller <account>         default alice; the contract is deployed by deployer
  --value <wei>              sent along; default 0. Every named account has
                             ${fundsWei} wei
  --gas-limit <gas>          in each machine's own unit, so better by machine:
                             wasm=8000,evm=60000; default ${defaultGasLimit}
${scheduleUsage(29)}
  --constructor <name>       ink! only; default new
${contractUsage(29)}
${traceUsage}
${jsonUsage(29, 'result as JSON')}

Examples:
  trimeter run erc20 transfer bob 5 --caller deployer
  trimeter run out/Token.sol/Token.json balanceOf alice
  trimeter run port.wasm transfer bob 5 --evm Token.sol
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      ...missingOptions,
      ...traceOptions,
      on: { type: 'string' },
      caller: { type: 'string', default: 'alice' },
      value: { type: 'string', default: '0' },
      'gas-limit': { type: 'string' },
      constructor: { type: 'string' },
      ...contractOptions,
    });
    const [name, method = '', ...callArgs] = positionals;
    if (name === undefined) throw new UsageError('run takes a contract, a method and its arguments');
    const value = parseInteger('--value', values.value, 0n, fundsWei);
    const gasLimits = parseGasLimits(values['gas-limit']);
    const schedule = parseSchedule(values.schedule);
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const subject = await loadSubject(name, loadOptionsOf(terminal, values));
    const call: ReplayCall = {
      method,
      args: subject.typedArguments(method, callArgs),
      caller: toHex(subject.address(values.caller, '--caller')),
      value: String(value),
    };
    const sequence = subject.encode(subject.constructorArgs, [call], values.constructor);
    const possible = machinesFor(partsOf(subject));
    const { names, isOneForm } = defaultMachinesFor(partsOf(subject));
    // For one call, a process of its own takes too long.
    const here = names.filter((name) => variantOf(name) === undefined);
    const trusted = trustedDefaults(terminal, values.on === undefined ? here : [], [subject]);
    const { backends, missing } = await chooseBackends(terminal, {
      on: values.on,
      defaults: trusted.defaults,
      possible,
      schedule,
      allowMissing: values['allow-missing'],
      require: values.require,
      isLenient: true,
      // Who names one machine wants to see what it does, and of one form there may be no second one.
      least: values.on === undefined && !isOneForm ? 2 : 1,
    });
    const unlimited = gasLimits.named.find((name) => !backends.some((backend) => backend.name === name));
    if (unlimited !== undefined)
      throw new UsageError(`--gas-limit ${unlimited}: this machine is not among those that run`);
    const unmetered = backends.find((backend) => !backend.isMetered && gasLimits.named.includes(backend.name));
    if (unmetered !== undefined) throw new UsageError(`--gas-limit ${unmetered.name}: this machine counts no gas`);

    const traceChoice = chooseTrace(
      values,
      backends.map(({ name }) => name),
    );
    const results: Result[] = [];
    for (const backend of backends) {
      const observation = await runOnce(backend, subject, sequence, gasLimits.of(backend.name));
      results.push({ backend, observation });
    }
    const verdict = compareResults(results as [Result, ...Result[]], gasLimits);
    const leftOut = [...trusted.leftOut, ...missing];
    const traced = results.find(({ backend }) => backend.name === traceChoice?.machine);
    const trace =
      traceChoice === undefined || traced === undefined
        ? undefined
        : await traceCall(traceChoice, subject, sequence, {
            gasLimit: gasLimits.of(traceChoice.machine),
            schedule,
            expected: traced.observation,
          });
    if (!json.isQuiet) {
      terminal.out(describe(terminal, subject, method, results, verdict, leftOut));
      if (trace !== undefined) terminal.out(describeTrace(terminal, trace));
    }
    const isWritten = json.write({
      contract: subject.id,
      schedule: schedule.id,
      method,
      args: callArgs,
      agreed: verdict.agreed,
      ...(verdict.difference !== undefined && { difference: verdict.difference }),
      missing: leftOut,
      ...(trace !== undefined && { trace: { ...trace, events: traceJson(trace.events) } }),
      machines: results.map((result) => toJson(subject, method, result)),
    });
    return exitWith(exitCodeFor(verdict), [isWritten]);
  },
};

function describeTrace(terminal: Terminal, { machine, contracts, events, leftOut }: CallTrace): string {
  const nameOf = (address: Uint8Array) => {
    const hex = toHex(address);
    return Object.entries({ ...accounts, ...contracts }).find(([, other]) => other === hex)?.[0] ?? hex;
  };
  const more = leftOut === 0 ? '' : `and ${leftOut} more: --trace-limit\n`;
  return `\non ${machine}:\n${traceText(events, nameOf, terminal.columns)}${more}`;
}

function exitCodeFor({ agreed, difference }: Verdict): ExitCode {
  if (agreed === false) return ExitCode.Disagreement;
  return difference === undefined ? ExitCode.Done : ExitCode.BadInput;
}

function eventsOf(outcome: Outcome): readonly Event[] {
  return outcome.status === 'success' ? outcome.events : [];
}

function toJson(
  subject: DescribedSubject,
  method: string,
  { backend, observation: { outcome, stateDigest } }: Result,
): unknown {
  return {
    name: backend.name,
    description: backend.description,
    status: outcome.status,
    ...(outcome.status === 'trap' ? { trap: trapName(outcome.code) } : { output: toHex(outcome.output) }),
    decoded: subject.describeResult(method, outcome),
    events: eventsOf(outcome).map((event) => ({
      address: toHex(event.address),
      topics: event.topics.map(toHex),
      data: toHex(event.data),
      decoded: subject.describeEvent(event),
    })),
    gasUsed: backend.isMetered ? outcome.gasUsed : null,
    stateDigest,
  };
}

const columns = [...columnsOf(['machine', 'status', 'result'], ['events', 'gas']), ...columnsOf(['state'])];

function describe(
  terminal: Terminal,
  subject: DescribedSubject,
  method: string,
  results: readonly Result[],
  { agreed, difference }: Verdict,
  missing: readonly MissingMachine[],
): string {
  const rows = results.map(({ backend, observation: { outcome, stateDigest } }) => [
    backend.name,
    outcome.status,
    subject.describeResult(method, outcome) || '-',
    String(eventsOf(outcome).length),
    backend.isMetered ? String(outcome.gasUsed) : '-',
    stateDigest.slice(0, 16),
  ]);
  const [first, ...others] = results;
  const events = eventsOf(first?.observation.outcome as Outcome).map(
    (event) => `event ${printable(subject.describeEvent(event))}\n`,
  );
  const names = [first, ...others].map((result) => result?.backend.name).join(', ');
  const verdict =
    difference !== undefined
      ? style(terminal, agreed === null ? 'bold' : 'bad', printable(difference))
      : others.length === 0
        ? `only ${names} ran it, so that nothing was compared`
        : style(terminal, 'good', `${names} agree`);
  const absent = missing.length === 0 ? '' : `; without ${missing.map(({ name }) => name).join(', ')}`;
  const below = wrapText(`${events.join('')}${verdict}${absent}\n`, terminal.columns);
  return `${textTable(columns, rows, terminal.columns)}${below}`;
}
