import { readFileSync } from 'node:fs';
import { hostFunction } from 'trimeter';
{
const blockNumber = hostFunction(
  { module: 'my_host', name: 'block_number', params: [], result: 'i64' },
  ({ transaction }) => transaction.block.number,
);
console.log(blockNumber.name, blockNumber.result); // block_number i64
}
