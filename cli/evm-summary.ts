import type { Abi } from 'ox';
import * as AbiItem from 'ox/AbiItem';
import type { ContractCase } from '../contracts/contract-case.ts';
import { printable } from '../harness/text/printable.ts';
import { columnsOf, textTable } from '../harness/text/text-table.ts';
import { style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** Most bytes of creation code, with the constructor's arguments: https://eips.ethereum.org/EIPS/eip-3860 */
const MAX_INITCODE_BYTES = 49_152;

/** What `inspect` shows of a contract's EVM form. */
export interface EvmSummary {
  readonly initcodeBytes: number;
  readonly limitBytes: number;
  /** Libraries that are deployed before it. */
  readonly libraries: readonly string[];
  readonly methods: readonly { readonly selector: string; readonly signature: string; readonly mutability: string }[];
}

/** @param initcode Of the contract. */
export function summarizeEvm({ abi, companions }: ContractCase, initcode: Uint8Array): EvmSummary {
  return {
    initcodeBytes: initcode.length,
    limitBytes: MAX_INITCODE_BYTES,
    libraries: companions.map(({ name }) => name),
    methods: (abi as Abi.Abi).flatMap((item) =>
      item.type === 'function'
        ? [
            {
              selector: AbiItem.getSelector(item),
              signature: AbiItem.getSignature(item),
              mutability: item.stateMutability,
            },
          ]
        : [],
    ),
  };
}

export function evmText({ initcodeBytes, limitBytes, libraries, methods }: EvmSummary, terminal: Terminal): string {
  const exceeded = initcodeBytes > limitBytes ? ', which is exceeded: it cannot be deployed on Ethereum' : '';
  const linked = libraries.length === 0 ? '' : `libraries: ${libraries.map(printable).join(', ')}\n`;
  const rows = methods.map(({ selector, signature, mutability }) => [selector, signature, mutability]);
  const title = style(terminal, 'bold', `methods (${methods.length})`);
  return `creation code: ${initcodeBytes} bytes of at most ${limitBytes}${exceeded}\n${linked}
${title}\n${textTable(columnsOf(['selector', 'method', 'mutability']), rows, terminal.columns)}`;
}
