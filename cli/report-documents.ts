import { dirname, relative, resolve, sep } from 'node:path';
import { htmlReport } from '../bench/report/html/page.ts';
import { markdownReport } from '../bench/report/markdown.ts';
import type { ProtocolReport } from '../bench/result/protocol-report.ts';
import { checkPlaces, fileTarget, type Target } from './output.ts';
import type { Terminal } from './terminal.ts';

export const documentOptions = { html: { type: 'string' }, markdown: { type: 'string' } } as const;

export interface DocumentPaths {
  readonly html: string | undefined;
  readonly markdown: string | undefined;
  /** As given with `--json`. */
  readonly json: string | undefined;
  /** The file with the report itself, which the page links to. */
  readonly data: string | undefined;
  /** Files that are read, by what to call them. */
  readonly inputs: Readonly<Record<string, string | undefined>>;
}

/**
 * The documents that a report is written to, besides JSON.
 *
 * @throws UsageError if two results go to one place, or one over an input, InputRejected if one cannot be written.
 */
export function documentTargets(terminal: Terminal, paths: DocumentPaths): Target<ProtocolReport> {
  const { html, markdown, json, data, inputs } = paths;
  checkPlaces({ '--html': html, '--markdown': markdown, '--json': json }, inputs);
  const page = fileTarget(terminal, html);
  const comment = fileTarget(terminal, markdown);
  const hasHref = html !== undefined && data !== undefined && !page.isQuiet;
  const links = hasHref ? { dataHref: hrefFrom(html, data) } : {};
  return {
    isQuiet: page.isQuiet || comment.isQuiet,
    write: (report) => {
      const isPageWritten = html === undefined || page.write(htmlReport(report, links));
      const isCommentWritten = markdown === undefined || comment.write(markdownReport(report));
      return isPageWritten && isCommentWritten;
    },
  };
}

/** From one file to another: the way between them, so that both can be moved together. */
function hrefFrom(page: string, data: string): string {
  const way = relative(dirname(resolve(page)), resolve(data));
  return way.split(sep).map(encodeURIComponent).join('/');
}
