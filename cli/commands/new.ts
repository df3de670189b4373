import { newFolder, type Template, templates } from '../../contracts/building/new-folder.ts';
import { printable } from '../../harness/text/printable.ts';
import { parseArguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { UsageError } from '../usage-error.ts';

const defaultTemplate: Template = 'solidity+cpp';

/** Templates from which there is nothing to build before a check. */
const runsUnbuilt: readonly Template[] = ['solidity'];

function templateRows(): string {
  return Object.entries(templates)
    .map(([name, text]) => `  ${name.padEnd(22)}${text}`)
    .join('\n');
}

export const newCommand: Command = {
  usage: `trimeter new <name> [options]

Makes a folder of that name with a small contract: sources, a manifest and a
README. Its name is lower-case words joined by dashes.

  --template <name>   default ${defaultTemplate}:
${templateRows()}

Examples:
  trimeter new vault2
  trimeter new vault2 --template solidity
`,
  run: async (args, terminal) => {
    const { values, positionals } = parseArguments(args, { template: { type: 'string', default: defaultTemplate } });
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) throw new UsageError('new takes one name');
    const { template } = values;
    if (!isTemplate(template)) {
      throw new UsageError(`--template takes ${Object.keys(templates).join(', ')}; got ${JSON.stringify(template)}`);
    }
    const files = newFolder(path, template);
    const next = [...(runsUnbuilt.includes(template) ? [] : [`trimeter build ${path}`]), `trimeter check ${path}`];
    const lines = ['wrote', ...files.map((file) => `  ${path}/${file}`), 'next', ...next.map((line) => `  ${line}`)];
    terminal.out(`${lines.map(printable).join('\n')}\n`);
    return ExitCode.Done;
  },
};

function isTemplate(name: string): name is Template {
  return Object.hasOwn(templates, name);
}
