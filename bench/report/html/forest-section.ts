import type { ProtocolReport } from '../../result/protocol-report.ts';
import { type Forest, forestPlot } from './forest-plot.ts';
import { type Markup, markup } from './markup.ts';
import { facet, facets } from './plot.ts';

/** One plot for each two machines that were compared. */
export function forestSection(report: ProtocolReport): Markup {
  const keys = [...new Set(report.cases.flatMap(({ comparisons }) => Object.keys(comparisons)))];
  const forests = keys.map((key): Forest => {
    const rows = report.cases.flatMap(({ id, workload, comparisons }) => {
      const comparison = comparisons[key];
      return comparison === undefined ? [] : [{ label: `${id}/${workload}`, ...comparison }];
    });
    return { key, rows, mean: report.suite[key] };
  });
  return facets(
    forests.map((forest) => {
      const [subject, other] = forest.key.split('/');
      return facet(markup`${subject} relative to <b>${other}</b>`, forestPlot(forest));
    }),
  );
}
