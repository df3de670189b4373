import { accounts } from '../../contracts/accounts.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import type { Backend } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import { defaultGasLimit } from '../../engine/context.ts';
import type { EngineError } from '../../engine/errors.ts';
import type { Observation } from '../../harness/agreement/observe.ts';
import type { Script } from '../../harness/agreement/replay-file.ts';
import { checkGasLimits } from '../../harness/agreement/run-sequence.ts';
import { contendersOf, gasLimitAmong } from '../../harness/machines/contenders.ts';
import { defaultMachines, defaultMachinesFor, machinesFor, variantOf } from '../../harness/machines/register.ts';
import { traceText } from '../../harness/results/trace-text.ts';
import { fundsWei, type Sequence } from '../../harness/session/sequence.ts';
import { loadSubject } from '../../harness/subjects/load.ts';
import type { ReplayCall } from '../../harness/subjects/replay-call.ts';
import { partsOf } from '../../harness/subjects/subject.ts';
import { jsonOption, jsonUsage, parseArguments, parseInteger } from '../arguments.ts';
import { blockField, blockOptions } from '../block-option.ts';
import { chooseBackends, missingOptions } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { compareResults, type Result, type Verdict } from '../compare-results.ts';
import { contractForms, contractOptions, contractUsage, loadOptionsOf } from '../contract-options.ts';
import { ExitCode } from '../exit-code.ts';
import { type GasLimits, parseGasLimits } from '../gas-limits.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { readScript } from '../read-script.ts';
import { runCalls } from '../run-calls.ts';
import { type CallResults, resultJson, runText } from '../run-text.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { trustedDefaults } from '../subject-machines.ts';
import type { Terminal } from '../terminal.ts';
import { type CallTrace, chooseTrace, traceCall, traceJson, traceOptions, traceUsage } from '../trace-call.ts';
import { typedCall } from '../typed-call.ts';
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
  --time <seconds>           of the block of the call, and --number <n> which it
                             is; with a plus sign by how much: --time +3600
  --gas-limit <gas>          in each machine's own unit, so better by machine:
                             wasm=8000,evm=60000; default ${defaultGasLimit}
${scheduleUsage(29)}
  --constructor <name>       ink! only; default new
${contractUsage(29)}
  --and <call>               one more call after it, in one piece; repeatable
  --script <file>            calls from a file, a replay file too, in place of
                             the method (docs/contracts.md)
${traceUsage}
${jsonUsage(29, 'result as JSON')}

Examples:
  trimeter run erc20 transfer bob 5 --caller deployer
  trimeter run out/Token.sol/Token.json balanceOf alice
  trimeter run port.wasm transfer bob 5 --evm Token.sol
  trimeter run erc20 approve bob 5 --and 'allowance alice bob'
  trimeter run vault2 earn 5 --time +3600
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      ...missingOptions,
      ...traceOptions,
      on: { type: 'string' },
      caller: { type: 'string' },
      value: { type: 'string' },
      ...blockOptions,
      'gas-limit': { type: 'string' },
      constructor: { type: 'string' },
      script: { type: 'string' },
      and: { type: 'string', multiple: true },
      ...contractOptions,
    });
    const [named, ...words] = positionals;
    const script = values.script === undefined ? undefined : scriptWithout(words, values, values.script);
    const name = named ?? script?.case;
    if (name === undefined) throw new UsageError('run takes a contract, a method and its arguments');
    const caller = values.caller ?? 'alice';
    const value = parseInteger('--value', values.value ?? '0', 0n, fundsWei);
    const givenLimits = parseGasLimits(values['gas-limit']);
    const schedule = parseSchedule(values.schedule);
    checkPlaces({ '--json': values.json }, { '--script': values.script });
    const json = jsonTarget(terminal, values.json);
    const options = loadOptionsOf(terminal, values);
    const subject = await loadSubject(name, {
      ...options,
      constructorArgs: options.constructorArgs ?? script?.constructorArgs,
    });
    const [method = '', ...callArgs] = words;
    subject.address(caller, '--caller');
    const first = (): ReplayCall => ({
      method,
      args: subject.typedArguments(method, callArgs),
      caller,
      ...(value !== 0n && { value: String(value) }),
      ...blockField(values),
    });
    const more = (values.and ?? []).map((text) => typedCall(subject, '--and', text));
    const calls = script === undefined ? [first(), ...more] : [...script.setup, ...script.steps, ...more];
    const sequence = subject.encode(subject.constructorArgs, calls, values.constructor);
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
    const gasLimits: GasLimits = { ...givenLimits, of: (name) => givenLimits.of(name, gasLimitAmong(backends)) };
    const unlimited = gasLimits.named.find((name) => !backends.some((backend) => backend.name === name));
    if (unlimited !== undefined)
      throw new UsageError(`--gas-limit ${unlimited}: this machine is not among those that run`);
    const unmetered = backends.find((backend) => !backend.isMetered && gasLimits.named.includes(backend.name));
    if (unmetered !== undefined) throw new UsageError(`--gas-limit ${unmetered.name}: this machine counts no gas`);

    const traceChoice = chooseTrace(
      values,
      backends.map(({ name }) => name),
    );
    if (traceChoice !== undefined && calls.length > 1) throw new UsageError('--trace goes with one call');
    refuseMixedLimits(values.script, backends, sequence);
    const observations: (readonly Observation[])[] = [];
    for (const backend of backends) {
      observations.push(await runCalls(backend, subject, sequence, gasLimits.of(backend.name)));
    }
    const compared = calls.map((call, at): CallResults => {
      const results = backends.map((backend, i) => ({ backend, observation: observations[i]?.[at] as Observation }));
      return { call, results, verdict: compareResults(results as [Result, ...Result[]], gasLimits) };
    });
    // After the first difference every further one may only follow from it.
    const broken = compared.findIndex(({ verdict }) => verdict.difference !== undefined);
    const shown = broken === -1 ? compared : compared.slice(0, broken + 1);
    const verdicts = shown.map(({ verdict }) => verdict);
    const leftOut = [...trusted.leftOut, ...missing];
    const [one] = compared;
    const traced = one?.results.find(({ backend }) => backend.name === traceChoice?.machine);
    const trace =
      traceChoice === undefined || traced === undefined
        ? undefined
        : await traceCall(traceChoice, subject, sequence, {
            gasLimit: gasLimits.of(traceChoice.machine),
            schedule,
            expected: traced.observation,
          });
    if (!json.isQuiet) {
      terminal.out(runText(terminal, subject, shown, leftOut));
      if (trace !== undefined) terminal.out(describeTrace(terminal, trace));
    }
    const callJson = ({ call, results, verdict }: CallResults) => ({
      ...call,
      agreed: verdict.agreed,
      ...(verdict.difference !== undefined && { difference: verdict.difference }),
      machines: results.map((result) => resultJson(subject, call, result)),
    });
    const about = { contract: subject.id, schedule: schedule.id, missing: leftOut };
    const isWritten = json.write(
      script === undefined && more.length === 0
        ? {
            ...about,
            ...callJson(one as CallResults),
            args: callArgs,
            ...(trace !== undefined && { trace: { ...trace, events: traceJson(trace.events) } }),
          }
        : { ...about, agreed: agreedOn(verdicts), calls: shown.map(callJson) },
    );
    return exitWith(exitCodeFor(verdicts), [isWritten]);
  },
};

/** @throws InputRejected for a script whose steps have gas limits that mean different things to the machines. */
function refuseMixedLimits(script: string | undefined, backends: readonly Backend[], sequence: Sequence): void {
  if (script === undefined) return;
  try {
    checkGasLimits(contendersOf(backends), sequence);
  } catch (error) {
    throw new InputRejected(script, (error as EngineError).message);
  }
}

/** Null where one call at least was not compared. */
function agreedOn(verdicts: readonly Verdict[]): boolean | null {
  if (verdicts.some(({ agreed }) => agreed === false)) return false;
  return verdicts.every(({ agreed }) => agreed === true) ? true : null;
}

function describeTrace(terminal: Terminal, { machine, contracts, events, leftOut }: CallTrace): string {
  const nameOf = (address: Uint8Array) => {
    const hex = toHex(address);
    return Object.entries({ ...accounts, ...contracts }).find(([, other]) => other === hex)?.[0] ?? hex;
  };
  const more = leftOut === 0 ? '' : `and ${leftOut} more: --trace-limit\n`;
  return `\non ${machine}:\n${traceText(events, nameOf, terminal.columns)}${more}`;
}

function exitCodeFor(verdicts: readonly Verdict[]): ExitCode {
  if (verdicts.some(({ agreed }) => agreed === false)) return ExitCode.Disagreement;
  return verdicts.every(({ difference }) => difference === undefined) ? ExitCode.Done : ExitCode.BadInput;
}

/** What is about the call that `run` is given, and not about those of a script. */
const ofTheCall = ['caller', 'value', 'time', 'number'] as const;

/** Of a script, a replay file too. @throws UsageError, InputRejected */
function scriptWithout(
  words: readonly string[],
  values: { readonly [name in (typeof ofTheCall)[number]]?: string | undefined },
  path: string,
): Script {
  const options = ofTheCall.filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  const [odd] = [...words, ...options];
  if (odd !== undefined) throw new UsageError(`--script has the calls, so that ${odd} has no place`);
  return readScript(path);
}
