import { byText } from '../gate/by-text.ts';
import type { BehaviourChange, CostRow, GateContract, GateRun } from '../gate/gate-run.ts';
import { type Finding, type Findings, type HeldCase, withNothing } from './findings.ts';
import { behaviourWords, changeWords, placeWords, verdictWords } from './gate-words.ts';

/**
 * The gate as cases: one for each entry point, for each form, and for whatever was not compared.
 *
 * @example
 * const { cases, isCompared } = gateFindings(await gate([{ subject }], undefined));
 * console.log(isCompared, cases[0]?.findings[0]?.rule); // false not-compared
 */
export function gateFindings(run: GateRun): Findings {
  const { lockFile, contracts, notCompared, trimeter, verdict } = run;
  const whole = notCompared.map((message, at) => {
    return lacking(lockFile, `compared${at === 0 ? '' : ` ${at + 1}`}`, message, lockFile);
  });
  const findings: Findings = {
    tool: 'trimeter gate',
    version: trimeter,
    summary: verdictWords(run),
    isCompared: verdict !== 'not-compared',
    cases: [...whole, ...contracts.flatMap((contract) => casesOf(contract, run))],
  };
  return withNothing(findings, lockFile);
}

function casesOf(contract: GateContract, run: GateRun): readonly HeldCase[] {
  const { id, costs, behaviour, notCompared } = contract;
  const file = fileOf(contract, run);
  // Under another setting it is not the contract that came out wrong.
  const worst = run.setting.length > 0 ? 'error' : 'failure';
  const names = [...new Set([...behaviour.map(({ entry }) => entry), ...costs.map(({ of }) => of)])].toSorted(byText);
  const held = names.map((name): HeldCase => {
    const changes = behaviour
      .filter(({ entry }) => entry === name)
      .map((change) => behaviourFinding(change, file, worst));
    const rows = costs.filter(({ of }) => of === name).flatMap((row) => costFinding(row, file, worst));
    return { suite: id, name, findings: [...changes, ...rows] };
  });
  return [
    ...held,
    ...notCompared.map((message, at) => lacking(id, `compared${at === 0 ? '' : ` ${at + 1}`}`, message, file)),
  ];
}

function lacking(suite: string, name: string, message: string, file: string): HeldCase {
  return {
    suite,
    name,
    findings: [{ level: 'error', rule: 'not-compared', message: `not compared: ${message}`, file }],
  };
}

function behaviourFinding(change: BehaviourChange, file: string, level: Finding['level']): Finding {
  const { contract, entry } = change;
  const message = `${contract} ${entry}: ${behaviourWords(change)}: ${placeWords(change)}`;
  return { level, rule: 'behaviour', message, file };
}

function costFinding(row: CostRow, file: string, worst: Finding['level']): readonly Finding[] {
  const { contract, kind, of, measure, was, is, level, tolerance, at } = row;
  if (level === 'same' || level === 'pass') return [];
  const what = kind === 'gas' ? `gas under ${measure}` : measure;
  const where = at === undefined ? '' : `: ${placeWords(at)}`;
  const message = `${contract} ${of}: ${what} was ${was}, is ${is}, ${changeWords(row)}; tolerance ${tolerance}${where}`;
  return [{ level: level === 'fail' ? worst : 'warning', rule: kind, message, file }];
}

/** A file that a change can be shown beside: that of the contract or, of a folder or a bundled one, the lock. */
function fileOf({ source }: GateContract, { lockFile }: GateRun): string {
  const [, path] = /^(.*\.\w+)(?::[\w$]+)?$/.exec(source ?? '') ?? [];
  return path ?? lockFile;
}
