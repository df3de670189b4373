import { appendFileSync } from 'node:fs';
import type { Findings } from '../harness/results/findings.ts';
import { githubAnnotations } from '../harness/results/github-annotations.ts';
import { junit } from '../harness/results/junit.ts';
import { sarif } from '../harness/results/sarif.ts';
import { printable } from '../harness/text/printable.ts';
import { fileTarget } from './output.ts';
import type { Terminal } from './terminal.ts';

/** On commands whose result passes or fails: what it is written as besides JSON. */
export const resultOptions = {
  markdown: { type: 'string' },
  junit: { type: 'string' },
  sarif: { type: 'string' },
  github: { type: 'boolean', default: false },
} as const;

interface ResultValues {
  readonly markdown?: string | undefined;
  readonly junit?: string | undefined;
  readonly sarif?: string | undefined;
  readonly github: boolean;
}

/** Lines in a command's usage, after as many spaces as bring them in line with the others. */
export function resultUsage(width: number): string {
  const indent = ' '.repeat(width);
  const row = (option: string, text: string) => `  ${option}`.padEnd(width) + text;
  return [
    row('--markdown <file|->', 'result as a comment on a change'),
    row('--junit <file|->', 'result as JUnit XML'),
    row('--sarif <file|->', 'result as SARIF 2.1.0, for code scanning'),
    row('--github', 'show annotations of GitHub Actions, and add the'),
    `${indent}comment to the summary of the job`,
  ].join('\n');
}

/** The outputs, by option, for `checkPlaces`. */
export function resultPlaces({ markdown, junit: xml, sarif: log }: ResultValues): Record<string, string | undefined> {
  return { '--markdown': markdown, '--junit': xml, '--sarif': log };
}

export interface ResultTargets {
  /** Whether there is no room for people's output on stdout. */
  readonly isQuiet: boolean;
  /** Returns for each whether all is well. @param isQuiet Whether standard output is a document, of these or another. */
  write(findings: Findings, markdown: string, isQuiet: boolean): readonly boolean[];
}

/** Made before the work, as `fileTarget` is. @throws InputRejected */
export function resultTargets(terminal: Terminal, values: ResultValues): ResultTargets {
  const [comment, xml, log] = [values.markdown, values.junit, values.sarif].map((path) => fileTarget(terminal, path));
  const targets = [comment, xml, log] as const;
  return {
    isQuiet: targets.some((target) => target?.isQuiet),
    write: (findings, markdown, isQuiet) => {
      // GitHub reads them on both streams.
      if (values.github) (isQuiet ? terminal.error : terminal.out)(Buffer.from(githubAnnotations(findings)));
      return [
        comment?.write(markdown) ?? true,
        xml?.write(junit(findings)) ?? true,
        log?.write(sarif(findings)) ?? true,
        values.github ? addToSummary(terminal, markdown) : true,
      ];
    },
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary */
function addToSummary(terminal: Terminal, markdown: string): boolean {
  const file = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return true;
  try {
    appendFileSync(file, `${markdown}\n`);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    terminal.error(
      `trimeter: the summary of the job cannot be written: ${printable(file)} (${code ?? 'unknown error'})\n`,
    );
    return false;
  }
}
