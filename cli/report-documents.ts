import { dirname, relative, resolve, sep } from 'node:path';
import { htmlReport } from '../bench/report/html/page.ts';
import { markdownReport } from '../bench/report/markdown.ts';
import type { ProtocolReport } from '../bench/report/protocol-report.ts';
import { type Target, textTarget } from './output.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export const documentOptions: {
  readonly html: { readonly type: 'string' };
  readonly markdown: { readonly type: 'string' };
} = { html: { type: 'string' }, markdown: { type: 'string' } };

export interface DocumentPaths {
  readonly html: string | undefined;
  readonly markdown: string | undefined;
  /** As given with `--json`. */
  readonly json: string | undefined;
  /** The file with the report itself, which the page links to. */
  readonly data: string | undefined;
}

/**
 * The documents that a report is written to, besides JSON.
 *
 * @throws UsageError if two results go to one place, InputRejected if one cannot be written.
 */
export function documentTargets(terminal: Terminal, paths: DocumentPaths): Target<ProtocolReport> {
  const { html, markdown, json, data } = paths;
  if (html === '-') throw new UsageError('--html takes a file');
  const places = [html, markdown, json].filter((path) => path !== undefined).map(placeOf);
  if (new Set(places).size < places.length) {
    throw new UsageError('--html, --markdown and --json each need a place of their own');
  }
  const page = textTarget(terminal, html);
  const comment = textTarget(terminal, markdown);
  const dataHref = html === undefined || data === undefined ? undefined : hrefFrom(html, data);
  return {
    isQuiet: comment.isQuiet,
    write: (report) => {
      if (html !== undefined) page.write(htmlReport(report, dataHref === undefined ? {} : { dataHref }));
      if (markdown !== undefined) comment.write(markdownReport(report));
    },
  };
}

function placeOf(path: string): string {
  return path === '-' ? path : resolve(path);
}

/** From one file to another: the way between them, so that both can be moved together. */
function hrefFrom(page: string, data: string): string {
  const way = relative(dirname(resolve(page)), resolve(data));
  return way.split(sep).map(encodeURIComponent).join('/');
}
