import { CompilerRejected } from '../contracts/compiler-rejected.ts';
import { unknownTraps } from '../engine/wasm/trap-map.ts';
import { howToInstall, missingPackage } from '../harness/machines/missing-package.ts';
import { packageManifest } from '../harness/package-manifest.ts';
import { errorAnnotation } from '../harness/results/github-annotations.ts';
import { closestName } from '../harness/text/closest-name.ts';
import { printable } from '../harness/text/printable.ts';
import { wrapText } from '../harness/text/wrap-text.ts';
import { withJsonTarget } from './arguments.ts';
import type { Command } from './command.ts';
import { ExitCode, exitCodeOf } from './exit-code.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

interface Entry {
  readonly summary: string;
  /** Loaded when asked for, so that no command waits for the packages of another. */
  load(): Promise<Command>;
}

const commands: ReadonlyMap<string, Entry> = new Map(
  Object.entries({
    compare: {
      summary: 'do the machines agree on all contracts, and what do they cost?',
      load: async () => (await import('./commands/compare.ts')).compare,
    },
    run: {
      summary: 'deploy a contract and call it once, on the machines side by side',
      load: async () => (await import('./commands/run.ts')).run,
    },
    check: {
      summary: 'random calls on all machines; a disagreement becomes a replay file',
      load: async () => (await import('./commands/check.ts')).check,
    },
    gate: {
      summary: 'hold behaviour, gas and size of contracts against a committed lock',
      load: async () => (await import('./commands/gate.ts')).gateCommand,
    },
    merge: {
      summary: 'join the parts of a check or a gate that was dealt out',
      load: async () => (await import('./commands/merge.ts')).merge,
    },
    replay: {
      summary: 'run a replay file again',
      load: async () => (await import('./commands/replay.ts')).replayCommand,
    },
    trace: {
      summary: 'what calls come to on their way, as hashes; where two traces part',
      load: async () => (await import('./commands/trace.ts')).trace,
    },
    new: {
      summary: 'make a folder with a small contract',
      load: async () => (await import('./commands/new.ts')).newCommand,
    },
    build: {
      summary: 'compile what contract folders have sources of',
      load: async () => (await import('./commands/build.ts')).build,
    },
    bench: {
      summary: 'time the workloads of contracts on the machines that agree on them',
      load: async () => (await import('./commands/bench.ts')).bench,
    },
    report: {
      summary: 'show a result of bench as a table, a page or a comment',
      load: async () => (await import('./commands/report.ts')).report,
    },
    calibrate: {
      summary: 'fit a cost table to this machine; how well does gas foretell time?',
      load: async () => (await import('./commands/calibrate.ts')).calibrate,
    },
    meter: {
      summary: 'inject gas metering into a WebAssembly module',
      load: async () => (await import('./commands/meter.ts')).meter,
    },
    inspect: {
      summary: 'what is in a module, what it costs, and why it would be refused',
      load: async () => (await import('./commands/inspect.ts')).inspect,
    },
    list: {
      summary: 'the bundled contracts, and the machines there are here',
      load: async () => (await import('./commands/list.ts')).list,
    },
  }),
);

/** From the arguments after the program's name to the exit code. Reports every error in one line; throws nothing. */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const [name, ...rest] = args;
    if (name === undefined) throw new UsageError('which command? `trimeter --help` lists them');
    if (['help', '--help', '-h'].includes(name)) return say(terminal, await help(rest));
    if (['version', '--version', '-V'].includes(name)) return say(terminal, `${packageManifest().version}\n`);
    const command = await entryOf(name).load();
    if (asksForHelp(rest)) return say(terminal, command.usage);
    const code = await command.run(rest, terminal);
    mentionUnknownTraps(terminal);
    return code;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    terminal.error(`trimeter: ${printable(describe(error))}\n`);
    if (error instanceof CompilerRejected) {
      terminal.error(`\n${error.formatted.split('\n').map(printable).join('\n')}\n`);
    }
    if (args.includes('--github')) terminal.error(Buffer.from(errorAnnotation(describe(error))));
    // Who reads JSON gets JSON, of what went wrong too.
    if (asksForJson(args))
      terminal.out(`${JSON.stringify({ error: { message: describe(error), exitCode } }, undefined, 2)}\n`);
    return exitCode;
  }
}

/** @throws UsageError for a command that is not there, with the one that may have been meant. */
function entryOf(name: string): Entry {
  const entry = commands.get(name);
  if (entry !== undefined) return entry;
  const closest = closestName(name, [...commands.keys(), 'help', 'version']);
  throw new UsageError(
    closest === undefined
      ? `no command ${name}; there are ${[...commands.keys()].join(', ')}`
      : `no command ${name}; did you mean ${closest}?`,
  );
}

async function help([name, ...others]: readonly string[]): Promise<string> {
  if (others.length > 0) throw new UsageError('help takes one command');
  return name === undefined ? overview() : (await entryOf(name).load()).usage;
}

/** Whether standard output is to be JSON. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const shown = withJsonTarget(end === -1 ? args : args.slice(0, end));
  return shown.some((arg, at) => arg === '--json=-' || (arg === '--json' && shown[at + 1] === '-'));
}

/** Nothing is wrong with the outcomes; what it costs should not stay unseen. */
function mentionUnknownTraps(terminal: Terminal): void {
  for (const [sentence, times] of unknownTraps()) {
    terminal.error(
      `this JavaScript engine said "${printable(sentence)}" of ${times} traps, which is not known here: the reference interpreter found out what they were, slowly\n`,
    );
  }
}

function say(terminal: Terminal, text: string): ExitCode {
  terminal.out(wrapText(text, terminal.columns));
  return ExitCode.Done;
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

function overview(): string {
  const width = Math.max(...[...commands.keys()].map((name) => name.length));
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `trimeter ${packageManifest().version}: one contract, three machines

${lines.join('\n')}

\`trimeter help <command>\` says more. Exit codes: 0 done, or the machines
agreed; 1 they disagreed; 2 bad input or usage; 3 engine fault.
`;
}

/** One line. A fault of ours brings what is needed to report it. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const missing = missingPackage(error);
  if (missing !== undefined) return howToInstall(missing);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const message = `${error.message}${cause}`.split('\n', 1)[0] ?? '';
  if (exitCodeOf(error) !== ExitCode.EngineFault) return message;
  const place = error.stack?.split('\n').find((line) => /^\s+at /.test(line));
  return `engine fault: ${error.name}: ${message}${place === undefined ? '' : `,${place.replace(/^\s+/, ' ')}`}`;
}
