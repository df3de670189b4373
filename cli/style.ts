import type { CheckTextOptions } from '../harness/results/check-text.ts';
import type { GateTextOptions } from '../harness/results/gate-text.ts';
import type { Terminal } from './terminal.ts';

/** ECMA-48 SGR parameters. */
const codes = { good: 32, warn: 33, bad: 31, dim: 2, bold: 1 } as const;

/** Marks text on terminals that show it. Apply it after alignment: escape sequences have a length but no width. */
export function style(terminal: Terminal, kind: keyof typeof codes, text: string): string {
  return terminal.hasColour ? `\u001b[${codes[kind]}m${text}\u001b[0m` : text;
}

/** How check results are to look, for what does not know of terminals. */
export function look(terminal: Terminal): Pick<CheckTextOptions, 'mark' | 'screenColumns'> {
  return { mark: (kind, text) => style(terminal, kind, text), screenColumns: terminal.columns };
}

/** The same for a gate. */
export function gateLook(terminal: Terminal): GateTextOptions {
  return { mark: (kind, text) => style(terminal, kind, text), screenColumns: terminal.columns };
}
