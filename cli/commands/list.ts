import { bundledCases } from '../../contracts/bundled-cases.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { defaultSchedule } from '../../engine/schedules.ts';
import { comparedMachines, defaultMachines, openMachines } from '../../harness/machines/register.ts';
import { printable } from '../../harness/text/printable.ts';
import { wrapText } from '../../harness/text/wrap-text.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { style } from '../style.ts';
import { UsageError } from '../usage-error.ts';

export const list: Command = {
  usage: `trimeter list [options]

The bundled contracts, and the machines: those that are here, and how to get the
others.

${jsonUsage(20, 'the same as JSON')}

Example:
  trimeter list
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, jsonOption);
    if (positionals.length > 0) throw new UsageError('list takes no arguments');
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const contracts = await Promise.all(
      bundledCases().map(async (id) => ({ id, summary: (await readBundledCase(id)).summary })),
    );
    const { available, unavailable } = await openMachines(comparedMachines, defaultSchedule);
    if (!json.isQuiet) {
      const title = (text: string) => terminal.out(`${style(terminal, 'bold', text)}\n`);
      const row = (name: string, text: string) =>
        terminal.out(wrapText(`  ${name.padEnd(20)} ${printable(text)}\n`, terminal.columns));
      title('Contracts');
      for (const { id, summary } of contracts) row(id, summary);
      title('\nMachines');
      for (const { name, description } of available) {
        row(name, `${description}${defaultMachines.includes(name) ? ' (default)' : ''}`);
      }
      if (unavailable.length > 0) title('\nNot here');
      for (const { name, reason } of unavailable) row(name, reason);
    }
    const machines = available.map(({ name, description }) => ({ name, description }));
    return exitWith(ExitCode.Done, [json.write({ contracts, machines, missing: unavailable })]);
  },
};
