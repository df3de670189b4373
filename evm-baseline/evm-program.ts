import type { ContractCode, Program } from '../engine/backend.ts';
import { concatBytes } from '../engine/bytes.ts';
import { EngineError } from '../engine/errors.ts';

/** EVM creation code. There is nothing to compile: these EVMs interpret. */
export class EvmProgram implements Program {
  readonly backend: string;
  readonly name: string;
  readonly initcode: Uint8Array;

  /** @throws EngineError `no-code` */
  constructor(backend: string, { name, evm }: ContractCode) {
    if (evm === undefined) throw new EngineError('no-code', `${name} has no EVM creation code`);
    this.backend = backend;
    this.name = name;
    this.initcode = evm.initcode;
  }
}

/** What a creation transaction carries: the program, which the border has looked at, then the constructor's arguments. */
export function creationData(program: Program, input: Uint8Array): Uint8Array {
  return concatBytes([(program as EvmProgram).initcode, input]);
}
