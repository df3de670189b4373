import { readFileSync } from 'node:fs';
import { hostFunction, lengthAt, readBytes } from 'trimeter';
{
const pricedBytes = lengthAt(1);
const log = hostFunction(
  { module: 'my_host', name: 'log', params: ['i32', 'i32'], result: undefined, pricedBytes },
  ({ memory }, pointer, lengthBytes) => void readBytes(memory, pointer, lengthBytes),
);
console.log(log.params.length); // 2
}
