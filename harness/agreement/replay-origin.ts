import { createHash } from 'node:crypto';
import { toHex } from '../../engine/bytes.ts';
import { formatRuntime, thisRuntime } from '../../processes/runtime.ts';
import { packageManifest } from '../package-manifest.ts';
import type { Subject } from '../subjects/subject.ts';

/** What a disagreement was found under. Under anything else the same calls may end otherwise. */
export interface ReplayOrigin extends ReplaySetting {
  /** Of every contract and every form of it that machines run, in the order of their deployment, but C++. */
  readonly code: readonly CodeHash[];
}

/** What the caller of the library knows and the engine does not. Printable ASCII, at most 200 characters each. */
export interface ReplaySetting {
  /** Id of the gas schedule. */
  readonly schedule: string;
  /** Version of this package. */
  readonly trimeter: string;
  /** The JavaScript engine, with its version: `Node v24.1.0 (V8 13.6.233.8)`. */
  readonly engine: string;
}

export interface CodeHash {
  /** Contract and form: `erc20.wasm`, `erc20.evm`, `erc20.rust.wasm`. */
  readonly name: string;
  /** Hex. */
  readonly sha256: string;
}

/** What runs here, under a schedule. */
export function replaySetting(schedule: string): ReplaySetting {
  return { schedule, trimeter: packageManifest().version, engine: formatRuntime(thisRuntime()) };
}

export function originOf({ code, companions = [] }: Subject, setting: ReplaySetting): ReplayOrigin {
  const { schedule, trimeter, engine } = setting;
  const hashes = [...companions, code].flatMap(({ name, wasm, evm }) => {
    const ports = Object.entries(wasm?.ports ?? {}).map(([language, bytes]) => [`${language}.wasm`, bytes] as const);
    const forms = [['wasm', wasm?.bytes] as const, ...ports, ['evm', evm?.initcode] as const];
    return forms.flatMap(([form, bytes]) =>
      bytes === undefined ? [] : [{ name: `${name}.${form}`, sha256: sha256(bytes) }],
    );
  });
  return { schedule, trimeter, engine, code: hashes };
}

/** In words, what is not as it was when a file was recorded; empty if all is. */
export function originChanges(recorded: ReplayOrigin, now: ReplayOrigin): readonly string[] {
  const settings = (['schedule', 'trimeter', 'engine'] as const).flatMap((field) =>
    recorded[field] === now[field] ? [] : [`${field} was ${recorded[field]} and is ${now[field]}`],
  );
  const names = [...new Set([...recorded.code, ...now.code].map(({ name }) => name))];
  const hashOf = ({ code }: ReplayOrigin, name: string) =>
    code.find((found) => found.name === name)?.sha256.slice(0, 12) ?? 'absent';
  const codes = names.flatMap((name) => {
    const [before, after] = [hashOf(recorded, name), hashOf(now, name)];
    return before === after ? [] : [`${name} was ${before} and is ${after}`];
  });
  return [...settings, ...codes];
}

function sha256(bytes: Uint8Array): string {
  return toHex(createHash('sha256').update(bytes).digest()).slice(2);
}
