import { checkInterface } from '../../metering/format/check-interface.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import type { ModuleLimits } from '../../metering/format/limits.ts';
import type { ModuleInterface } from '../../metering/format/module-interface.ts';
import { ModuleRejected } from '../../metering/format/module-rejected.ts';
import { validateModule } from '../../metering/format/validate.ts';
import { type EcosystemLimit, ecosystemLimits } from './ecosystem-limits.ts';
import { moduleFacts } from './module-facts.ts';
import { auditRules } from './rules.ts';

/** Something to know of a module before it runs. `refused`: it will not run. `warning`: it may not do what was meant. */
export interface AuditFinding {
  /** Of a row of `auditRules`; of a refusal its code. */
  readonly rule: string;
  readonly severity: 'refused' | 'warning' | 'note';
  /** Byte in the module; null where it is about the whole. */
  readonly offset: number | null;
  readonly reason: string;
}

/** A limit of a chain beside what the module has. */
export interface AuditedLimit extends Omit<EcosystemLimit, 'actual'> {
  readonly actual: number;
  readonly isExceeded: boolean;
}

export interface ModuleAudit {
  readonly bytes: number;
  readonly brotliBytes: number;
  /** The chain whose host the module was told to be for: that of the ABI. */
  readonly ecosystem: EcosystemLimit['ecosystem'];
  /** Refusals first, then warnings, then notes; each in the order of their offsets. */
  readonly findings: readonly AuditFinding[];
  readonly limits: readonly AuditedLimit[];
}

export interface AuditOptions {
  readonly limits: ModuleLimits;
  readonly interface: ModuleInterface;
  readonly ecosystem: EcosystemLimit['ecosystem'];
}

const order: readonly AuditFinding['severity'][] = ['refused', 'warning', 'note'];

/** Looks at a module without running it. Takes any bytes. */
export function auditModule(bytes: Uint8Array, options: AuditOptions): ModuleAudit {
  const { limits, ecosystem } = options;
  const facts = moduleFacts(bytes, limits);
  const audited = ecosystemLimits.map(({ actual, ...row }): AuditedLimit => {
    const found = actual(facts);
    return { ...row, actual: found, isExceeded: found > row.limit };
  });
  const exceeded = audited
    .filter((row) => row.isExceeded && row.ecosystem === ecosystem)
    .map(({ what, actual, limit }): AuditFinding => {
      const reason = `${actual} ${what}, at most ${limit} on ${ecosystem}`;
      return { rule: 'chain-limit', severity: 'warning', offset: null, reason };
    });
  const ruled = auditRules.flatMap(({ id, severity, find }) =>
    find(facts, options).map(({ offset, reason }): AuditFinding => ({ rule: id, severity, offset, reason })),
  );
  const findings = [...refusals(bytes, options), ...exceeded, ...ruled].toSorted(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || (a.offset ?? -1) - (b.offset ?? -1),
  );
  return { bytes: bytes.length, brotliBytes: facts.brotliBytes, ecosystem, findings, limits: audited };
}

/** As the engine says it, with the place. */
function refusals(bytes: Uint8Array, { limits, interface: moduleInterface }: AuditOptions): readonly AuditFinding[] {
  try {
    const module = decodeModule(bytes, limits);
    validateModule(module, limits);
    checkInterface(module, moduleInterface);
    return [];
  } catch (error) {
    if (!(error instanceof ModuleRejected)) throw error;
    const { code, offset, limit, actual } = error;
    return [{ rule: code, severity: 'refused', offset, reason: `expected ${limit}, found ${actual}` }];
  }
}
