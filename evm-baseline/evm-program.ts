import type { Program } from '../engine/backend.ts';

/** EVM creation code. There is nothing to compile: @ethereumjs interprets. */
export class EvmProgram implements Program {
  readonly backend: string;
  readonly name: string;
  readonly initcode: Uint8Array;

  constructor(backend: string, name: string, initcode: Uint8Array) {
    this.backend = backend;
    this.name = name;
    this.initcode = initcode;
  }
}
