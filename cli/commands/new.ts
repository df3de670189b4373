import { newFolder, type Template, templates } from '../../contracts/building/new-folder.ts';
import { installCommand, missingPackage } from '../../harness/machines/missing-package.ts';
import { printable } from '../../harness/text/printable.ts';
import { jsonOption, jsonUsage, parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { checkPlaces, exitWith, jsonTarget } from '../output.ts';
import { UsageError } from '../usage-error.ts';

const defaultTemplate: Template = 'solidity+cpp';

/** Templates from which there is nothing to build before a check. */
const runsUnbuilt: readonly Template[] = ['solidity'];
/** Templates with a form for the EVM. */
const needsEvm: readonly Template[] = ['solidity', 'solidity+cpp', 'solidity+rust-stylus'];

function templateRows(): string {
  return Object.entries(templates)
    .map(([name, { about }]) => `    ${name.padEnd(22)}${about}`)
    .join('\n');
}

export const newCommand: Command = {
  usage: `trimeter new <name> [options]

Makes a folder of that name with a small contract: sources, a manifest and a
README. Its name is lower-case words joined by dashes.

  --template <name>   default ${defaultTemplate}
${templateRows()}
${jsonUsage(22, 'the same as JSON')}

Examples:
  trimeter new vault2
  trimeter new vault2 --template solidity+rust-stylus
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, {
      ...jsonOption,
      template: { type: 'string', default: defaultTemplate },
    });
    checkPlaces({ '--json': values.json });
    const json = jsonTarget(terminal, values.json);
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) throw new UsageError('new takes one name');
    const { template } = values;
    if (!isTemplate(template)) {
      throw new UsageError(`--template takes ${Object.keys(templates).join(', ')}; got ${JSON.stringify(template)}`);
    }
    const files = newFolder(path, template);
    const next = [
      ...(needsEvm.includes(template) ? await toInstall() : []),
      ...(runsUnbuilt.includes(template) ? [] : [`npx trimeter build ${path}`]),
      `npx trimeter check ${path}`,
    ];
    if (!json.isQuiet) {
      const lines = ['wrote', ...files.map((file) => `  ${path}/${file}`), 'next', ...next.map((line) => `  ${line}`)];
      terminal.out(`${lines.map(printable).join('\n')}\n`);
    }
    return exitWith(ExitCode.Done, [json.write({ folder: path, template, files, next })]);
  },
};

/** The command without which there is no EVM here, if there is none. */
async function toInstall(): Promise<readonly string[]> {
  try {
    await import('../../evm-baseline/evm-backend.ts');
    return [];
  } catch (error) {
    const missing = missingPackage(error);
    if (missing === undefined) throw error;
    return [installCommand(missing)];
  }
}

function isTemplate(name: string): name is Template {
  return Object.hasOwn(templates, name);
}
