import { type Column, textTable } from '../../bench/report/text-table.ts';
import { accounts } from '../../contracts/accounts.ts';
import { InputRejected } from '../../contracts/input-rejected.ts';
import { firstDifference, gasDifference } from '../../engine/agreement/compare.ts';
import { type Observation, observe } from '../../engine/agreement/observe.ts';
import type { Backend, Program } from '../../engine/backend.ts';
import { toHex } from '../../engine/bytes.ts';
import { EngineError } from '../../engine/errors.ts';
import { MAX_GAS } from '../../engine/gas.ts';
import { type Event, type Outcome, trapName } from '../../engine/outcome.ts';
import { AMPLE_GAS, FUNDS_WEI } from '../agreement-subject.ts';
import { jsonOption, parseArguments, parseInteger } from '../arguments.ts';
import { gasFamily } from '../backends.ts';
import { chooseBackends } from '../choose-backends.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { loadSubject } from '../load-subject.ts';
import { jsonTarget } from '../output.ts';
import { printable } from '../printable.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { style } from '../style.ts';
import type { Subject } from '../subject.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const DEFAULT_BACKENDS = ['wasm', 'reference', 'native', 'evm'];

export const run: Command = {
  usage: `trimeter run <contract> <method> [args...] [options]

Deploys a contract on each machine and calls it once. <contract> is the id of a
bundled contract, the path of a contract folder, or the path of an ink!
.contract file. What an argument means follows from the method's parameters:
integers are decimal or 0x, bytes 0x, addresses 0x or
${Object.keys(accounts).join(', ')} (for ink!: @alice), lists and structs JSON.
Put -- before arguments that begin with a dash. Exit code 1 if the machines
disagree.

  --on <machines>            separated by commas; default ${DEFAULT_BACKENDS.join(',')}
  --caller <account>         default alice; the contract is deployed by deployer
  --value <wei>              sent along; default 0. Every named account has ${FUNDS_WEI} wei
  --gas-limit <gas>          in each machine's own unit; default ${AMPLE_GAS}
${scheduleUsage(29)}
  --constructor <name>       ink! only; default new
  --constructor-args <json>  in place of those in the manifest
  --json <file|->            result as JSON
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      on: { type: 'string' },
      caller: { type: 'string', default: 'alice' },
      value: { type: 'string', default: '0' },
      'gas-limit': { type: 'string', default: String(AMPLE_GAS) },
      constructor: { type: 'string' },
      'constructor-args': { type: 'string' },
    });
    const [name, method, ...callArgs] = positionals;
    if (name === undefined) throw new UsageError('run takes a contract, a method and its arguments');
    const value = parseInteger('--value', values.value, 0n, FUNDS_WEI);
    const gasLimit = parseInteger('--gas-limit', values['gas-limit'], 0n, MAX_GAS);
    const schedule = parseSchedule(values.schedule);
    const json = jsonTarget(terminal, values.json);
    const subject = await loadSubject(name);
    const call: Call = {
      method: method ?? '',
      caller: subject.address(values.caller),
      value,
      gasLimit,
      input: subject.callInput(method ?? '', callArgs),
      constructorInput: subject.constructorInput(values.constructor, values['constructor-args']),
    };
    const possible = subject.machines;
    const backends = await chooseBackends(terminal, { on: values.on, defaults: DEFAULT_BACKENDS, possible, schedule });

    const results: Result[] = [];
    for (const backend of backends) results.push(await runOn(backend, subject, call));
    const difference = findDifference(results);
    json.write({
      contract: subject.id,
      schedule: schedule.id,
      method: call.method,
      args: callArgs,
      agreed: difference === undefined,
      ...(difference !== undefined && { difference }),
      machines: results.map((result) => toJson(subject, call, result)),
    });
    if (!json.isQuiet) terminal.out(describe(terminal, subject, call, results, difference));
    return difference === undefined ? ExitCode.Done : ExitCode.Disagreement;
  },
};

interface Call {
  readonly method: string;
  readonly caller: Uint8Array;
  readonly value: bigint;
  readonly gasLimit: bigint;
  readonly input: Uint8Array;
  readonly constructorInput: Uint8Array;
}

interface Result {
  readonly backend: Backend;
  readonly observation: Observation;
}

async function runOn(backend: Backend, { id, code, companions, address }: Subject, call: Call): Promise<Result> {
  const program = await backend.prepare(code);
  const world = await backend.createWorld();
  try {
    for (const account of Object.values(accounts)) await world.setBalance(address(account), FUNDS_WEI);
    const deployer = address('deployer');
    const deploy = async (program: Program, input: Uint8Array): Promise<Uint8Array> => {
      const { address: to, outcome } = await world.deploy(program, { deployer, value: 0n, input, gasLimit: AMPLE_GAS });
      if (outcome.status === 'success') return to;
      const what = outcome.status === 'trap' ? trapName(outcome.code) : toHex(outcome.output);
      throw new InputRejected(
        id,
        `does not deploy on ${backend.name}: the constructor of ${program.name} ended in ${outcome.status} ${what}`,
      );
    };
    const { constructorInput, method: _method, ...rest } = call;
    for (const companion of companions) await deploy(await backend.prepare(companion.code), companion.input);
    const to = await deploy(program, constructorInput);
    return { backend, observation: await observe(world, await world.call({ ...rest, to }), [to]) };
  } finally {
    await world.close();
  }
}

/** In words, the first machine that differs from the first of all. */
function findDifference([first, ...others]: readonly Result[]): string | undefined {
  if (first === undefined) throw new EngineError('backend-unavailable', 'no machine can run this here');
  for (const { backend, observation } of others) {
    const family = gasFamily(backend.name);
    const difference =
      firstDifference(first.observation, observation) ??
      (family !== undefined && family === gasFamily(first.backend.name)
        ? gasDifference(first.observation, observation)
        : undefined);
    if (difference === undefined) continue;
    const { field, left, right } = difference;
    return `${first.backend.name} and ${backend.name} disagree in ${field}: ${left} and ${right}`;
  }
  return undefined;
}

function eventsOf(outcome: Outcome): readonly Event[] {
  return outcome.status === 'success' ? outcome.events : [];
}

function toJson(
  subject: Subject,
  { method }: Call,
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

const columns: readonly Column[] = [
  { heading: 'machine' },
  { heading: 'status' },
  { heading: 'result' },
  { heading: 'events', isRight: true },
  { heading: 'gas', isRight: true },
  { heading: 'state' },
];

function describe(
  terminal: Terminal,
  subject: Subject,
  { method }: Call,
  results: readonly Result[],
  difference: string | undefined,
): string {
  const rows = results.map(({ backend, observation: { outcome, stateDigest } }) => [
    backend.name,
    outcome.status,
    printable(subject.describeResult(method, outcome)) || '-',
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
      ? style(terminal, 'bad', printable(difference))
      : others.length === 0
        ? `only ${names} ran it, so that nothing was compared`
        : style(terminal, 'good', `${names} agree`);
  return `${textTable(columns, rows)}${events.join('')}${verdict}\n`;
}
