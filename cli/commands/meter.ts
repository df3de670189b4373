import { readInput } from '../../contracts/read-input.ts';
import { moduleInterfaceOf } from '../../engine/abi/module-interface-of.ts';
import { printable } from '../../harness/text/printable.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { type InstrumentOptions, instrument } from '../../metering/instrument.ts';
import { strategies } from '../../metering/plan/strategies.ts';
import {
  type Verification,
  type VerifyOptions,
  verifiableStrategies,
  verifyInstrumented,
} from '../../metering/verify/verify-instrumented.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { guestAbi } from '../guest-abis.ts';
import { judgeFile } from '../judge-file.ts';
import { checkPlaces, exitWith, fileTarget, jsonTarget } from '../output.ts';
import { parseSchedule, scheduleOption, scheduleUsage } from '../schedule-option.ts';
import { UsageError } from '../usage-error.ts';

export const meter: Command = {
  usage: `trimeter meter <in.wasm> -o <out.wasm> [options]

Checks a module against the allow-list and the limits, and injects gas charges
and a stack budget. The names of the injected exports (the gas counter among
them) are in the JSON output.

  -o, --output <file|-> where the instrumented module goes
  --abi <name>          what the module may import: stylus (default) or seal
${scheduleUsage(24)}
  --strategy <name>     global (default), which traps where the definition says;
                        default, local: faster, but a call that traps has to be
                        run again; none makes the unmetered twin
  --verify              show from the bytes that came out that they are right,
                        and how much can run unpaid; if not, nothing is written
                        and the exit code is 3
${jsonUsage(24, 'report as JSON')}

Examples:
  trimeter meter vault2.wasm -o metered.wasm --verify
  trimeter meter flipper.wasm -o metered.wasm --abi seal --json
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      ...scheduleOption,
      output: { type: 'string', short: 'o' },
      abi: { type: 'string', default: 'stylus' },
      strategy: { type: 'string', default: 'global' },
      verify: { type: 'boolean', default: false },
    });
    const [input, ...others] = positionals;
    if (input === undefined || others.length > 0) throw new UsageError('meter takes one module: in.wasm -o out.wasm');
    if (values.output === undefined) throw new UsageError('meter needs -o <out.wasm>');
    const strategy = strategies.find((name) => name === values.strategy);
    if (strategy === undefined) throw new UsageError(`--strategy takes ${strategies.join(' or ')}`);
    checkPlaces({ '-o': values.output, '--json': values.json }, { 'the module': input });
    const output = fileTarget(terminal, values.output);
    if (output.isQuiet && terminal.isTerminal)
      throw new UsageError('-o - writes bytes: lead them into a file or a pipe');
    const json = jsonTarget(terminal, values.json);

    const { costs, limits, id: schedule } = parseSchedule(values.schedule);
    const options = { costs, limits, interface: moduleInterfaceOf(await guestAbi(values.abi)), strategy };
    const verifiable = values.verify ? toVerify(options) : undefined;
    const original = readInput(input, limits.moduleBytes);
    const { bytes, names, report } = judgeFile(input, () => instrument(original, options));
    const begin = performance.now();
    const verification =
      verifiable === undefined ? undefined : verifyInstrumented(original, { bytes, names }, verifiable);
    const verifiedMs = performance.now() - begin;
    const written = [
      output.write(bytes),
      json.write({ input, output: values.output, schedule, strategy, names, report, verification }),
    ];
    if (!json.isQuiet && !output.isQuiet && !written.includes(false)) {
      const growth = Math.round((100 * report.instrumentedBytes) / report.originalBytes - 100);
      const made =
        `${printable(values.output)}: ${report.functionCount} functions, ${report.instructionCount} instructions, ` +
        `${report.chargeCount} charges; ${report.originalBytes} bytes became ${report.instrumentedBytes} ` +
        `(${growth >= 0 ? '+' : ''}${growth} %); schedule ${schedule}\n`;
      const verified = verification === undefined ? '' : `${describeVerification(verification, verifiedMs)}\n`;
      terminal.out(wrapText(`${made}${verified}`, terminal.columns));
    }
    return exitWith(ExitCode.Done, written);
  },
};

/** @throws UsageError for a strategy that there is nothing to verify of. */
function toVerify(options: InstrumentOptions): VerifyOptions {
  const strategy = verifiableStrategies.find((name) => name === options.strategy);
  if (strategy === undefined) throw new UsageError(`--verify needs --strategy ${verifiableStrategies.join(' or ')}`);
  return { ...options, strategy };
}

function describeVerification({ maxOverdraftGas, chargeCount }: Verification, verifiedMs: number): string {
  const overdraft = maxOverdraftGas === undefined ? 'nothing is metered' : `at most ${maxOverdraftGas} gas runs unpaid`;
  return `verified: ${overdraft}; ${chargeCount} charges; ${verifiedMs.toFixed(0)} ms`;
}
