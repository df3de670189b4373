import { type Spread, spreadOf } from '../calibrate/spread.ts';
import { squaredCorrelation } from '../stats/correlation.ts';
import { machinesOf } from './machines-of.ts';
import type { ProtocolReport } from './protocol-report.ts';

export interface GasPoint {
  /** `case/workload` */
  readonly workload: string;
  /** Of one operation. */
  readonly gas: number;
  readonly ns: number;
}

/** How well the gas of one machine foretells its time, over the workloads. */
export interface GasTime {
  readonly machine: string;
  /** From the fewest nanoseconds per gas to the most. */
  readonly points: readonly GasPoint[];
  /** Of nanoseconds per gas. */
  readonly spread: Spread;
  /** Of the logarithm of time on the logarithm of gas. */
  readonly rSquared: number;
}

/** One per machine that meters, if it ran at least two workloads that use gas. */
export function gasTimes(report: ProtocolReport): readonly GasTime[] {
  return machinesOf(report).flatMap((machine) => {
    const points = report.cases.flatMap(({ id, workload, slots }): readonly GasPoint[] => {
      const slot = slots[machine];
      const gas = slot?.gasPerOperation ?? 0;
      return slot === undefined || gas <= 0 ? [] : [{ workload: `${id}/${workload}`, gas, ns: slot.nsPerOperation }];
    });
    if (points.length < 2) return [];
    const logs = (pick: (point: GasPoint) => number) => points.map((point) => Math.log(pick(point)));
    return [
      {
        machine,
        points: points.toSorted((a, b) => a.ns / a.gas - b.ns / b.gas),
        spread: spreadOf(points.map(({ ns, gas }) => ns / gas)),
        rSquared: squaredCorrelation(
          logs(({ gas }) => gas),
          logs(({ ns }) => ns),
        ),
      },
    ];
  });
}
