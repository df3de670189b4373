import type { ProtocolPlan } from '../protocol/protocol-plan.ts';
import { isOfOneProcess, type ProtocolReport } from './protocol-report.ts';

/** With what a run was made. */
export interface Setting extends Pick<ProtocolReport, 'environment' | 'scheduleId'> {
  readonly plan: Pick<ProtocolPlan, 'inOneProcess'>;
}

/**
 * In words, what may move ratios between two runs beside the code that is measured; empty if nothing does. Of the runtime the
 * line counts and not the patch, since the engine counts in full; of the machines those that both runs have.
 */
export function settingChanges(before: Setting, now: Setting): readonly string[] {
  const facts = (setting: Setting): Readonly<Record<string, string | undefined>> => {
    const { environment, scheduleId } = setting;
    const { runtime, engine, cpu, cores, os, flags } = environment;
    return {
      protocol: isOfOneProcess(setting) ? 'quick' : 'full',
      runtime: lineOf(runtime),
      engine,
      processor: `${cpu}, ${cores} cores`,
      system: os,
      flags,
      schedule: scheduleId,
    };
  };
  const [old, own] = [facts(before), facts(now)];
  const found = Object.keys(own).filter((name) => old[name] !== undefined && old[name] !== own[name]);
  const [oldMachines, machines] = [before.environment.backends, now.environment.backends];
  const changed = Object.keys(machines).filter(
    (name) => Object.hasOwn(oldMachines, name) && oldMachines[name] !== machines[name],
  );
  return [
    ...found.map((name) => `${name} was ${shown(old[name])} and is ${shown(own[name])}`),
    ...changed.map((name) => `${name} was ${shown(oldMachines[name])} and is ${shown(machines[name])}`),
  ];
}

/** `Node v24` of `Node v24.1.0`. */
function lineOf(runtime: string): string {
  return runtime.split('.', 1)[0] as string;
}

function shown(text: string | undefined): string {
  return text === undefined || text === '' ? 'none' : text;
}
