import { toHex } from '../../engine/bytes.ts';
import type { BlockContext } from '../../engine/context.ts';
import { EngineError } from '../../engine/errors.ts';
import { type EdrProvider, loadEdr } from './edr.ts';

const MAX_TIMESTAMP = (1n << 63n) - 1n;

/** One JSON-RPC request, as text. */
export function request(method: string, ...params: readonly unknown[]): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 0, method, params });
}

/** Ethereum's JSON-RPC form of an integer. */
export function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** A chain in memory whose latest block is always the one that it was opened with. */
export interface Chain {
  /**
   * Results of requests, which run one after another.
   *
   * @throws EngineError `internal` if one of them fails.
   */
  send(requests: readonly string[]): Promise<readonly unknown[]>;
}

interface Reply {
  readonly result?: readonly unknown[];
  readonly error?: { readonly message: string };
}

/**
 * A chain without accounts at this block. Calls on it see the block that is mined last, so it has to be exactly this one.
 *
 * @throws EngineError `bad-argument` for a block that EDR does not make: with a base fee, because calls have no gas price here,
 *   of the time 0 (but for block 0) or of 2^63 seconds and later, or with a gas limit of 0.
 */
export async function openChain(block: BlockContext): Promise<Chain> {
  if (block.baseFee !== 0n) throw new EngineError('bad-argument', 'revm runs here without a base fee only');
  // EDR takes 0 for no time, and more than this for a reason to panic.
  if (block.timestamp > MAX_TIMESTAMP || (block.timestamp === 0n && block.number > 0n)) throw noSuchBlock(block);
  if (block.gasLimit === 0n) throw noSuchBlock(block);
  const openProvider = await loadEdr();
  const provider = await openProvider({
    allowBlocksWithSameTimestamp: true,
    allowUnlimitedContractSize: false,
    bailOnCallFailure: false,
    bailOnTransactionFailure: false,
    chainId: block.chainId,
    coinbase: block.coinbase,
    // Every call has a limit of its own.
    defaultTransactionGasLimit: 1n,
    genesisState: [],
    hardfork: 'prague',
    initialBaseFeePerGas: 0n,
    initialParentBeaconBlockRoot: new Uint8Array(32),
    minGasPrice: 0n,
    mining: { autoMine: false, memPool: { order: 'Fifo' } },
    network: {
      genesisBlockGasLimit: block.gasLimit,
      genesisBlockTime: block.number === 0n ? block.timestamp : 0n,
      genesisBlobGas: { gasUsed: 0n, excessGas: 0n },
    },
    networkId: block.chainId,
    observability: {},
    ownedAccounts: [],
    precompileOverrides: [],
    transactionGasCap: false,
  });
  const chain: Chain = { send: (requests) => send(provider, requests) };
  const [latest] = (await chain.send([...mining(block), request('eth_getBlockByNumber', 'latest', false)])).slice(-1);
  const { number, timestamp } = latest as { readonly number: string; readonly timestamp: string };
  if (BigInt(number) !== block.number || BigInt(timestamp) !== block.timestamp) {
    throw noSuchBlock(block);
  }
  return chain;
}

function noSuchBlock({ number, timestamp, gasLimit }: BlockContext): EngineError {
  return new EngineError('bad-argument', `EDR has no block ${number} at ${timestamp} s with ${gasLimit} gas`);
}

function mining({ number, timestamp, gasLimit }: BlockContext): readonly string[] {
  if (number === 0n) return [];
  const at = request('evm_setNextBlockTimestamp', quantity(timestamp));
  return [
    ...(number === 1n ? [] : [at, request('hardhat_mine', quantity(number - 1n), '0x0')]),
    at,
    request('hardhat_setPrevRandao', toHex(new Uint8Array(32))),
    // Blocks that were skipped have another one.
    request('evm_setBlockGasLimit', quantity(gasLimit)),
    request('evm_mine'),
  ];
}

/** EDR answers an array with one list of all results, or with the first error. */
async function send(provider: EdrProvider, requests: readonly string[]): Promise<readonly unknown[]> {
  const { data } = await provider.handleRequest(`[${requests.join()}]`);
  const { result, error } = (typeof data === 'string' ? JSON.parse(data) : data) as Reply;
  if (result === undefined) throw new EngineError('internal', `EDR refused a request: ${error?.message}`);
  return result;
}
